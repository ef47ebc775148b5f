"""The numbered changes: no gap, no disorder, and an index that belongs elsewhere is recognised."""

import multiprocessing
import shutil
import sqlite3
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from directory import changes
from directory.db import db, writing
from directory.models import Change
from tests.opening import open_database

WRITERS, TIMES = 4, 40


def write(*listing_ids: str) -> tuple[int, str]:
    """Record one change for each id and commit. Returns the last number and mark."""
    with writing():
        changes.record(listing_ids)
        db.session.commit()
    return changes.latest()


def age(number: int, days: int) -> None:
    """Make every change up to ``number`` so many days old."""
    with writing():
        at = datetime.now(UTC).replace(tzinfo=None) - timedelta(days=days)
        for row in db.session.scalars(select(Change).where(Change.number <= number)):
            row.at = at
        db.session.commit()


def numbers() -> list[int]:
    return list(db.session.scalars(select(Change.number).order_by(Change.number)))


def write_many(file, writer: int) -> None:
    with open_database(file).app_context():
        for turn in range(TIMES):
            write(f"{writer}-{turn}-a", f"{writer}-{turn}-b")


def test_four_writers_at_once_leave_no_gap_and_nobody_ever_sees_one(database, tmp_path):
    fork = multiprocessing.get_context("fork")
    writers = [fork.Process(target=write_many, args=(tmp_path / "rooms.sqlite3", n)) for n in range(WRITERS)]
    for writer in writers:
        writer.start()
    while any(writer.is_alive() for writer in writers):
        seen, last = db.session.execute(select(func.count(), func.coalesce(func.max(Change.number), 0))).one()
        db.session.rollback()
        assert seen == last, "a later number was visible before an earlier one"
    assert [writer.exitcode for writer in writers] == [0] * WRITERS
    assert numbers() == list(range(1, WRITERS * TIMES * 2 + 1))
    assert len(set(db.session.scalars(select(Change.listing_id)))) == WRITERS * TIMES * 2


def test_the_changes_of_one_save_stand_next_to_each_other_in_order(database):
    write("a")
    write("b", "c", "d")
    assert [(number, listing) for number, _, listing in changes.since(1)] == [(2, "b"), (3, "c"), (4, "d")]


def test_a_save_that_is_taken_back_takes_its_number_back(database):
    with writing():
        changes.record(["a"])
        db.session.rollback()
    assert changes.latest() == (0, "")
    assert write("b")[0] == 1


def test_since_gives_at_most_what_was_asked_for(database):
    write("a", "b", "c")
    assert [number for number, _, _ in changes.since(0, limit=2)] == [1, 2]
    assert changes.since(3) == []


def test_an_index_at_a_change_of_this_database_is_known(database):
    assert changes.known(0, "")
    first = write("a")
    write("b")
    assert changes.known(*first)
    assert changes.known(0, "")


def test_an_index_with_a_foreign_mark_or_a_number_of_the_future_is_not_known(database):
    number, mark = write("a")
    assert not changes.known(number, "f" * len(mark))
    assert not changes.known(number + 1, mark)


def test_two_databases_never_give_the_same_number_the_same_mark(database, empty_database, tmp_path):
    here = write("a")
    other = tmp_path / "other.sqlite3"
    shutil.copy(empty_database, other)
    with open_database(other).app_context():
        there = write("a")
        assert there[0] == here[0] and not changes.known(*here)


def restore(copy, file) -> None:
    db.session.remove()
    db.engine.dispose()
    with sqlite3.connect(copy) as old, sqlite3.connect(file) as now:
        old.backup(now)


def test_after_an_older_backup_is_restored_the_newer_index_is_not_known(database, tmp_path):
    file, copy = tmp_path / "rooms.sqlite3", tmp_path / "backup.sqlite3"
    before = write("a")
    with sqlite3.connect(file) as now, sqlite3.connect(copy) as kept:
        now.backup(kept)
    lost = write("b")
    restore(copy, file)
    assert changes.known(*before) and not changes.known(*lost)
    assert write("c")[0] == lost[0], "the restored database gives the same number again"
    assert not changes.known(*lost), "and only the mark tells the two apart"


def test_tidying_forgets_what_is_too_old_and_always_keeps_the_last(database):
    first = write("a")
    write("b")
    age(2, changes.KEPT_DAYS + 1)
    with writing():
        assert changes.tidy() == 1
    assert numbers() == [2]
    assert not changes.known(*first)
    assert not changes.known(0, ""), "an empty index can't be caught up from a trimmed history"
    assert changes.known(*changes.latest())


def test_tidying_keeps_forty_days_whole(database):
    write("a", "b", "c")
    age(2, changes.KEPT_DAYS - 1)
    with writing():
        assert changes.tidy() == 0
    assert numbers() == [1, 2, 3]


def test_tidying_keeps_the_newest_changes_however_many_there_were(database, monkeypatch):
    monkeypatch.setattr(changes, "KEPT_CHANGES", 3)
    write(*"abcdefgh")
    with writing():
        assert changes.tidy() == 5
    assert numbers() == [6, 7, 8]


def test_tidying_outside_writing_is_refused(database):
    write("a", "b")
    age(2, changes.KEPT_DAYS + 1)
    with pytest.raises(OperationalError, match="readonly"):
        changes.tidy()
