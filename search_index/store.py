"""The Whoosh index on disk: generation folders, the pointer to the current one, its manifest, the locks, opening.

What goes into a generation is writing.py's. Index files are pickles: the folder is never shared, uploaded or restored.
"""

import fcntl
import json
import os
import secrets
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh.filedb.filestore import FileStorage
from whoosh.index import FileIndex

from search_index.errors import IndexUnavailable
from search_index.schema import SCHEMA_VERSION, schema
from search_index.segment import Segment, decode

POINTER, MANIFEST = "current", "manifest.json"
LOCK, REBUILD_LOCK = "lock", "rebuild.lock"
UNNAMED_FOR_S = 600
# The end of a rebuild waits this long for a follower's batch to finish.
SWITCH_WAIT_S = 30.0

Stamp = tuple[tuple[int, int, int], ...]


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a generation was made from: versions, and the (number, mark) of the last change that it took."""

    schema: int
    vocabulary: str
    number: int
    mark: str


@dataclass(frozen=True, slots=True, eq=False)
class Opened:
    """A generation opened for reading."""

    generation: str
    manifest: Manifest
    searcher: Any

    def parts(self, known: Mapping[str, Segment]) -> list[tuple[Segment, NDArray[np.int32]]]:
        """The segments, in order, and the numbers of each one's deleted documents, ascending.

        ``known``: segments in memory, by name, taken as they are. Raises whatever broken files raise.
        """
        leaves = [leaf for leaf, _ in self.searcher.reader().leaf_readers() if leaf.doc_count_all()]
        return [(known.get(leaf.segment().segment_id()) or decode(leaf), _deleted(leaf)) for leaf in leaves]


class Store:
    """The index folder. Reading never waits for a lock; writing takes it without waiting."""

    def __init__(self, folder: Path, vocabulary_digest: str) -> None:
        self.folder = folder
        self.vocabulary_digest = vocabulary_digest

    def current(self) -> Path:
        """The folder of the generation that the pointer names. Raises IndexUnavailable without one."""
        try:
            name = (self.folder / POINTER).read_text("ascii").strip()
        except FileNotFoundError:
            raise IndexUnavailable("There is no index yet.") from None
        except (OSError, ValueError) as problem:
            raise IndexUnavailable(f"The pointer to the index can't be read: {problem}.") from problem
        if not name or Path(name).name != name:
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
        return self._checked_manifest(self.current())

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
        manifest = self._checked_manifest(place)
        try:
            return Opened(place.name, manifest, open_index(place).searcher())
        except FileNotFoundError:
            raise
        except Exception as problem:  # index files are pickles: broken ones raise anything
            raise IndexUnavailable(f"The index can't be read: {problem!r}.") from problem

    def _checked_manifest(self, place: Path) -> Manifest:
        try:
            manifest = Manifest(**json.loads((place / MANIFEST).read_text("utf-8")))
        except (OSError, ValueError, TypeError) as problem:
            raise IndexUnavailable(f"The manifest of the index can't be read: {problem}.") from problem
        if manifest.schema != SCHEMA_VERSION:
            raise IndexUnavailable("The index was written by another version.")
        if manifest.vocabulary != self.vocabulary_digest:
            raise IndexUnavailable("The index was written with another vocabulary.")
        return manifest

    def new_generation(self) -> Path:
        """An empty folder that nobody names yet."""
        place = self.folder / f"{time.strftime('%Y%m%dT%H%M%S', time.gmtime())}-{secrets.token_hex(4)}"
        place.mkdir(mode=0o700, parents=True)
        self.folder.chmod(0o700)
        return place

    def write_manifest(self, place: Path, number: int, mark: str) -> None:
        """Say what ``place`` now holds; everything that Whoosh wrote there reaches the disk first."""
        for path in place.iterdir():
            if path.is_file():
                _sync(path)
        manifest = Manifest(SCHEMA_VERSION, self.vocabulary_digest, number, mark)
        replace_file(place / MANIFEST, json.dumps(asdict(manifest)))

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

    def tidy(self) -> None:
        """Remove what nobody has named for ten minutes: folders, and small files that were never put in place.

        Call it with the rebuild lock held.
        """
        with suppress(IndexUnavailable, OSError):
            current = self.current()
            folders = [place for place in self.folder.iterdir() if place.is_dir() and place != current]
            for place in filter(_long_unnamed, folders):
                shutil.rmtree(place, ignore_errors=True)
            for file in filter(_long_unnamed, (*self.folder.glob(f"{POINTER}.*"), *current.glob(f"{MANIFEST}.*"))):
                file.unlink(missing_ok=True)


def _deleted(leaf: Any) -> NDArray[np.int32]:
    return np.array(sorted(leaf.segment().deleted_docs()), dtype=np.int32)


def open_index(place: Path) -> FileIndex:
    """Whoosh's index in one generation folder."""
    return FileIndex(FileStorage(str(place)), schema=schema())


def replace_file(path: Path, text: str) -> None:
    """Write a small file so that readers see the old one or the new one, and a power cut leaves one of them."""
    beside = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    beside.write_text(text, "utf-8")
    _sync(beside)
    os.replace(beside, path)
    _sync(path.parent)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _long_unnamed(path: Path) -> bool:
    return time.time() - path.stat().st_mtime > UNNAMED_FOR_S


def _identity(path: Path) -> tuple[int, int, int]:
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
