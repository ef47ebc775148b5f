"""Side files: whatever happens to one, answers stay right, and it is made again. Segments are in test_segments.py."""

import random
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bench.corpus import listings
from search_index import decoding, inverted, segment_files, side_files
from search_index.errors import IndexUnavailable
from search_index.inverted import Damaged
from search_index.listing import Change
from search_index.store import LOCK, Store
from search_index.writing import catch_up, rebuild

PEOPLE = list(listings(30, seed=8))
ABOUT = {"whose": "nobody's"}
ARRAYS = {
    "numbers": np.arange(100, dtype=np.int64).reshape(10, 10),
    "nothing": np.empty((0, 3), np.float32),
    "pairs": np.array([(1, b"a"), (2, b"b")], dtype=[("number", "<i4"), ("letter", "S3")]),
    "late": np.arange(1000, dtype=np.uint16),
}


@pytest.fixture(params=[0, side_files.MAPPED_FROM], ids=["mapped", "read"])
def file(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(side_files, "MAPPED_FROM", max(request.param, 1))
    path = tmp_path / "arrays"
    side_files.write(path, ABOUT, ARRAYS, late=["late"])
    return path


# Arrays in a file


def test_arrays_come_back_as_they_were_and_read_only(file):
    found = side_files.read(file, ABOUT)
    assert found.keys() == ARRAYS.keys()
    for name, values in ARRAYS.items():
        assert found[name].dtype == values.dtype and np.array_equal(found[name], values)
        assert not found[name].flags.writeable
    assert list(file.parent.iterdir()) == [file], "nothing is left beside it"


def test_a_file_of_something_else_is_refused(file):
    with pytest.raises(Damaged, match="something else"):
        side_files.read(file, {"whose": "somebody's"})


def test_every_flipped_byte_is_noticed_except_in_what_is_checked_late(file):
    whole = file.read_bytes()
    late = ARRAYS["late"].tobytes()
    start = whole.index(late)
    padding = [place for place in range(len(whole)) if unused(whole, place)]
    for place in range(len(whole)):
        spoiled = bytearray(whole)
        spoiled[place] ^= 0x41
        file.write_bytes(spoiled)
        if start <= place < start + len(late) or place in padding:
            continue
        with pytest.raises(Damaged):
            side_files.read(file, ABOUT)


def unused(whole: bytes, place: int) -> bool:
    """Whether a byte only fills up: between the arrays, which begin at multiples of 64."""
    inside = [(whole.index(values.tobytes()), values.nbytes) for values in ARRAYS.values() if values.nbytes]
    header_ends = 16 + int.from_bytes(whole[8:12], "little")
    return place >= header_ends and not any(start <= place < start + length for start, length in inside)


def test_every_cut_is_noticed(file):
    whole = file.read_bytes()
    for length in range(0, len(whole), 7):
        file.write_bytes(whole[:length])
        with pytest.raises(Damaged):
            side_files.read(file, ABOUT)


def test_a_file_that_cannot_be_finished_leaves_nothing(tmp_path, monkeypatch):
    def full(*args: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("search_index.side_files.os.replace", full)
    with pytest.raises(OSError, match="No space"):
        side_files.write(tmp_path / "arrays", ABOUT, ARRAYS)
    assert not list(tmp_path.iterdir())


# Beside a segment


@pytest.fixture
def store(tmp_path: Path) -> Store:
    made = Store(tmp_path / "index", "words")
    assert rebuild(made, PEOPLE[:20], 1, "one", lambda number: (), None)
    return made


def side_file(store: Store) -> Path:
    (found,) = store.current().glob("*.side")
    return found


def told(store: Store) -> list[object]:
    """Much of what a fresh look at the index tells."""
    fresh = Store(store.folder, "words")
    ((segment, deleted),) = fresh.open().parts({})
    words = ["trauma", "inner", "child", "nosuchword"]
    postings = [each.tolist() for word in words for each in segment.postings("text", word)]
    places = [segment.positions("text", word).tolist() for word in words]
    columns = [segment.ids, segment.figures, segment.facet_rows, segment.facet_values, segment.places, deleted]
    lengths = [segment.lengths[field].tolist() for field in segment.lengths]
    return [postings, places, [column.tolist() for column in columns], lengths, segment.surface_words()]


def flip(path: Path, rng: random.Random) -> None:
    spoiled = bytearray(path.read_bytes())
    spoiled[rng.randrange(len(spoiled))] ^= rng.randrange(1, 256)
    path.write_bytes(spoiled)


def anothers(path: Path) -> None:
    with_others = Store(path.parent.parent / "other", "words")
    assert rebuild(with_others, PEOPLE[10:30], 1, "one", lambda number: (), None)
    shutil.copy(side_file(with_others), path)
    shutil.rmtree(with_others.folder)


FAULTS: dict[str, Callable[[Path], object]] = {
    "gone": Path.unlink,
    "empty": lambda path: path.write_bytes(b""),
    "cut": lambda path: path.write_bytes(path.read_bytes()[:-1000]),
    "too long": lambda path: path.write_bytes(path.read_bytes() + bytes(64)),
    "garbage": lambda path: path.write_bytes(random.Random(1).randbytes(5000)),
    "another segment's": anothers,
    "a head of nothing": lambda path: path.write_bytes(b"HSSIDE01" + bytes(100)),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_side_file_that_is_no_good_changes_no_answer_and_is_made_again(store, fault):
    before, right = told(store), side_file(store).read_bytes()
    FAULTS[fault](side_file(store))
    assert told(store) == before
    assert side_file(store).read_bytes() == right


def test_while_the_lock_is_taken_answers_come_from_whooshs_file(store):
    before, path = told(store), side_file(store)
    path.unlink()
    with store.locked(LOCK) as held:
        assert held and told(store) == before and not path.exists()


def test_the_next_writer_makes_a_missing_side_file_again(store):
    path = side_file(store)
    path.unlink()
    fresh = Store(store.folder, "words")
    assert catch_up(fresh, [Change(2, "two", None, "nobody")], (1, "one")) and path.exists()


def test_a_folder_that_cannot_be_written_to_is_read_all_the_same(store, monkeypatch):
    before = told(store)
    side_file(store).unlink()

    def read_only(*args: object) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(side_files, "write", read_only)
    assert told(store) == before


def test_a_hundred_flipped_bytes_in_side_files_change_no_answer(tmp_path, monkeypatch):
    monkeypatch.setattr(inverted, "CHECKED_AT_ONCE", 0)
    store = Store(tmp_path / "index", "words")
    assert rebuild(store, PEOPLE[:5], 1, "one", lambda number: (), None)
    before, path, rng = told(store), side_file(store), random.Random(3)
    whole = path.read_bytes()
    for _ in range(100):
        flip(path, rng)
        assert told(store) == before
        path.write_bytes(whole)


def test_damage_found_late_is_mended_from_whooshs_file_and_the_side_file_goes(store, monkeypatch):
    monkeypatch.setattr(inverted, "CHECKED_AT_ONCE", 0)
    side_file(store).unlink()
    before, path = told(store), side_file(store)
    ((segment, _),) = store.open().parts({})
    table = segment.tables["text"]
    assert table.checks is not None
    spoiled = bytearray(path.read_bytes())
    docs = table.docs.tobytes()
    start = bytes(spoiled).index(docs)
    spoiled[start : start + len(docs)] = bytes(len(docs))
    path.write_bytes(spoiled)
    ((late, _),) = Store(store.folder, "words").open().parts({})
    assert late.postings("text", "trauma")[0].tolist() == segment.postings("text", "trauma")[0].tolist()
    assert not path.exists() and told(store) == before and path.exists()


def test_whooshs_file_gone_or_cut_is_told_at_the_next_look(store):
    (whooshs,) = store.current().glob("*.seg")
    whole, _ = whooshs.read_bytes(), store.open()
    for spoil in (lambda: whooshs.write_bytes(whole[:-1]), whooshs.unlink):
        spoil()
        for looking in (store, Store(store.folder, "words")):
            with pytest.raises(IndexUnavailable):
                looking.open()


def test_segments_that_did_not_change_are_opened_once(store, monkeypatch):
    opened = store.open().parts({})[0][0]
    assert catch_up(store, [Change(2, "two", replace(PEOPLE[25]), PEOPLE[25].id)], (1, "one"))
    read: list[str] = []
    mapped = segment_files.read
    monkeypatch.setattr(
        segment_files, "read", lambda place, named, lock: read.append(named) or mapped(place, named, lock)
    )
    monkeypatch.setattr(decoding, "read", lambda *args: pytest.fail("nothing needs decoding"))
    (first, _), (second, _) = store.open().parts({})
    assert first is opened and second.size == 1 and len(read) == 1
