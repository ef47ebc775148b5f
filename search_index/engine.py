"""SearchIndex: the door of this room. Queries in, pages out; changes in, an index that has taken them."""

import os
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import IO, TypeVar

from search_index import attending, compaction, comparing, writing
from search_index.answering import Answer
from search_index.caching import ByteCache
from search_index.columns import Columns
from search_index.compaction import Compacted
from search_index.comparing import Comparison
from search_index.errors import IndexUnavailable
from search_index.listing import Change, Listing, Page, Query
from search_index.manifests import MANIFEST
from search_index.schema import SCHEMA_VERSION
from search_index.snapshot import Snapshot
from search_index.store import POINTER, REBUILD_LOCK, Stamp, Store

SEGMENT_DAYS_BYTES = 32 << 20
RETRY_AFTER_S = 5.0
# The view of a day is worked out so long before the day begins.
READY_BEFORE = timedelta(minutes=15)

Told = TypeVar("Told")


@dataclass(frozen=True, slots=True)
class Status:
    """How the index stands. When it can't be read, ``problem`` says why and the rest, but ``schema``, is None.

    ``deleted``: documents that are deleted or replaced, and stand in the files until a compaction.
    """

    schema: int
    generation: str | None = None
    listings: int | None = None
    segments: int | None = None
    number: int | None = None
    mark: str | None = None
    deleted: int | None = None
    problem: str | None = None


