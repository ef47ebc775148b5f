"""Putting listings into the Whoosh index and taking them out: one batch of changes, or a whole new generation."""

import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from search_index import merging, segment_files
from search_index.contents import Contents
from search_index.drafting import Drafts
from search_index.errors import IndexUnavailable
from search_index.listing import Change, Listing
from search_index.merging import AT_A_TIME, Part
from search_index.store import LOCK, REBUILD_LOCK, SWITCH_WAIT_S, Store

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
        with told_as_unavailable():
            place = store.new_generation()
            with nothing_left_behind(place):
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
        with nothing_left_behind(place):
            while batch := list(since(number)):
                _take(store, place, batch)
                number = batch[-1].number
        store.point_to(place)
    return True


@contextmanager
def told_as_unavailable() -> Iterator[None]:
    """Whatever a disk refuses is raised as IndexUnavailable."""
    try:
        yield
    except OSError as problem:
        raise IndexUnavailable(f"The index can't be written: {problem!r}.") from problem


@contextmanager
def nothing_left_behind(place: Path) -> Iterator[None]:
    """Remove a new folder when what goes into it fails."""
    try:
        yield
    except BaseException:
        shutil.rmtree(place, ignore_errors=True)
        raise


def _fill(
    store: Store, place: Path, listings: Iterable[Listing], number: int, mark: str, progress: Callable[[int], None]
) -> None:
    segments = [segment_files.write(place, drafts.contents()) for drafts in _drafted(listings, progress)]
    written = [path for one in segments for path in segment_files.paths(place, one)]
    store.commit(place, segments, number, mark, written)


def _drafted(listings: Iterable[Listing], progress: Callable[[int], None]) -> Iterator[Drafts]:
    """Listings, each id once, in drafts of a size that fits into memory."""
    seen: set[str] = set()
    drafts = Drafts()
    for listing in listings:
        if listing.id in seen:
            continue
        if len(drafts) == AT_A_TIME:
            yield drafts
            drafts = Drafts()
        seen.add(listing.id)
        drafts.add(listing)
        if len(seen) % PROGRESS_EVERY == 0:
            progress(len(seen))
    if len(drafts):
        yield drafts
    progress(len(seen))


def _take(store: Store, place: Path, batch: Sequence[Change]) -> None:
    """Write a batch into ``place``, and only then that ``place`` holds it."""
    if not batch:
        return
    latest = {change.id: change.listing for change in batch}
    parts = store.parts(place, holding=True)
    _delete(parts, latest)
    new = _contents(listing for listing in latest.values() if listing is not None)
    merged = [parts[at] for at in merging.to_merge([part.live for part in parts], new.size if new else 0)]
    whole = merging.united(merged, new)
    added = [] if whole is None else [segment_files.write(place, whole)]
    written = [path for one in added for path in segment_files.paths(place, one)]
    kept = [part.named for part in parts if part not in merged]
    store.commit(place, [*kept, *added], batch[-1].number, batch[-1].mark, written)
    store.unname(place, [part.named for part in merged])


def _delete(parts: Sequence[Part], ids: Iterable[str]) -> None:
    for part in parts:
        for key in ids:
            merging.delete(part, key.encode("utf-8"))


def _contents(listings: Iterable[Listing]) -> Contents | None:
    drafts = Drafts()
    for listing in listings:
        drafts.add(listing)
    return drafts.contents() if len(drafts) else None


def _tidy(store: Store) -> None:
    if not store.tidying_is_due():
        return
    with store.locked(REBUILD_LOCK) as held:
        if held:
            store.tidy()
