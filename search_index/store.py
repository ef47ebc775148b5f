"""The Whoosh index on disk: generation folders, the pointer to the current one, its manifest, the locks, opening.

What goes into a generation is writing.py's, a segment's files segment_files.py's. Index files are pickles: the folder
is never shared, uploaded or restored.
"""

import fcntl
import math
import os
import secrets
import shutil
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC, FileIndex

from search_index import checking, manifests, segment_files
from search_index.encoding import INDEX_NAME
from search_index.errors import IndexUnavailable
from search_index.inverted import Damaged
from search_index.manifests import MANIFEST, Manifest
from search_index.merging import Part
from search_index.schema import SCHEMA_VERSION, schema
from search_index.segment import Segment

POINTER = "current"
LOCK, REBUILD_LOCK = "lock", "rebuild.lock"
UNNAMED_FOR_S = 600
TIDY_EVERY_S = 60.0
READERS = 4
# The end of a rebuild waits this long for a follower's batch to finish.
SWITCH_WAIT_S = 30.0

Identity = tuple[int, int, int]
Stamp = tuple[Identity, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Opened:
    """A generation opened for reading."""

    generation: str
    manifest: Manifest
    place: Path
    _parts: tuple[tuple[Segment, NDArray[np.int32]], ...]

    def parts(self, known: Mapping[str, Segment]) -> list[tuple[Segment, NDArray[np.int32]]]:
        """The segments, in order, and the numbers of each one's deleted documents, ascending.

        ``known``: segments in memory, by name, taken as they are.
        """
        return [(known.get(segment.name, segment), deleted) for segment, deleted in self._parts]

    @property
    def searcher(self) -> Any:
        """Whoosh's own searcher over the same files, opened anew: what answers are compared with."""
        return open_index(self.place).searcher()


class Store:
    """The index folder. Reading never waits for a lock; writing takes it without waiting."""

    def __init__(self, folder: Path, vocabulary_digest: str) -> None:
        self.folder = folder
        self.vocabulary_digest = vocabulary_digest
        self._tidying_was_due = -math.inf
        self._segments: dict[Path, tuple[Identity, Segment]] = {}

    def current(self) -> Path:
        """The folder of the generation that the pointer names. Raises IndexUnavailable without one."""
        try:
            name = (self.folder / POINTER).read_text("ascii").strip()
        except FileNotFoundError:
            raise IndexUnavailable("There is no index yet.") from None
        except (OSError, ValueError) as problem:
            raise IndexUnavailable(f"The pointer to the index can't be read: {problem}.") from problem
        if not name or not name.isprintable() or Path(name).name != name:
            raise IndexUnavailable("The pointer to the index names no folder.")
        return self.folder / name

    def stamp(self) -> Stamp | None:
        """Changes whenever the pointer or the manifest was replaced: two calls of stat. None when one is missing."""
        try:
            manifest = self.current() / MANIFEST
            return tuple(_identity(path) for path in (self.folder / POINTER, manifest))
        except (OSError, IndexUnavailable):
            return None

    def manifest(self) -> Manifest:
        """The current generation's manifest, checked. Raises IndexUnavailable when outdated, foreign or unreadable."""
        return self.manifest_at(self.current())

    def open(self) -> Opened:
        """Open the current generation; when a file is gone, the pointer is read once more. Raises IndexUnavailable."""
        try:
            return self._open()
        except FileNotFoundError:
            pass
        try:
            return self._open()
        except FileNotFoundError as problem:
            raise IndexUnavailable(f"A file of the index is gone: {problem}.") from problem

    def _open(self) -> Opened:
        place = self.current()
        manifest = self.manifest_at(place)
        try:
            parts = [(part.segment, _deleted(part.named)) for part in self.parts(place)]
        except FileNotFoundError:
            raise
        except Exception as problem:  # index files are pickles: broken ones raise anything
            raise IndexUnavailable(f"The index can't be read: {problem!r}.") from problem
        return Opened(place.name, manifest, place, tuple(parts))

    def parts(self, place: Path, *, holding: bool = False) -> list[Part]:
        """The segments of a folder, in order; ``holding`` the lock or not. Raises whatever broken files raise."""
        named = self._named(place)
        files = [segment_files.paths(place, one)[0] for one in named]
        read = partial(self._segment, place, holding=holding)
        if sum(file not in self._segments for file in files) > 1:
            with ThreadPoolExecutor(
                READERS
            ) as threads:  # most of the time goes into sums, which don't hold the others up
                segments = list(threads.map(read, named))
        else:
            segments = list(map(read, named))
        self._segments = {file: (_identity(file), segment) for file, segment in zip(files, segments, strict=True)}
        return [Part(one, segment) for one, segment in zip(named, segments, strict=True)]

    def _named(self, place: Path) -> list[Any]:
        """Whoosh's segments of a folder, as the table of contents that the manifest names lists them."""
        manifest = self.manifest_at(place)
        try:
            checking.check(_contents_file(place, manifest.contents), manifest.contents_sum)
        except Damaged as problem:
            raise IndexUnavailable(f"The table of contents of the index is damaged: {problem}") from problem
        return list(TOC.read(FileStorage(str(place)), INDEX_NAME, gen=manifest.contents, schema=schema()).segments)

    def _segment(self, place: Path, named: Any, *, holding: bool) -> Segment:
        """A segment by Whoosh's name for it, the same one as before while its file is."""
        file = segment_files.paths(place, named)[0]
        known = self._segments.get(file)
        if known is not None and known[0] == _identity(file):
            return known[1]
        return segment_files.read(place, named, self.lock_held if holding else partial(self.locked, LOCK))

    def manifest_at(self, place: Path) -> Manifest:
        """A folder's manifest, checked. Raises IndexUnavailable when outdated, foreign or unreadable."""
        return manifests.read(place, self.vocabulary_digest)

    def new_generation(self) -> Path:
        """An empty folder that nobody names yet."""
        place = self.folder / f"{time.strftime('%Y%m%dT%H%M%S', time.gmtime())}-{secrets.token_hex(4)}"
        place.mkdir(mode=0o700, parents=True)
        self.folder.chmod(0o700)
        return place

    def commit(self, place: Path, segments: Sequence[Any], number: int, mark: str, written: Sequence[Path]) -> None:
        """Say that ``place`` holds these segments of Whoosh's, with their deletions, and so all changes to ``number``.

        Readers see the old state or this one, also after a power cut. ``written``: files that have to be on the disk
        before. Raises OSError.
        """
        storage = FileStorage(str(place))
        contents = TOC._latest_generation(storage, INDEX_NAME) + 1
        TOC(schema(), list(segments), contents).write(storage, INDEX_NAME)
        file = _contents_file(place, contents)
        manifest = Manifest(SCHEMA_VERSION, self.vocabulary_digest, number, mark, contents, checking.sum_of(file))
        replace_file(place / MANIFEST, manifest.written(), (*written, file))

    def unname(self, place: Path, segments: Sequence[Any]) -> None:
        """The ten minutes of segments that ``place`` no longer names begin now."""
        for file in (path for one in segments for path in segment_files.paths(place, one)):
            with suppress(OSError):
                os.utime(file)

    def point_to(self, place: Path) -> None:
        """Make ``place`` the current generation, for every process at once. The old one's ten minutes begin now."""
        with suppress(IndexUnavailable, OSError):
            os.utime(self.current())
        replace_file(self.folder / POINTER, place.name)

    @contextmanager
    def locked(self, name: str, wait_s: float = 0.0) -> Iterator[bool]:
        """Hold a lock of the folder; yields False, at once or after ``wait_s`` seconds, when someone else holds it.

        Raises IndexUnavailable when the folder can't be written to.
        """
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle = open(self.folder / name, "ab")
        except OSError as problem:
            raise IndexUnavailable(f"The folder of the index can't be written to: {problem}.") from problem
        with handle:
            yield _flock(handle.fileno(), wait_s)

    @contextmanager
    def lock_held(self) -> Iterator[bool]:
        """In place of ``locked``, for who holds the lock already."""
        yield True

    def tidying_is_due(self) -> bool:
        """Whether a minute has passed since this said so: tidying reads the whole folder, too slow for every edit."""
        now = time.monotonic()
        due = now - self._tidying_was_due >= TIDY_EVERY_S
        self._tidying_was_due = now if due else self._tidying_was_due
        return due

    def tidy(self, *, at_once: bool = False) -> None:
        """Remove what nobody has named for ten minutes: folders, segments, and files that were never put in place.

        ``at_once``: don't wait for the ten minutes. Call it with the rebuild lock held.
        """
        unnamed_for = 0 if at_once else UNNAMED_FOR_S
        with suppress(IndexUnavailable, OSError):
            current = self.current()
            folders = [place for place in self.folder.iterdir() if place.is_dir() and place != current]
            for place in folders:
                if _age_s(place) >= unnamed_for:
                    shutil.rmtree(place, ignore_errors=True)
            for file in (*self.folder.glob(f"{POINTER}.*"), *self._unnamed(current)):
                if _age_s(file) >= unnamed_for:
                    file.unlink(missing_ok=True)

    def _unnamed(self, place: Path) -> list[Path]:
        named = {path.name for one in self._named(place) for path in segment_files.paths(place, one)}
        named |= {MANIFEST, _contents_file(place, self.manifest_at(place).contents).name}
        return [path for path in place.iterdir() if path.is_file() and path.name not in named]


def _contents_file(place: Path, number: int) -> Path:
    return place / str(TOC._filename(INDEX_NAME, number))


def _deleted(named: Any) -> NDArray[np.int32]:
    return np.array(sorted(named.deleted_docs()), dtype=np.int32)


def open_index(place: Path) -> FileIndex:
    """Whoosh's index in one generation folder."""
    return FileIndex(FileStorage(str(place)), schema=schema())


def replace_file(path: Path, text: str, before: Sequence[Path] = ()) -> None:
    """Write a small file so that readers see the old one or the new one, and a power cut leaves one of them.

    The files ``before`` reach the disk first.
    """
    beside = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    beside.write_text(text, "utf-8")
    # Together, since a disk takes no longer for several than for one.
    with ThreadPoolExecutor(len(before) + 1) as threads:
        list(threads.map(_sync, (*before, beside)))
    os.replace(beside, path)
    _sync(path.parent)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _age_s(path: Path) -> float:
    return max(time.time() - path.stat().st_mtime, 0.0)


def _identity(path: Path) -> Identity:
    status = path.stat()
    return status.st_ino, status.st_mtime_ns, status.st_size


def _flock(handle: int, wait_s: float) -> bool:
    until = time.monotonic() + wait_s
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        except BlockingIOError:
            if time.monotonic() >= until:
                return False
            time.sleep(0.02)
