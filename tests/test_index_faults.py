"""Five hundred ways to damage the files of an index: every answer that still comes is right, and it mends itself."""

import random
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from routes import files_of
from visitor import Visitor

from bench.corpus import FIRST_DAY, listings
from search_index import decoding, inverted, side_files
from search_index.engine import SearchIndex
from search_index.errors import IndexUnavailable
from search_index.inverted import Damaged
from search_index.listing import Change, Query
from search_index.store import POINTER, Store

PEOPLE = [
    replace(one, text=one.text[:200], visible_from=FIRST_DAY, visible_until=FIRST_DAY, jurisdictions={"GB": FIRST_DAY})
    for one in listings(60, seed=11)
]
EVERYONE = Query(today=FIRST_DAY, per_page=100)
QUERIES = (EVERYONE, replace(EVERYONE, words="trauma"), replace(EVERYONE, words='grief "inner child"', required=True))
BATCHES, IN_A_BATCH = 10, 50

Files = dict[str, bytes]
Fault = Callable[[random.Random, bytes], bytes]


def flipped(rng: random.Random, whole: bytes, times: int = 1) -> bytes:
    spoiled = bytearray(whole)
    for _ in range(times if whole else 0):
        spoiled[rng.randrange(len(spoiled))] ^= rng.randrange(1, 256)
    return bytes(spoiled)


def zeroed(rng: random.Random, whole: bytes) -> bytes:
    start = rng.randrange(len(whole) + 1)
    end = min(start + 512, len(whole))
    return whole[:start] + bytes(end - start) + whole[end:]


FAULTS: dict[str, Fault] = {
    "a byte flipped": flipped,
    "and another": flipped,
    "several bytes flipped": lambda rng, whole: flipped(rng, whole, 5),
    "a sector of zeros": zeroed,
    "cut off": lambda rng, whole: whole[: rng.randrange(len(whole) + 1)],
    "too long": lambda rng, whole: whole + rng.randbytes(40),
    "other bytes": lambda rng, whole: rng.randbytes(len(whole)),
}


def spoil(rng: random.Random, folder: Path, files: Files) -> str:
    """Damage one file, or take it away; says what was done."""
    name, fault = rng.choice(sorted(files)), rng.choice([*FAULTS, "gone"])
    if fault == "gone":
        (folder / name).unlink()
    else:
        (folder / name).write_bytes(FAULTS[fault](rng, files[name]))
    return f"{name}: {fault}"


def put_back(folder: Path, files: Files) -> None:
    shutil.rmtree(folder)
    for name, whole in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(whole)


def answers(index: SearchIndex) -> list[object]:
    """Pages with their counts and facets, everybody in order, and the words of the index."""
    return [*map(index.search, QUERIES), index.ids(EVERYONE), dict(index.words()), index.name_words()]


