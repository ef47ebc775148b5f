"""Putting listings into the Whoosh index and taking them out: one batch of changes, or a whole new generation."""

import shutil
from collections.abc import Callable, Iterable
from contextlib import suppress
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


def catch_up(store: Store, changes: Iterable[Change]) -> bool:
    """Take a batch of changes into the current generation, each listing once, its last change; False when it is locked.

    Raises IndexUnavailable when there is no generation to write to or writing fails; the batch is then not taken.
    """
    with store.locked(LOCK) as held:
        if not held:
            return False
        place = store.current()
        store.manifest()
        last: Change | None = None
        latest: dict[str, Listing | None] = {}
        for last in (Change(*change) for change in changes):
            latest[last.id] = last.listing
        if last is None:
            return True
        try:
            _write(open_index(place), lambda writer: _replace(writer, latest))
            store.write_manifest(place, last.number, last.mark)
        except Exception as problem:  # a full disk, a broken file: whatever it is, the batch is not in
            raise IndexUnavailable(f"The changes can't be written: {problem!r}.") from problem
    _tidy(store)
    return True


def rebuild(
    store: Store, listings: Iterable[Listing], number: int, mark: str, progress: Callable[[int], None] | None
) -> bool:
    """Write a new generation from all listings, then point to it; False when another rebuild is under way.

    The old generation serves and follows changes meanwhile. ``number`` and ``mark`` name the last change that
    ``listings`` surely holds; later ones are caught up from there. Raises IndexUnavailable when it can't be written.
    """
    with store.locked(REBUILD_LOCK) as held:
        if not held:
            return False
        try:
            place = store.new_generation()
            _fill(store, place, listings, number, mark, progress or (lambda done: None))
        except OSError as problem:
            raise IndexUnavailable(f"The index can't be written: {problem!r}.") from problem
        with store.locked(LOCK, SWITCH_WAIT_S):
            store.point_to(place)
        store.tidy()
    return True


def _fill(
    store: Store, place: Path, listings: Iterable[Listing], number: int, mark: str, progress: Callable[[int], None]
) -> None:
    """Write everything into a new folder; when that fails, leave nothing behind."""
    try:
        index = FileIndex.create(FileStorage(str(place)), schema())
        _write(index, lambda writer: _add_all(writer, listings, progress))
        store.write_manifest(place, number, mark)
    except BaseException:
        shutil.rmtree(place, ignore_errors=True)
        raise


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