class SearchIndex:
    """One index folder, read by many threads and processes, written by whoever holds its lock."""

    def __init__(
        self, folder: Path, vocabulary_digest: str, related: Mapping[str, tuple[str, ...]] | None = None
    ) -> None:
        """``related``: per concern slug, the broader and related ones whose people are close to what was asked."""
        self._store = Store(folder, vocabulary_digest)
        self._related = dict(related or {})
        self._segment_days = ByteCache(SEGMENT_DAYS_BYTES)
        self._snapshot: Snapshot | None = None
        self._stamp: Stamp | None = None
        self._files: tuple[str, ...] = ()
        self._failure: _Failure | None = None
        self._loading = threading.Lock()
        self._attending: IO[bytes] | None = None

    def search(self, query: Query) -> Page:
        """One page of the people found, with counts. Raises IndexUnavailable when there is no readable index."""
        return self._answered(query, Answer.page)

    def ids(self, query: Query) -> tuple[str, ...]:
        """The id of everyone who qualifies, in order, without pages. Raises IndexUnavailable as ``search`` does."""
        return self._answered(query, Answer.ids)

    def words(self) -> Mapping[str, int]:
        """Folded words of titles, tags and texts as written, and how many listings have each; names are left out.

        Worked out once per generation. Raises IndexUnavailable.
        """
        return self._asked(lambda snapshot: snapshot.postings.surface_words)

    def name_words(self) -> frozenset[str]:
        """The folded words of all names, worked out once per generation. Raises IndexUnavailable."""
        return self._asked(lambda snapshot: snapshot.postings.name_words)

    def columns(self, today: date) -> Columns:
        """Everyone of the newest generation on one day, to decide about at once. Raises IndexUnavailable."""
        return self._asked(lambda snapshot: Columns(snapshot, today))

    def catch_up(self, changes: Iterable[Change], *, after: tuple[int, str]) -> bool:
        """Take in the batch of changes that follows the cursor ``after``. Raises IndexUnavailable.

        False, and nothing taken, when another writer holds the lock or the cursor is another one by now.
        """
        try:
            return writing.catch_up(self._store, changes, after)
        except IndexUnavailable:
            self.close()
            self.status()  # learn whether the index itself is broken: then cursor() says so, and it gets rebuilt
            raise

    def rebuild(
        self,
        listings: Iterable[Listing],
        *,
        number: int,
        mark: str,
        since: writing.Since = lambda number: (),
        progress: Callable[[int], None] | None = None,
    ) -> bool:
        """Write the index anew and switch to it; False when another writer is in the way. Raises IndexUnavailable.

        ``number`` and ``mark`` name the last change that ``listings`` surely holds; ``since`` is asked for the changes
        after a number, until there are none, before the switch. ``progress`` is told how many listings are in.
        """
        return writing.rebuild(self._store, listings, number, mark, since, progress)

    def compare(
        self, listings: Callable[[], Iterable[Listing]], progress: Callable[[int], None] | None = None
    ) -> Comparison:
        """Compare what the index holds with what ``listings`` gives, each field of each. Raises IndexUnavailable.

        The index is opened first. What answers queries and what Whoosh's own files hold must both be right.
        """
        return comparing.compare(comparing.held(self._store), listings(), progress)

    def compact(self, *, at_once: bool = False) -> Compacted | None:
        """Write the index without what was deleted; None when another writer is in the way. Raises IndexUnavailable.

        What it replaces is removed after ten minutes, ``at_once`` now.
        """
        try:
            return compaction.compact(self._store, at_once=at_once)
        except IndexUnavailable:
            raise
        except Exception as problem:  # index files are pickles: broken ones raise anything
            raise IndexUnavailable(f"The index can't be read: {problem!r}.") from problem

    def attend(self) -> None:
        """Remove the files that nobody has named for ten minutes, and be known as a process that does this.

        Called every minute, it also has the view of the next day ready before anybody asks for it.
        """
        self._attending = attending.attend(self._store.folder)
        with self._store.locked(REBUILD_LOCK) as held:
            if held:
                self._store.tidy()
        with suppress(IndexUnavailable):
            self._asked(lambda snapshot: snapshot.prepare((datetime.now(UTC) + READY_BEFORE).date()))

    def attended(self) -> bool:
        """Is there a process that ``attend``s, or did and still runs?"""
        return attending.attended(self._store.folder)

    def cursor(self) -> tuple[int, str] | None:
        """(number, mark) of the last change taken; None when there is no index, or a broken one: then rebuild."""
        stamp = self._store.stamp()
        if self._failure is not None and self._failure.stamp == stamp:
            return None
        try:
            manifest = self._store.manifest()
        except IndexUnavailable:
            return None
        return manifest.number, manifest.mark

    def status(self) -> Status:
        """How the index stands. Never raises."""
        try:
            snapshot, manifest = self._current(), self._store.manifest()
        except IndexUnavailable as problem:
            return Status(SCHEMA_VERSION, problem=str(problem))
        return Status(
            SCHEMA_VERSION,
            snapshot.generation,
            snapshot.listings,
            len(snapshot.segments),
            manifest.number,
            manifest.mark,
            sum(segment.size for segment in snapshot.segments.values()) - snapshot.listings,
        )

    def close(self) -> None:
        """Let the memory go. A later search opens the index anew."""
        self._snapshot = self._stamp = None

    def _answered(self, query: Query, tell: Callable[[Answer], Told]) -> Told:
        return self._asked(lambda snapshot: tell(Answer(snapshot, query, self._related)))

    def _asked(self, ask: Callable[[Snapshot], Told]) -> Told:
        snapshot = self._current()
        try:
            return ask(snapshot)
        except IndexUnavailable as problem:  # postings are read late, from files that may turn out broken
            self._failure = _Failure(self._stamp, str(problem))
            self._snapshot = None
            raise

    def _current(self) -> Snapshot:
        """The newest generation's snapshot. One thread loads a new one while the others go on with the old."""
        snapshot = self._snapshot
        if snapshot is not None and _identities(self._files) == self._stamp:
            return snapshot
        stamp = self._store.stamp()
        if self._failure is not None:
            self._failure.raise_again(stamp)
        if not self._loading.acquire(blocking=snapshot is None):
            return snapshot or self._current()
        try:
            return self._load(stamp)
        finally:
            self._loading.release()

    def _load(self, stamp: Stamp | None) -> Snapshot:
        if stamp == self._stamp and self._snapshot is not None:
            return self._snapshot
        known = self._snapshot.segments if self._snapshot else {}
        try:
            opened = self._store.open()
            snapshot = Snapshot(opened.generation, opened.parts(known), self._segment_days, self._snapshot)
            snapshot.prepare_again(datetime.now(UTC).date())
        except Exception as problem:  # decoding broken files raises anything
            reason = str(problem) if isinstance(problem, IndexUnavailable) else f"The index can't be read: {problem!r}."
            self._snapshot, self._failure = None, _Failure(stamp, reason)
            raise IndexUnavailable(reason) from problem
        self._files = tuple(str(self._store.folder / name) for name in (POINTER, f"{opened.generation}/{MANIFEST}"))
        self._snapshot, self._stamp, self._failure = snapshot, stamp, None
        return snapshot


@dataclass(frozen=True, slots=True)
class _Failure:
    """Why the generation of this stamp can't be read, so that not every request tries again."""

    stamp: Stamp | None
    reason: str
    at: float = field(default_factory=time.monotonic)

    def raise_again(self, stamp: Stamp | None) -> None:
        if stamp is not None and stamp == self.stamp and time.monotonic() - self.at < RETRY_AFTER_S:
            raise IndexUnavailable(self.reason)


def _identities(files: tuple[str, ...]) -> Stamp | None:
    """The stamp of files whose names are known already, which costs half of asking the store; None when one is gone."""
    try:
        found = [os.stat(file) for file in files]
    except OSError:
        return None
    return tuple((status.st_ino, status.st_mtime_ns, status.st_size) for status in found)
