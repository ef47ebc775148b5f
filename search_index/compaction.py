"""Letting go of what was deleted: segments with deletions are written anew without them, as a new generation.

Nobody waits: readers go on with the old generation, and edits are taken there until the switch.
"""

import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from search_index import merging, segment_files
from search_index.merging import AT_A_TIME, Part
from search_index.store import LOCK, REBUILD_LOCK, SWITCH_WAIT_S, Store
from search_index.writing import nothing_left_behind, told_as_unavailable

# A segment of so many documents without a deletion stays as it is.
LARGE = AT_A_TIME // 2


@dataclass(frozen=True, slots=True)
class Compacted:
    """What a compaction did: how many deleted documents went, and how many segments there were and are."""

    removed: int
    segments_before: int
    segments_after: int


def compact(store: Store, *, at_once: bool = False) -> Compacted | None:
    """Write an index without what was deleted from it; None when another writer is in the way.

    What it replaces is removed after ten minutes, ``at_once`` now; processes that have it open keep it until they look
    again. The cursor stays, and no listing is asked for. Raises IndexUnavailable.
    """
    with store.locked(REBUILD_LOCK) as held, told_as_unavailable():
        if not held:
            return None
        parts = store.parts(store.current())
        stale = [part for part in parts if part.segment.size < LARGE or part.live < part.segment.size]
        done: Compacted | None = Compacted(0, len(parts), len(parts))
        if len(stale) > 1 or any(part.live < part.segment.size for part in stale):
            done = _rewrite(store, parts, stale)
        with store.locked(LOCK, SWITCH_WAIT_S) as nobody_writes:
            store.tidy(at_once=at_once and nobody_writes)
    return done


def _rewrite(store: Store, parts: Sequence[Part], stale: Sequence[Part]) -> Compacted | None:
    place = store.new_generation()
    with nothing_left_behind(place):
        fresh = [
            segment_files.write(place, whole) for group in _groups(stale) if (whole := merging.united(group, None))
        ]
        with store.locked(LOCK, SWITCH_WAIT_S) as held:
            if held:
                return _switch(store, place, parts, stale, fresh)
    shutil.rmtree(place, ignore_errors=True)
    return None


def _groups(stale: Sequence[Part]) -> list[list[Part]]:
    """The parts in runs that each fit into one segment."""
    groups: list[list[Part]] = []
    for part in stale:
        if not groups or sum(each.live for each in groups[-1]) + part.live > AT_A_TIME:
            groups.append([])
        groups[-1].append(part)
    return groups


def _switch(store: Store, place: Path, parts: Sequence[Part], stale: Sequence[Part], fresh: Sequence[Any]) -> Compacted:
    """Bring the new generation up to where the old one is by now, and point to it. The lock is held."""
    old, manifest = store.current(), store.manifest()
    now = {part.segment.name: part for part in store.parts(old, holding=True)}
    for named in fresh:
        segment = segment_files.read(place, named, store.lock_held)
        for part in stale:
            for key in _gone_since(part, now.get(part.segment.name)):
                merging.delete(Part(named, segment), key)
    written_anew = {part.segment.name for part in stale}
    kept = [part.named for name, part in now.items() if name not in written_anew]
    for named in kept:
        _link(old, place, named)
    segments = [*fresh, *kept]
    written = [path for named in segments for path in segment_files.paths(place, named)]
    store.commit(place, segments, manifest.number, manifest.mark, written)
    store.point_to(place)
    removed = sum(part.segment.size - part.live for part in stale)
    return Compacted(removed, len(parts), len(segments))


def _gone_since(then: Part, now: Part | None) -> list[bytes]:
    """The ids that a segment held when it was written anew and doesn't any more: deleted, or merged elsewhere."""
    gone = then.kept() if now is None else then.kept() & ~now.kept()
    ids: list[bytes] = then.segment.ids[gone].tolist()
    return ids


def _link(old: Path, place: Path, named: Any) -> None:
    for path in segment_files.paths(old, named):
        if path.exists():
            try:
                os.link(path, place / path.name)
            except OSError:
                shutil.copy2(path, place / path.name)