@pytest.fixture
def checked_late(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small files are mapped, and their postings checked term by term, as those of large indexes are."""
    monkeypatch.setattr(side_files, "MAPPED_FROM", 1)
    monkeypatch.setattr(inverted, "CHECKED_AT_ONCE", 0)


@pytest.fixture
def folder(tmp_path: Path, checked_late: None) -> Path:
    """An index of several segments with deletions, whose tables of contents from before still lie there."""
    index = SearchIndex(tmp_path / "index", "words")
    assert index.rebuild(PEOPLE[:40], number=1, mark="one")
    gone = [Change(2, "two", None, one.id) for one in PEOPLE[:6]]
    assert index.catch_up(gone, after=(1, "one"))
    added = [Change(3, "three", one, one.id) for one in PEOPLE[40:]]
    assert index.catch_up(added, after=(2, "two"))
    assert index.status().segments == 2 and index.status().deleted == 6
    assert len(list(tmp_path.glob("index/*/*.toc"))) == 3
    return tmp_path / "index"


@pytest.mark.parametrize("batch", range(BATCHES))
def test_damaged_files_give_the_right_answers_or_none_and_then_a_new_index(folder, batch):
    rng, files, right = random.Random(batch), files_of(folder), answers(SearchIndex(folder, "words"))
    unavailable = 0
    for _ in range(IN_A_BATCH):
        what, index = spoil(rng, folder, files), SearchIndex(folder, "words")
        try:
            assert answers(index) == right, what
            assert index.cursor() == (3, "three"), what
        except IndexUnavailable:
            assert index.cursor() is None, f"nobody is told to build it anew after {what}"
            unavailable += 1
            if unavailable % 5 == 0:
                assert index.rebuild(PEOPLE[6:], number=3, mark="three"), what
                assert sorted(index.ids(EVERYONE)) == sorted(right[3]) and index.status().problem is None, what
        put_back(folder, files)
    assert IN_A_BATCH / 10 < unavailable < IN_A_BATCH, "both happens: damage that matters, and damage that doesn't"


@pytest.mark.parametrize("kind", [".seg", ".toc"])
def test_no_damaged_byte_of_whooshs_files_is_ever_unpickled(folder, kind, monkeypatch):
    for side in folder.glob("*/*.side"):
        side.unlink()
    for file in folder.glob(f"*/*{kind}"):
        file.write_bytes(flipped(random.Random(1), file.read_bytes()))
    monkeypatch.setattr("pickle.loads", lambda *args: pytest.fail("damage was unpickled"))
    monkeypatch.setattr("pickle.load", lambda *args: pytest.fail("damage was unpickled"))
    with pytest.raises(IndexUnavailable, match="isn't what was written"):
        SearchIndex(folder, "words").search(EVERYONE)


def test_a_damaged_segment_that_is_not_needed_is_told_by_looking_at_it(folder):
    before = answers(SearchIndex(folder, "words"))
    for file in folder.glob("*/*.seg"):
        file.write_bytes(flipped(random.Random(2), file.read_bytes()))
    assert answers(SearchIndex(folder, "words")) == before
    store = Store(folder, "words")
    with pytest.raises(Damaged):
        decoding.read(store.current(), store.parts(store.current())[0].named)
    with pytest.raises(IndexUnavailable, match="isn't what was written"):
        SearchIndex(folder, "words").compare(lambda: PEOPLE[6:])


def test_an_older_state_of_the_same_index_is_never_taken_for_the_newest(folder):
    (manifest,) = folder.glob("*/manifest.json")
    manifest.write_text(manifest.read_text().replace('"contents": 2', '"contents": 0'))
    with pytest.raises(IndexUnavailable, match="damaged"):
        SearchIndex(folder, "words").search(EVERYONE)


@pytest.mark.parametrize("written", ["[" * 100_000, "null", '"text"', "{}", "\x00", '{"sum": null}'])
def test_a_manifest_of_something_else_is_told_as_every_other_fault(folder, written):
    (manifest,) = folder.glob("*/manifest.json")
    manifest.write_text(written)
    index = SearchIndex(folder, "words")
    assert index.status().problem and index.cursor() is None


@pytest.mark.parametrize("named", ["a\x00b", ".", "..", "/", "~", "\u00e9", "x" * 5000, "\n\n"])
def test_a_pointer_that_names_nothing_is_told_as_every_other_fault(folder, named):
    (folder / POINTER).write_text(named)
    index = SearchIndex(folder, "words")
    assert index.status().problem and index.cursor() is None
    assert index.rebuild(PEOPLE, number=4, mark="four") and len(index.ids(EVERYONE)) == 60


# A house


def follow(app) -> None:
    """What the thread of a server does when it looks, twice."""
    follower = app.extensions["holdspace"].follower
    for _ in range(2):
        while follower.step():
            pass
        follower.remember()


def everybody(browser) -> tuple[str, list[str]]:
    """How many there are, and who stands on the first page."""
    told = Visitor(browser).go("/therapists")
    assert told.response.status_code == 200
    shown = [href for _, href in told.page.links if href.startswith("/therapists/")]
    return told.text.split(" people")[0].split()[-1], shown


def found(browser) -> int:
    told = Visitor(browser).go("/").press("Show me people", text="I can't stop crying since my mother died")
    return told.response.status_code


@pytest.mark.parametrize("seed", range(6))
def test_every_page_stands_over_damaged_files_and_the_follower_mends_them(few, seed):
    browser, folder, index = few.test_client(), few.config["INSTANCE"] / "index", few.extensions["holdspace"].index
    rng, right, files = random.Random(seed), everybody(browser), files_of(folder)
    for _ in range(6):
        what = [spoil(rng, folder, files) for _ in range(rng.choice((1, 1, 3)))] if files else []
        index.close()
        assert found(browser) == 200, what
        assert everybody(browser)[0] == right[0], what
        follow(few)
        assert browser.get("/readyz").json["status"] == "ok", what
        assert everybody(browser) == right and index.status().problem is None, what
        put_back(folder, files)


def test_the_index_of_another_house_is_replaced_by_our_own(few, folder):
    browser, ours = few.test_client(), few.config["INSTANCE"] / "index"
    index, words = few.extensions["holdspace"].index, few.extensions["holdspace"].vocabulary.digest
    right = everybody(browser)
    shutil.rmtree(ours)
    assert SearchIndex(ours, words).rebuild(PEOPLE, number=3, mark="another house's")
    index.close()
    assert found(browser) == 200 and not set(everybody(browser)[1]) - set(right[1])
    follow(few)
    assert everybody(browser) == right and index.status().listings < len(PEOPLE)
