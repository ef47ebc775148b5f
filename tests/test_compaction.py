"""Letting go of deleted listings for good, while others read and write. Segments are in test_segments.py."""

import os
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from bench.corpus import listings
from search_index import compaction, merging
from search_index.listing import Change, Listing
from search_index.store import LOCK, REBUILD_LOCK, UNNAMED_FOR_S, Store, open_index
from search_index.writing import catch_up, rebuild

PEOPLE = [replace(one, name=f"Person{number} Zebra{number:02d}x") for number, one in enumerate(listings(40, seed=6))]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    made = Store(tmp_path / "index", "words")
    assert rebuild(made, PEOPLE[:30], 1, "one", lambda number: (), None)
    return made


def take(store: Store, *left: Listing | str) -> None:
    """One batch: listings as they are now, ids of those who are gone."""
    manifest = store.manifest()
    batch = [
        Change(manifest.number + step, f"mark-{step}", None if isinstance(one, str) else one, getattr(one, "id", one))
        for step, one in enumerate(left, start=1)
    ]
    assert catch_up(store, batch, (manifest.number, manifest.mark))


def held(store: Store) -> dict[str, str]:
    """Everybody alive, by id, and a word of the name, as the segments tell."""
    found: dict[str, str] = {}
    for segment, deleted in store.open().parts({}):
        names = {
            doc: word
            for word in segment.name_words()
            if word.startswith("zebra")
            for doc in segment.postings("called", word)[0].tolist()
        }
        alive = set(range(segment.size)) - set(deleted.tolist())
        assert not any(segment.ids[doc].decode() in found for doc in alive), "everybody once"
        found |= {segment.ids[doc].decode(): names[doc] for doc in alive}
    return found


def on_disk(store: Store, word: str) -> bool:
    """Whether a word stands in any file under the index's folder."""
    wanted = word.encode()
    files = [path for path in store.folder.rglob("*") if path.is_file()]
    return any(wanted in path.read_bytes() for path in files)


def test_the_deleted_leave_every_file_and_the_cursor_stays(store):
    take(store, PEOPLE[3].id, replace(PEOPLE[4], name="Person4 Zebranew"), PEOPLE[35])
    before, cursor = held(store), (store.manifest().number, store.manifest().mark)
    assert on_disk(store, "zebra03x") and on_disk(store, "zebra04x")
    done = compaction.compact(store, at_once=True)
    assert done == compaction.Compacted(removed=2, segments_before=2, segments_after=1)
    assert held(store) == before and (store.manifest().number, store.manifest().mark) == cursor
    assert not on_disk(store, "zebra03x") and not on_disk(store, "zebra04x")
    assert open_index(store.current()).searcher().doc_count_all() == 30


def test_without_at_once_the_old_generation_stays_for_ten_minutes(store):
    take(store, PEOPLE[3].id)
    old = store.current()
    assert compaction.compact(store) and old.exists() and store.current() != old
    long_ago = time.time() - UNNAMED_FOR_S - 1
    os.utime(old, (long_ago, long_ago))
    take(Store(store.folder, "words"), PEOPLE[5])
    assert not old.exists()


def test_nothing_to_do_leaves_everything_where_it_is(store):
    place = store.current()
    assert compaction.compact(store) == compaction.Compacted(0, 1, 1) and store.current() == place


def test_somebody_else_rewriting_makes_it_say_so(store):
    with store.locked(REBUILD_LOCK):
        assert compaction.compact(store) is None


def test_a_writer_that_never_lets_go_leaves_all_as_it_was(store, monkeypatch):
    monkeypatch.setattr("search_index.compaction.SWITCH_WAIT_S", 0.02)
    take(store, PEOPLE[3].id)
    folders = set(store.folder.iterdir())
    with store.locked(LOCK):
        assert compaction.compact(store) is None
    assert set(store.folder.iterdir()) == folders


def a_few_edits(store: Store) -> None:
    take(store, PEOPLE[0].id, replace(PEOPLE[1], name="Person1 Zebralate"), PEOPLE[36])


def edits_that_merge_all_small_segments(store: Store) -> None:
    for one in PEOPLE[5:20]:
        take(store, replace(one, name=f"{one.name} Zebraagain"[-40:].strip()))


def nobody_left_of_a_segment(store: Store) -> None:
    take(store, PEOPLE[31].id, PEOPLE[32].id)


MEANWHILE = [a_few_edits, edits_that_merge_all_small_segments, nobody_left_of_a_segment]


@pytest.mark.parametrize("meanwhile", MEANWHILE)
def test_edits_while_it_rewrites_are_kept(store, monkeypatch, meanwhile: Callable[[Store], None]):
    take(store, PEOPLE[3].id, PEOPLE[31], PEOPLE[32])
    take(store, PEOPLE[33])
    united, happened = merging.united, []

    def slow(*parts: object) -> object:
        whole = united(*parts)
        if not happened:
            happened.append("begun")
            meanwhile(Store(store.folder, "words"))
            happened.append(held(store))
        return whole

    monkeypatch.setattr(merging, "united", slow)
    assert compaction.compact(store, at_once=True)
    assert held(Store(store.folder, "words")) == happened[1]
    take(store, PEOPLE[37])
    assert PEOPLE[37].id in held(store)


def test_a_large_segment_without_deletions_is_not_written_again(store, monkeypatch):
    monkeypatch.setattr(compaction, "LARGE", 20)
    (whole,) = store.current().glob("*.seg")
    for one in PEOPLE[30:34]:
        take(store, one)
    done = compaction.compact(store)
    assert done == compaction.Compacted(removed=0, segments_before=5, segments_after=2)
    assert (store.current() / whole.name).stat().st_ino == whole.stat().st_ino
    assert len(held(store)) == 34


def test_segments_are_filled_up_to_their_limit(store, monkeypatch):
    monkeypatch.setattr(compaction, "AT_A_TIME", 31)
    for one in PEOPLE[30:34]:
        take(store, one)
    take(store, PEOPLE[0].id)
    assert compaction.compact(store).segments_after == 2 and len(held(store)) == 33
