"""Every published listing in memory, for matching: brought up to date when asked, and only then."""

import sqlite3
import threading

import pytest
from planted import days_ago, plant, therapist

from directory import changes, profiles
from directory.candidates import Candidates
from directory.db import db, writing
from directory.models import Change, Therapist


@pytest.fixture
def candidates(database, words) -> Candidates:
    plant(therapist("a"), therapist("b"))
    return Candidates(words)


def held(candidates: Candidates) -> dict[str, str]:
    """The first letter of everyone held, with their headline."""
    return {listing.id[0]: listing.headline for listing in candidates.all()}


def write(listing_id: str, **told: object) -> None:
    with writing():
        person = db.session.get_one(Therapist, listing_id)
        for name, value in told.items():
            setattr(person, name, value)
        changes.record([listing_id])
        db.session.commit()


def test_everyone_published_is_held_and_drafts_are_not(candidates):
    plant(therapist("d", state="draft"))
    assert sorted(held(candidates)) == ["a", "b"]


def test_those_hidden_by_time_alone_are_held_since_matching_looks_at_the_day(candidates):
    plant(therapist("c", confirmed_on=days_ago(120)))
    assert sorted(held(candidates)) == ["a", "b", "c"]


def test_a_save_a_newcomer_and_a_withdrawal_are_followed(candidates):
    assert sorted(held(candidates)) == ["a", "b"]
    write("axxxxxxxxx", headline="Something new.")
    write("bxxxxxxxxx", state="withdrawn")
    plant(therapist("c"))
    assert held(candidates) == {"a": "Something new.", "c": "I listen."}


def test_only_what_changed_is_read_again(candidates, monkeypatch):
    held(candidates)
    asked: list[str] = []
    read = profiles.listings_for
    monkeypatch.setattr(profiles, "everyone", lambda _words: pytest.fail("read everyone again"))
    monkeypatch.setattr(profiles, "listings_for", lambda ids, words: asked.extend(ids) or read(ids, words))
    held(candidates)
    assert asked == []
    write("axxxxxxxxx", headline="Once.")
    write("axxxxxxxxx", headline="Twice.")
    assert held(candidates)["a"] == "Twice." and asked == ["axxxxxxxxx"]


def test_a_request_that_began_before_the_last_change_goes_on_with_the_newer_listings(candidates, database, monkeypatch):
    changes.latest()  # this request's transaction begins here, and sees nothing newer
    with database.app_context():
        write("axxxxxxxxx", headline="Something new.")
        assert held(candidates)["a"] == "Something new."
    monkeypatch.setattr(profiles, "everyone", lambda _words: pytest.fail("read everybody again"))
    assert changes.latest()[0] == 2, "the older transaction is still open"
    assert held(candidates)["a"] == "Something new."
    with database.app_context():
        assert held(candidates)["a"] == "Something new."


def test_while_another_request_follows_a_change_nobody_waits(candidates, database, monkeypatch):
    held(candidates)
    write("axxxxxxxxx", headline="Something new.")
    reading, go_on, read = threading.Event(), threading.Event(), profiles.listings_for

    def slowly(ids, words):
        reading.set()
        go_on.wait(10)
        return read(ids, words)

    monkeypatch.setattr(profiles, "listings_for", slowly)

    def another() -> None:
        with database.app_context():
            candidates.all()

    other = threading.Thread(target=another)
    other.start()
    assert reading.wait(10)
    assert held(candidates)["a"] == "I listen.", "what is here serves meanwhile"
    go_on.set()
    other.join()
    assert held(candidates)["a"] == "Something new."


def test_when_the_history_was_trimmed_everyone_is_read_again(candidates):
    held(candidates)
    write("axxxxxxxxx", headline="Something new.")
    plant(therapist("c"))
    with writing():
        db.session.query(Change).where(Change.number < 4).delete()
        db.session.commit()
    assert held(candidates) == {"a": "Something new.", "b": "I listen.", "c": "I listen."}


def test_after_an_older_backup_is_restored_nobody_of_the_lost_days_is_held(candidates, tmp_path):
    file, kept = tmp_path / "rooms.sqlite3", tmp_path / "kept.sqlite3"
    with sqlite3.connect(file) as now, sqlite3.connect(kept) as copy:
        now.backup(copy)
    plant(therapist("c"))
    assert sorted(held(candidates)) == ["a", "b", "c"]
    db.session.remove()
    db.engine.dispose()
    with sqlite3.connect(kept) as copy, sqlite3.connect(file) as now:
        copy.backup(now)
    assert sorted(held(candidates)) == ["a", "b"]
