"""Every field that the index holds of a listing is compared; whatever differs is found and put right."""

import json
import sqlite3
from contextlib import suppress
from dataclasses import fields, replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from planted import plant, therapist

from bench.corpus import FIRST_DAY, listings
from directory import changes, mending, profiles
from directory.db import db, writing
from directory.follower import Follower
from directory.models import Fee, Therapist
from search_index import comparing
from search_index.engine import SearchIndex
from search_index.errors import IndexUnavailable
from search_index.listing import Listing, Query

PEOPLE = list(listings(40, seed=3))
# What the index doesn't hold: the style is the matching's, and approaches are held as facets.
NOT_HELD = {"id", "style", "approaches"}
# One slug more, one day later, one minor unit more: another value of each kind of field.
OTHER = {
    "facets": lambda told: {**told, "language": (*told.get("language", ()), "xx")},
    "jurisdictions": lambda told: {unit: day - timedelta(days=1) for unit, day in told.items()},
    "points": lambda told: (*told, (51.5, -0.125)),
    "sliding_scale": lambda told: not told,
    "currency": lambda told: "CHF" if told != "CHF" else "EUR",
    "main_concerns": lambda told: (*told, "another-concern"),
    "concerns": lambda told: (*told, "another-concern"),
}


def other(name: str, value: object) -> object:
    if name in OTHER:
        return OTHER[name](value)
    if isinstance(value, date):
        return value - timedelta(days=1)
    return f"{value} quillon" if isinstance(value, str) else (value or 0) + 1


@pytest.fixture
def index(tmp_path: Path) -> SearchIndex:
    made = SearchIndex(tmp_path / "index", "words")
    assert made.rebuild(PEOPLE, number=1, mark="one")
    return made


def compared(index: SearchIndex, people: list[Listing]) -> comparing.Comparison:
    return index.compare(lambda: people)


def test_an_index_of_the_same_listings_is_right_in_any_order_and_through_segments(index):
    assert compared(index, PEOPLE[::-1]).right == len(PEOPLE)
    assert index.catch_up([(2, "two", PEOPLE[3], PEOPLE[3].id)], after=(1, "one"))
    assert index.status().segments > 1 and index.status().deleted == 1
    assert compared(index, PEOPLE) == comparing.Comparison((), (), (), len(PEOPLE))


@pytest.mark.parametrize("name", [field.name for field in fields(Listing) if field.name not in NOT_HELD])
def test_a_change_in_any_field_of_a_listing_is_seen(index, name):
    someone = next(one for one in PEOPLE if one.fee_low_minor is not None and one.jurisdictions)
    changed = replace(someone, **{name: other(name, getattr(someone, name))})
    seen = compared(index, [changed if one is someone else one for one in PEOPLE])
    assert seen.different == (someone.id,) and seen.right == len(PEOPLE) - 1


def test_words_in_another_order_or_once_more_are_seen(index):
    someone = replace(PEOPLE[0], text="the river runs slowly")
    for text in ("slowly runs the river", "the river runs runs slowly", "the river runs"):
        assert index.rebuild([someone], number=1, mark="one")
        assert compared(index, [replace(someone, text=text)]).different == (someone.id,)


def test_who_is_missing_and_who_is_there_for_nothing_is_named(index):
    newcomer = replace(PEOPLE[0], id="newcomer00")
    seen = compared(index, [*PEOPLE[1:], newcomer])
    assert (seen.missing, seen.surplus) == (("newcomer00",), (PEOPLE[0].id,)) and seen.right == len(PEOPLE) - 1
    assert seen.without({"newcomer00", PEOPLE[0].id}).missing == seen.without({PEOPLE[0].id}).surplus == ()


def test_progress_goes_up_to_everyone(index):
    told: list[int] = []
    index.compare(lambda: PEOPLE, told.append)
    assert told[-1] == len(PEOPLE)


def test_a_flipped_byte_in_a_file_of_the_index_passes_for_right_only_where_it_changes_no_answer(index, tmp_path):
    """A damaged side file mends itself from Whoosh's; in Whoosh's some bytes are statistics that nothing reads."""
    place, asked = tmp_path / "index" / index.status().generation, PEOPLE[5].text.split()[:6]
    answers = [index.ids(Query(today=FIRST_DAY, words=word)) for word in asked]
    assert all(answers)
    named = 0
    for file in sorted(place.glob("*.s*")):
        whole = file.read_bytes()
        for at in range(len(whole) // 40, len(whole), len(whole) // 15):
            file.write_bytes(whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :])
            fresh = SearchIndex(tmp_path / "index", "words")
            with suppress(IndexUnavailable):
                if compared(fresh, PEOPLE).right == len(PEOPLE):
                    named -= 1
                    assert [fresh.ids(Query(today=FIRST_DAY, words=word)) for word in asked] == answers
            named += 1
            file.write_bytes(whole)
    assert named > 8


# Against the database


@pytest.fixture
def follower(database, tmp_path, words) -> Follower:
    plant(*(therapist(key, fee=Fee(currency="GBP", full_from_minor=6500)) for key in "abcde"))
    made = Follower(database, SearchIndex(tmp_path / "index", words.digest), words)
    assert made.step() == 1
    return made


