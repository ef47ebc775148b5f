"""The index on disk: following changes, rebuilding while people search, and surviving whatever happens to its files."""

import fcntl
import json
import os
import random
import shutil
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC

from bench.corpus import FIRST_DAY, listings
from search_index.engine import SearchIndex
from search_index.errors import IndexUnavailable
from search_index.listing import Change, Listing, Query
from search_index.schema import schema
from search_index.store import LOCK, MANIFEST, POINTER, REBUILD_LOCK, UNNAMED_FOR_S

PEOPLE = [
    replace(one, text=one.text[:200], visible_from=FIRST_DAY, visible_until=FIRST_DAY, jurisdictions={"GB": FIRST_DAY})
    for one in listings(12, seed=3)
]
EVERYONE = Query(today=FIRST_DAY, per_page=100)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "index"


@pytest.fixture
def index(folder: Path) -> SearchIndex:
    made = SearchIndex(folder, "words")
    assert made.rebuild(PEOPLE, number=10, mark="ten")
    return made


def generation(folder: Path) -> Path:
    return folder / (folder / POINTER).read_text()


def a_change(number: int, listing: Listing | None, key: str = "") -> Change:
    return Change(number, f"mark-{number}", listing, key or (listing.id if listing else ""))


def take(index: SearchIndex, batch: list[Change]) -> bool:
    """Catch up with a batch that follows what the index holds now."""
    return index.catch_up(batch, after=index.cursor())


# Following


def test_a_batch_adds_refreshes_and_removes(index):
    someone = replace(PEOPLE[0], id="newcomer00")
    renamed = replace(PEOPLE[1], name="Quillon Zebrawood")
    batch = [a_change(11, someone), a_change(12, renamed), a_change(13, None, PEOPLE[2].id)]
    assert take(index, batch)
    assert index.cursor() == (13, "mark-13")
    assert index.ids(replace(EVERYONE, words="zebrawood")) == (PEOPLE[1].id,)
    assert set(index.ids(EVERYONE)) == {one.id for one in PEOPLE} - {PEOPLE[2].id} | {"newcomer00"}


def test_the_last_of_several_changes_of_one_listing_in_a_batch_counts_once(index):
    twice = [a_change(11, replace(PEOPLE[0], name="First Zebrawood")), a_change(12, replace(PEOPLE[0], name="Otterly"))]
    assert take(index, [*twice, a_change(13, None, PEOPLE[1].id), a_change(14, PEOPLE[1])])
    assert len(index.ids(EVERYONE)) == len(PEOPLE) == index.status().listings
    assert index.ids(replace(EVERYONE, words="zebrawood")) == ()
    assert index.ids(replace(EVERYONE, words="otterly")) == (PEOPLE[0].id,)


def test_no_changes_leave_the_cursor_alone(index):
    assert take(index, []) and index.cursor() == (10, "ten")


def test_many_small_batches_stay_right_while_segments_merge(index):
    rng, alive = random.Random(1), {one.id: one for one in PEOPLE}
    for number in range(11, 31):
        one = rng.choice(PEOPLE)
        listing = None if one.id in alive and rng.random() < 0.4 else replace(one, name=f"Name{number}")
        alive.pop(one.id, None)
        alive |= {one.id: listing} if listing else {}
        assert take(index, [a_change(number, listing, one.id)])
        assert set(index.ids(EVERYONE)) == set(alive)
    assert index.status().segments < 12
    for one in alive.values():
        assert index.ids(replace(EVERYONE, words=one.name.split()[0])) == (one.id,) or " " in one.name


def test_another_reader_sees_what_a_writer_wrote(index, folder):
    reader = SearchIndex(folder, "words")
    assert len(reader.ids(EVERYONE)) == len(PEOPLE)
    assert take(index, [a_change(11, None, PEOPLE[0].id)])
    assert len(reader.ids(EVERYONE)) == len(PEOPLE) - 1 and reader.cursor() == (11, "mark-11")


def test_a_batch_that_was_made_for_another_cursor_is_not_taken(index):
    late = [a_change(13, None, PEOPLE[0].id)]
    assert take(index, [a_change(11, PEOPLE[1])])
    for after in ((10, "ten"), (12, "mark-12"), (11, "another mark"), (0, "")):
        assert index.catch_up(late, after=after) is False
    assert index.cursor() == (11, "mark-11") and len(index.ids(EVERYONE)) == len(PEOPLE)
    assert index.catch_up(late, after=(11, "mark-11"))


@pytest.mark.parametrize(("name", "write"), [(LOCK, "catch_up"), (REBUILD_LOCK, "rebuild")])
def test_a_writer_that_finds_the_lock_taken_says_so_at_once(index, folder, name, write):
    with open(folder / name, "ab") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        began = time.monotonic()
        if write == "catch_up":
            assert take(index, [a_change(11, PEOPLE[0])]) is False
        else:
            assert index.rebuild(PEOPLE, number=11, mark="x") is False
        assert time.monotonic() - began < 1
    assert index.cursor() == (10, "ten")
    assert take(index, [a_change(11, PEOPLE[0])])


