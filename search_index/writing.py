"""Putting listings into the Whoosh index and taking them out: one batch of changes, or a whole new generation."""

import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from whoosh.filedb.filestore import FileStorage
from whoosh.index import FileIndex
from whoosh.reading import TermNotFound

from search_index.errors import IndexUnavailable
from search_index.listing import Change, Listing
from search_index.schema import document, schema
from search_index.store import LOCK, REBUILD_LOCK, SWITCH_WAIT_S, Store, open_index

REBUILD_MEMORY_MB = 256
PROGRESS_EVERY = 100

# What a batch follows: the number of the change before it. Gives the next batch, empty at the end.
Since = Callable[[int], Iterable[Change]]


def catch_up(store: Store, changes: Iterable[Change], after: tuple[int, str]) -> bool:
    """Take a batch of changes into the current generation, each listing once, its last change.

    ``after`` names the change that the batch follows. False, and nothing written, when the index is locked or stands
    at another change by now: the batch would leave out what lies between. Raises IndexUnavailable when there is no
    generation to write to or writing fails; the batch is then not taken.
    """
    with store.locked(LOCK) as held:
        if not held:
            return False
        place, manifest = store.current(), store.manifest()
        if (manifest.number, manifest.mark) != after:
            return False
        try:
            _take(store, place, [Change(*change) for change in changes])
        except Exception as problem:  # a full disk, a broken file: whatever it is, the batch is not in
            raise IndexUnavailable(f"The changes can't be written: {problem!r}.") from problem
    _tidy(store)
    return True


def rebuild(
    store: Store,
    listings: Iterable[Listing],
    number: int,
    mark: str,
    since: Since,
    progress: Callable[[int], None] | None,
) -> bool:
    """Write a new generation from all listings, catch it up under the lock, then point to it.

    False, with everything as it was, when another rebuild is under way or a batch holds the lock too long. The old
    generation serves and follows changes meanwhile. ``number`` and ``mark`` name the last change that ``listings``
    surely holds; ``since`` gives the later ones. Raises IndexUnavailable when it can't be written.
    """
    with store.locked(REBUILD_LOCK) as held:
        if not held:
            return False
        with _told_as_unavailable():
            place = store.new_generation()
            with _nothing_left_behind(place):
                _fill(store, place, listings, number, mark, progress or (lambda done: None))
            switched = _switch(store, place, number, since)
        store.tidy()
    return switched


def _switch(store: Store, place: Path, number: int, since: Since) -> bool:
    """Point to ``place`` once it holds what the generation before it may have taken; else leave nothing behind."""
    with store.locked(LOCK, SWITCH_WAIT_S) as held:
        if not held:
            shutil.rmtree(place, ignore_errors=True)
            return False
        with _nothing_left_behind(place):
            while batch := list(since(number)):
                _take(store, place, batch)
                number = batch[-1].number
        store.point_to(place)
    return True


@contextmanager
def _told_as_unavailable() -> Iterator[None]:
    try:
        yield
    except OSError as problem:
        raise IndexUnavailable(f"The index can't be written: {problem!r}.") from problem


@contextmanager
def _nothing_left_behind(place: Path) -> Iterator[None]:
    """Remove a new folder when what goes into it fails."""
    try:
        yield
    except BaseException:
        shutil.rmtree(place, ignore_errors=True)
        raise


def _fill(
    store: Store, place: Path, listings: Iterable[Listing], number: int, mark: str, progress: Callable[[int], None]
) -> None:
    index = FileIndex.create(FileStorage(str(place)), schema())
    _write(index, lambda writer: _add_all(writer, listings, progress))
    store.write_manifest(place, number, mark)


def _take(store: Store, place: Path, batch: Sequence[Change]) -> None:
    """Write a batch into ``place``, and only then that ``place`` holds it."""
    if not batch:
        return
    latest = {change.id: change.listing for change in batch}
    _write(open_index(place), lambda writer: _replace(writer, latest))
    store.write_manifest(place, batch[-1].number, batch[-1].mark)


def _write(index: Any, put: Callable[[Any], None]) -> None:
    # Whoosh's own lock is left out: the store's lock is held, and Whoosh's would stay behind after an error.
    writer = index.writer(_lk=False, limitmb=REBUILD_MEMORY_MB)
    try:
        put(writer)
        writer.commit()
    except BaseException:
        with suppress(Exception):
            writer.cancel()
        raise


def _replace(writer: Any, latest: dict[str, Listing | None]) -> None:
    """Deletes what stands there by number, then adds: Whoosh's own update opens a reader for each document."""
    with writer.reader() as reader:
        gone = [number for key in latest for number in _documents(reader, key)]
    for number in gone:
        writer.delete_document(number)
    for listing in latest.values():
        if listing is not None:
            writer.add_document(**document(listing))


def _documents(reader: Any, key: str) -> list[int]:
    try:
        return list(reader.postings("key", key).all_ids())
    except TermNotFound:
        return []


def _add_all(writer: Any, listings: Iterable[Listing], progress: Callable[[int], None]) -> None:
    seen: set[str] = set()
    for listing in listings:
        if listing.id in seen:
            continue
        seen.add(listing.id)
        writer.add_document(**document(listing))
        if len(seen) % PROGRESS_EVERY == 0:
            progress(len(seen))
    progress(len(seen))


def _tidy(store: Store) -> None:
    with store.locked(REBUILD_LOCK) as held:
        if held:
            store.tidy()