def write_past_the_house(**told: object) -> None:
    """Change the row of "a" as no part of the house does: no number, no mark."""
    with writing():
        for name, value in told.items():
            setattr(db.session.get_one(Therapist, "axxxxxxxxx"), name, value)
        db.session.commit()


def test_what_is_right_is_left_alone(follower):
    cursor, generation = follower.index.cursor(), follower.index.status().generation
    seen = mending.verify(follower)
    assert seen == mending.Verified(0, 0, 0, 5, mended=True) and seen.sound
    assert (follower.index.cursor(), follower.index.status().generation) == (cursor, generation)


def test_rows_written_past_the_house_are_added_refreshed_and_removed_under_the_same_cursor(follower):
    write_past_the_house(headline="I walk along the canal.")
    with writing():
        db.session.get_one(Therapist, "bxxxxxxxxx").state = "withdrawn"
        db.session.add(therapist("n"))
        db.session.commit()
    cursor = follower.index.cursor()
    assert mending.verify(follower, mend=False) == mending.Verified(1, 1, 1, 3, mended=False)
    seen = mending.verify(follower)
    assert seen == mending.Verified(1, 1, 1, 3, mended=True) and not seen.sound
    assert follower.index.cursor() == cursor and mending.verify(follower).right == 5


def test_a_check_writes_nothing(follower, tmp_path):
    write_past_the_house(headline="I walk along the canal.")
    before = {path: path.read_bytes() for path in (tmp_path / "index").rglob("*") if path.is_file()}
    assert not mending.verify(follower, mend=False).mended
    assert {path: path.read_bytes() for path in (tmp_path / "index").rglob("*") if path.is_file()} == before


def test_a_save_that_the_index_has_yet_to_take_is_no_fault_of_its(follower):
    with writing():
        db.session.get_one(Therapist, "axxxxxxxxx").headline = "I wait to be followed."
        changes.record(["axxxxxxxxx"])
        db.session.commit()
    assert mending.verify(follower, mend=False) == mending.Verified(0, 0, 0, 4, mended=True)


def test_a_save_while_it_compares_is_neither_undone_nor_called_a_fault(follower, monkeypatch):
    everyone = profiles.everyone

    def saved_meanwhile(vocabulary):
        with writing():
            db.session.get_one(Therapist, "axxxxxxxxx").headline = "I came meanwhile."
            changes.record(["axxxxxxxxx"])
            db.session.commit()
        assert follower.step() == 1
        return everyone(vocabulary)

    monkeypatch.setattr(profiles, "everyone", saved_meanwhile)
    assert mending.verify(follower).refreshed == 0
    monkeypatch.undo()
    assert follower.step() == 0 and mending.verify(follower, mend=False).right == 5


def test_a_change_that_comes_before_the_mending_is_not_lost(follower, monkeypatch):
    write_past_the_house(headline="I was written past the house.")
    as_now, times = mending._as_now, []

    def changed_meanwhile(*told):
        batch = as_now(*told)
        if not times:
            with writing():
                db.session.get_one(Therapist, "axxxxxxxxx").headline = "I came meanwhile."
                changes.record(["axxxxxxxxx"])
                db.session.commit()
            assert follower.step() == 1
        times.append(1)
        return batch

    monkeypatch.setattr(mending, "_as_now", changed_meanwhile)
    monkeypatch.setattr(mending, "TURN_WAIT_S", 0.0)
    assert mending.verify(follower).mended and len(times) == 2
    assert follower.step() == 0 and mending.verify(follower, mend=False).right == 5


def test_an_index_that_nobody_lets_go_of_is_said_to_be_not_put_right(follower, monkeypatch):
    write_past_the_house(headline="I walk along the canal.")
    monkeypatch.setattr(mending, "TURN_WAIT_S", 0.0)
    monkeypatch.setattr(follower.index, "catch_up", lambda *_told, **_more: False)
    assert mending.verify(follower) == mending.Verified(0, 1, 0, 4, mended=False)


def test_very_many_differences_build_the_index_anew(follower, monkeypatch):
    monkeypatch.setattr(mending, "MOST_REPLACED", 0)
    write_past_the_house(headline="I walk along the canal.")
    generation = follower.index.status().generation
    assert mending.verify(follower) == mending.Verified(0, 1, 0, 4, mended=True)
    assert follower.index.status().generation != generation and mending.verify(follower).sound


def test_an_index_that_can_not_be_read_is_told_and_built_anew(follower, tmp_path):
    manifest = tmp_path / "index" / follower.index.status().generation / "manifest.json"
    manifest.write_text(json.dumps({"schema": 0}))
    seen = mending.verify(follower, mend=False)
    assert seen.rebuilt and not seen.mended and not seen.sound
    for file in (tmp_path / "index").rglob("*.se*"):
        file.write_bytes(b"\0" * 99)
    assert mending.verify(follower).mended and mending.verify(follower).right == 5


def test_an_index_of_another_database_is_not_compared(follower, tmp_path):
    with sqlite3.connect(tmp_path / "rooms.sqlite3") as file:
        file.execute("update changes set mark = 'ffffffffffffffff'")
    assert "another database" in mending.verify(follower, mend=False).rebuilt
    assert mending.verify(follower).right == 5