def test_a_batch_that_cannot_be_written_is_not_taken_and_leaves_no_lock(index, monkeypatch):
    def full(*args: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("search_index.encoding.write", full)
        with pytest.raises(IndexUnavailable, match="No space left"):
            take(index, [a_change(11, PEOPLE[0])])
    assert index.cursor() == (10, "ten") and len(index.ids(EVERYONE)) == len(PEOPLE)
    assert take(index, [a_change(11, None, PEOPLE[0].id)]) and len(index.ids(EVERYONE)) == len(PEOPLE) - 1


def test_what_a_writer_left_behind_that_was_killed_before_the_manifest_is_never_read(index, folder):
    place = generation(folder)
    TOC(schema(), [], 99).write(FileStorage(str(place)), "MAIN")
    (place / "MAIN_0123456789abcdef.seg").write_bytes(b"half a segment")
    assert len(SearchIndex(folder, "words").ids(EVERYONE)) == len(PEOPLE)
    assert take(index, [a_change(11, None, PEOPLE[0].id)])
    assert len(SearchIndex(folder, "words").ids(EVERYONE)) == len(PEOPLE) - 1


# Rebuilding


def test_rebuilding_tells_how_far_it_is_and_switches_whole(index):
    told: list[int] = []
    before = index.status().generation
    assert index.rebuild(PEOPLE[:5], number=20, mark="twenty", progress=told.append)
    assert told[-1] == 5 and index.cursor() == (20, "twenty") and len(index.ids(EVERYONE)) == 5
    assert index.status().generation != before


def test_a_rebuild_catches_up_with_what_the_old_index_took_meanwhile_before_it_switches(index):
    newcomer, later = replace(PEOPLE[0], id="newcomer00"), replace(PEOPLE[1], name="Quillon Zebrawood")
    changes = [a_change(11, newcomer), a_change(12, later), a_change(13, None, PEOPLE[2].id)]
    asked: list[int] = []

    def everybody_while_the_old_index_follows():
        yield from PEOPLE
        assert take(index, changes)

    def since(number: int) -> list[Change]:
        asked.append(number)
        assert index.cursor() == (13, "mark-13"), "the old index still serves"
        assert index.catch_up([a_change(14, PEOPLE[3])], after=(13, "mark-13")) is False, "the lock is held"
        return [change for change in changes if change.number > number][:2]

    assert index.rebuild(everybody_while_the_old_index_follows(), number=10, mark="ten", since=since)
    assert asked == [10, 12, 13] and index.cursor() == (13, "mark-13")
    assert set(index.ids(EVERYONE)) == {one.id for one in PEOPLE} - {PEOPLE[2].id} | {"newcomer00"}
    assert index.ids(replace(EVERYONE, words="zebrawood")) == (PEOPLE[1].id,)


def test_a_rebuild_that_never_gets_the_lock_leaves_the_old_index_and_no_folder(index, folder, monkeypatch):
    monkeypatch.setattr("search_index.writing.SWITCH_WAIT_S", 0.05)
    folders = {place for place in folder.iterdir() if place.is_dir()}
    with open(folder / LOCK, "ab") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        assert index.rebuild(PEOPLE[:5], number=20, mark="twenty") is False
    assert {place for place in folder.iterdir() if place.is_dir()} == folders
    assert index.cursor() == (10, "ten") and len(index.ids(EVERYONE)) == len(PEOPLE)


def test_a_rebuild_that_fails_while_it_catches_up_leaves_the_old_index_and_no_folder(index, folder):
    folders = {place for place in folder.iterdir() if place.is_dir()}
    with pytest.raises(ZeroDivisionError):
        index.rebuild(PEOPLE[:5], number=20, mark="twenty", since=lambda number: [number / 0])
    assert {place for place in folder.iterdir() if place.is_dir()} == folders
    assert index.cursor() == (10, "ten") and len(index.ids(EVERYONE)) == len(PEOPLE)


def test_people_search_while_the_index_is_rebuilt_and_switched(index):
    sizes, stop, problems = set(), threading.Event(), []

    def look() -> None:
        while not stop.is_set():
            try:
                sizes.add(len(index.ids(EVERYONE)))
            except Exception as problem:
                problems.append(problem)

    lookers = [threading.Thread(target=look) for _ in range(3)]
    for looker in lookers:
        looker.start()
    for number in range(4):
        assert index.rebuild(PEOPLE[: 3 * (number + 1)], number=20 + number, mark="x")
    stop.set()
    for looker in lookers:
        looker.join()
    assert not problems and sizes <= {3, 6, 9, 12}


def test_a_rebuild_that_fails_leaves_the_old_index_and_no_folder(index, folder):
    def broken():
        yield PEOPLE[0]
        raise OSError(5, "Input/output error")

    folders = {place for place in folder.iterdir() if place.is_dir()}
    with pytest.raises(IndexUnavailable, match="Input/output"):
        index.rebuild(broken(), number=99, mark="x")
    assert {place for place in folder.iterdir() if place.is_dir()} == folders
    assert index.cursor() == (10, "ten") and len(index.ids(EVERYONE)) == len(PEOPLE)


def test_old_generations_go_after_ten_minutes_and_not_before(index, folder):
    old = generation(folder)
    assert index.rebuild(PEOPLE, number=11, mark="x") and old.exists()
    long_ago = time.time() - UNNAMED_FOR_S - 1
    os.utime(old, (long_ago, long_ago))
    assert take(index, [a_change(12, PEOPLE[0])]) and not old.exists()
    assert generation(folder).exists()


def test_the_ten_minutes_of_an_old_generation_begin_at_the_switch_and_not_at_its_last_change(index, folder):
    old, long_ago = generation(folder), time.time() - UNNAMED_FOR_S - 1
    os.utime(old, (long_ago, long_ago))
    assert index.rebuild(PEOPLE, number=11, mark="x") and old.exists()


def test_small_files_that_were_never_put_in_place_go_after_ten_minutes_too(index, folder):
    left = [folder / f"{POINTER}.0a1b2c3d", generation(folder) / f"{MANIFEST}.0a1b2c3d"]
    fresh, long_ago = folder / f"{POINTER}.ffffffff", time.time() - UNNAMED_FOR_S - 1
    for file in (*left, fresh):
        file.write_text("half")
    for file in (*left, folder / POINTER, folder / LOCK):
        os.utime(file, (long_ago, long_ago))
    assert take(index, [a_change(11, PEOPLE[0])])
    assert not any(file.exists() for file in left) and fresh.exists()
    assert (folder / POINTER).exists() and (folder / LOCK).exists()


# Surviving


def rewrite_manifest(folder: Path, **changes: object) -> None:
    manifest = generation(folder) / MANIFEST
    manifest.write_text(json.dumps({**json.loads(manifest.read_text()), **changes}))


def spoil_every_segment(folder: Path) -> None:
    for segment in generation(folder).glob("*.seg"):
        segment.write_bytes(b"PK\x03\x04 not an index")


def halve_everything(folder: Path) -> None:
    for file in generation(folder).iterdir():
        file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


FAULTS: dict[str, Callable[[Path], object]] = {
    "no folder": shutil.rmtree,
    "no pointer": lambda folder: (folder / POINTER).unlink(),
    "empty pointer": lambda folder: (folder / POINTER).write_text(""),
    "pointer out of the folder": lambda folder: (folder / POINTER).write_text("../../etc"),
    "pointer to nothing": lambda folder: (folder / POINTER).write_text("20200101T000000-abcd"),
    "pointer of garbage": lambda folder: (folder / POINTER).write_bytes(os.urandom(64)),
    "no generation": lambda folder: shutil.rmtree(generation(folder)),
    "no manifest": lambda folder: (generation(folder) / MANIFEST).unlink(),
    "garbled manifest": lambda folder: (generation(folder) / MANIFEST).write_text('{"schema": 1'),
    "manifest of something else": lambda folder: (generation(folder) / MANIFEST).write_text("[1, 2]"),
    "older schema": lambda folder: rewrite_manifest(folder, schema=0),
    "another vocabulary": lambda folder: rewrite_manifest(folder, vocabulary="other"),
    "no segments": lambda folder: [file.unlink() for file in generation(folder).glob("*.seg")],
    "no table of contents": lambda folder: [file.unlink() for file in generation(folder).glob("*.toc")],
    "foreign segments": spoil_every_segment,
    "everything cut in half": halve_everything,
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_broken_index_is_unavailable_with_a_reason_and_can_be_rebuilt(index, folder, fault):
    FAULTS[fault](folder)
    for reader in (index, SearchIndex(folder, "words")):
        with pytest.raises(IndexUnavailable) as told:
            reader.close()
            reader.search(EVERYONE)
        assert str(told.value).endswith(".")
        assert reader.status().problem == str(told.value)
        assert reader.cursor() is None
    assert index.rebuild(PEOPLE, number=30, mark="thirty")
    assert len(index.ids(EVERYONE)) == len(PEOPLE) and index.status().problem is None


def test_flipped_bytes_give_an_answer_or_unavailable_but_no_other_error(index, folder):
    files = [file for file in generation(folder).iterdir() if file.suffix in (".seg", ".toc")]
    whole, rng, unavailable = {file: file.read_bytes() for file in files}, random.Random(5), 0
    for _ in range(60):
        file = rng.choice(files)
        spoiled = bytearray(whole[file])
        for place in rng.choices(range(len(spoiled)), k=3):
            spoiled[place] ^= rng.randrange(1, 256)
        file.write_bytes(spoiled)
        try:
            SearchIndex(folder, "words").search(replace(EVERYONE, words='trauma "inner child"'))
        except IndexUnavailable:
            unavailable += 1
        file.write_bytes(whole[file])
    assert unavailable
