"""The database handle: who may write, and how two writers keep out of each other's way."""

import multiprocessing
import sqlite3

import pytest
from flask import Flask
from sqlalchemy import event, select, text, update
from sqlalchemy.exc import OperationalError

from directory import db as db_room
from directory import protection
from directory.db import db, may_write, writing
from directory.models import ChangeCounter
from tests.opening import open_database

TIMES = 200


def number() -> int:
    return db.session.execute(select(ChangeCounter.number)).scalar_one()


def one_more() -> None:
    """Read, then write what was read plus one: the shape in which updates get lost."""
    seen = number()
    db.session.execute(update(ChangeCounter).values(number=seen + 1))
    db.session.commit()


def with_doors(app: Flask) -> Flask:
    """Two doors that both write; only one of them says so."""
    protection.register(app)

    @app.route("/marked", methods=["GET", "POST"])
    @protection.writes
    def marked() -> str:
        one_more()
        return "written"

    @app.post("/unmarked")
    def unmarked() -> str:
        one_more()
        return "written"

    app.testing = True
    return app


@pytest.fixture
def doors(database, tmp_path):
    """A browser of an app of its own over the same file, so that each request has a context of its own."""
    return with_doors(open_database(tmp_path / "rooms.sqlite3")).test_client()


def count_through_the_door(file, times: int) -> None:
    browser = with_doors(open_database(file)).test_client()
    for _ in range(times):
        assert browser.post("/marked").text == "written"


def test_a_write_that_nobody_announced_is_refused_by_the_database(database):
    with pytest.raises(OperationalError, match="readonly"):
        one_more()
    db.session.rollback()
    with pytest.raises(OperationalError, match="readonly"):
        db.session.execute(text("delete from change_counter"))
    db.session.rollback()
    assert number() == 0


def test_inside_writing_a_write_goes_through_and_after_it_no_more(database):
    with writing():
        assert may_write()
        one_more()
    assert not may_write()
    with pytest.raises(OperationalError, match="readonly"):
        one_more()
    db.session.rollback()
    assert number() == 1


def test_writing_ends_even_when_its_work_fails_and_leaves_nothing_half_done(database):
    with pytest.raises(ZeroDivisionError), writing():
        db.session.execute(update(ChangeCounter).values(number=9))
        raise ZeroDivisionError
    assert not may_write()
    assert number() == 0


def test_a_request_may_write_only_by_post_to_a_marked_view(doors):
    assert doors.post("/marked").text == "written"
    with pytest.raises(OperationalError, match="readonly"):
        doors.get("/marked")
    with pytest.raises(OperationalError, match="readonly"):
        doors.post("/unmarked")
    assert number() == 1


def test_two_processes_that_read_then_write_lose_nothing(database, tmp_path):
    fork = multiprocessing.get_context("fork")
    work = (tmp_path / "rooms.sqlite3", TIMES)
    writers = [fork.Process(target=count_through_the_door, args=work) for _ in range(2)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert [writer.exitcode for writer in writers] == [0, 0]
    assert number() == 2 * TIMES


def begun(act, app: Flask) -> list[str]:
    """How the transactions of ``act`` began."""
    told: list[str] = []
    with app.app_context():
        engine = db.engine
    listen = (engine, "before_cursor_execute", lambda _c, _cu, sql, *_rest: told.append(sql))
    event.listen(*listen)
    try:
        act()
    finally:
        event.remove(*listen)
    return [sql for sql in told if sql.startswith("BEGIN")]


def test_writers_take_the_lock_before_they_read_and_readers_take_none(database, doors):
    assert begun(lambda: doors.post("/marked"), doors.application) == ["BEGIN IMMEDIATE"]
    assert begun(number, database) == ["BEGIN"]


PRAGMAS = {"journal_mode": "wal", "synchronous": 2, "busy_timeout": 10_000, "foreign_keys": 1, "secure_delete": 1}


@pytest.mark.parametrize("pragma", PRAGMAS)
def test_every_connection_is_set_up_the_same(database, pragma):
    with db.engine.connect() as connection:
        assert connection.execute(text(f"PRAGMA {pragma}")).scalar() == PRAGMAS[pragma]


def test_a_database_that_others_keep_busy_is_said_and_is_no_fault(tmp_path, database, monkeypatch):
    monkeypatch.setattr(db_room, "BUSY_TIMEOUT_MS", 20)
    browser = with_doors(open_database(tmp_path / "rooms.sqlite3")).test_client()
    other = sqlite3.connect(tmp_path / "rooms.sqlite3", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    assert browser.post("/marked").status_code == 503
    other.execute("ROLLBACK")
    assert browser.post("/marked").text == "written"
