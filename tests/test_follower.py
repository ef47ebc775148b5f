"""The index follows the database: a save is found at once, and an index that doesn't fit is built anew."""

import fcntl
import shutil
import sqlite3
import subprocess
import sys
import threading
from datetime import timedelta
from types import SimpleNamespace

import pytest
from planted import plant, save, therapist, today, withdraw

from directory import changes, follower
from directory.db import db, writing
from directory.follower import Follower
from search_index.engine import SearchIndex
from search_index.errors import IndexUnavailable
from search_index.listing import Query

HOLD = """
import fcntl, sys
file = open(sys.argv[1], "ab")
fcntl.flock(file, fcntl.LOCK_EX)
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def index(tmp_path, words) -> SearchIndex:
    return SearchIndex(tmp_path / "index", words.digest)


def a_follower(database, index, words) -> Follower:
    return Follower(database, index, words)


@pytest.fixture
def following(database, index, words) -> Follower:
    """A follower over an empty database whose index is made."""
    made = a_follower(database, index, words)
    assert made.step() == 1
    return made


def found(index: SearchIndex, words: str = "") -> list[str]:
    """The first letter of everyone that a search finds today."""
    return sorted(one[0] for one in index.ids(Query(today=today(), words=words)))


def test_without_an_index_the_first_step_makes_one_and_the_next_has_nothing_to_do(database, index, words):
    plant(therapist("a"))
    making = a_follower(database, index, words)
    assert making.step() == 1
    assert found(index) == ["a"]
    assert making.step() == 0


def test_a_save_is_found_after_one_step_and_its_old_words_no_more(following, index):
    plant(therapist("a", headline="I walk along the canal."))
    assert following.step() == 1
    assert found(index, "canal") == ["a"]
    save("I sit by the harbour.")
    assert following.step() == 1
    assert (found(index, "harbour"), found(index, "canal")) == (["a"], [])
    assert following.step() == 0


def test_a_listing_that_is_withdrawn_is_forgotten(following, index):
    plant(therapist("a"), therapist("b"))
    following.step()
    withdraw("axxxxxxxxx")
    assert following.step() == 1
    assert found(index) == ["b"]


def test_a_burst_of_saves_is_taken_in_one_step_and_the_last_one_counts(following, index):
    plant(therapist("a"), therapist("b"))
    for turn in range(20):
        save(f"I have a garden number{turn}.")
    assert following.step() == 22
    assert found(index, "number19") == ["a"] and found(index, "number18") == []
    assert index.cursor() == changes.latest()


def test_more_changes_than_one_step_takes_are_taken_step_by_step(following, index, monkeypatch):
    few = changes.since
    monkeypatch.setattr(changes, "since", lambda number: few(number, limit=2))
    plant(*(therapist(key) for key in "abcde"))
    assert [following.step() for _ in range(4)] == [2, 2, 1, 0]
    assert found(index) == list("abcde")


def backup(source, target) -> None:
    with sqlite3.connect(source) as old, sqlite3.connect(target) as new:
        old.backup(new)


def test_after_an_older_backup_is_restored_the_index_is_built_anew(following, index, tmp_path):
    file, kept = tmp_path / "rooms.sqlite3", tmp_path / "kept.sqlite3"
    plant(therapist("a"))
    following.step()
    backup(file, kept)
    plant(therapist("b"))
    following.step()
    db.session.remove()
    db.engine.dispose()
    backup(kept, file)
    plant(therapist("c"))
    generation = index.status().generation
    assert following.step() == 1
    assert found(index) == ["a", "c"], "b is not in this database any more"
    assert index.status().generation != generation
    assert following.step() == 0


def test_an_index_older_than_the_oldest_kept_change_is_built_anew(following, index):
    plant(therapist("a"))
    following.step()
    generation = index.status().generation
    plant(therapist("b"))
    plant(therapist("c"))
    with writing():
        db.session.execute(changes.delete(changes.Change).where(changes.Change.number < 3))
        db.session.commit()
    assert following.step() == 1
    assert found(index) == ["a", "b", "c"] and index.status().generation != generation


def test_an_index_that_was_deleted_is_built_anew(following, index, tmp_path):
    plant(therapist("a"))
    following.step()
    shutil.rmtree(tmp_path / "index")
    assert following.step() == 1
    assert found(index) == ["a"]


def test_an_index_of_another_vocabulary_is_built_anew(following, database, tmp_path, words):
    plant(therapist("a"))
    following.step()
    other = SearchIndex(tmp_path / "index", "another digest")
    assert a_follower(database, other, words).step() == 1
    assert found(other) == ["a"]


@pytest.fixture
def locked_elsewhere(following, tmp_path):
    """Another process that holds the index's lock. Calling the fixture lets go."""
    command = [sys.executable, "-c", HOLD, str(tmp_path / "index" / "lock")]
    other = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert other.stdout.readline() == b"held\n"
    yield lambda: other.communicate(b"")
    other.kill()
    other.wait()


def test_while_another_process_writes_the_index_a_step_does_nothing_and_waits_for_nobody(
    following, index, locked_elsewhere
):
    plant(therapist("a"))
    assert following.step() == 0
    assert found(index) == []
    locked_elsewhere()
    assert following.step() == 1
    assert found(index) == ["a"]


def test_while_another_process_builds_the_index_anew_a_step_does_not_build_a_second(database, index, words, tmp_path):
    (tmp_path / "index").mkdir()
    with open(tmp_path / "index" / "rebuild.lock", "ab") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        assert a_follower(database, index, words).step() == 0
    assert a_follower(database, index, words).step() == 1


def test_two_followers_of_one_index_end_up_with_the_same_people(following, database, index, words, tmp_path):
    """As two workers of one machine: each save may be taken by either of them."""
    second = a_follower(database, SearchIndex(tmp_path / "index", words.digest), words)
    workers = [threading.Thread(target=lambda one=one: [one.step() for _ in range(8)]) for one in (following, second)]
    for worker in workers:
        worker.start()
    for key in "abcd":
        plant(therapist(key))
    for worker in workers:
        worker.join()
    while following.step() + second.step():
        pass
    assert found(index) == found(second.index) == list("abcd")


def test_a_save_during_a_rebuild_is_found_whoever_took_it_first(following, database, index, words, tmp_path):
    """One worker builds the index anew; another follows, and comes late with a batch that it made before the switch."""
    second = a_follower(database, SearchIndex(tmp_path / "index", words.digest), words)
    plant(therapist("a"), therapist("b"))
    following.step()
    made_before: list = []

    def meanwhile(done: int) -> None:
        with database.app_context():
            save("I walk along the canal.")
            assert second.step() == 1
            plant(therapist("c"))
            made_before.append((second.index.cursor(), second._batch(second.index.cursor()[0])))

    assert following.rebuild(meanwhile)
    assert index.cursor() == changes.latest() and found(index) == ["a", "b", "c"]
    (cursor, late) = made_before[0]
    assert second.index.catch_up(late, after=cursor) is False
    while following.step() + second.step():
        pass
    assert found(index, "canal") == found(second.index, "canal") == ["a"]
    assert found(index) == ["a", "b", "c"]


def test_a_rebuild_tells_how_far_it_is(following):
    plant(*(therapist(f"{number:03}") for number in range(150)))
    told: list[int] = []
    assert following.rebuild(told.append)
    assert told[-1] == 150 and told == sorted(told)


def test_a_search_while_a_day_passes_needs_no_step(following, index):
    plant(therapist("a"))
    following.step()
    tomorrow = Query(today=today() + timedelta(days=91))
    assert found(index) == ["a"] and index.ids(tomorrow) == ()


def test_a_database_that_is_put_back_while_the_index_is_built_is_noticed_before_the_switch(following, index, tmp_path):
    """What was read of everybody is then of another time than the changes that come after."""
    file, kept = tmp_path / "rooms.sqlite3", tmp_path / "kept.sqlite3"
    plant(therapist("a"))
    backup(file, kept)
    plant(therapist("b"))
    following.step()
    generation = index.status().generation

    def put_back(done: int) -> None:
        db.session.remove()
        db.engine.dispose()
        backup(kept, file)
        plant(therapist("c"), therapist("d"))

    with pytest.raises(IndexUnavailable, match="older copy"):
        following.rebuild(put_back)
    assert index.status().generation == generation and len(list((tmp_path / "index").glob("2*"))) == 1
    assert following.step() == 1
    assert found(index) == ["a", "c", "d"]


def test_an_index_that_takes_no_more_changes_is_built_anew_at_the_second_try(following, index, monkeypatch):
    plant(therapist("a"))
    generation = index.status().generation

    def broken(*_told: object, **_more: object) -> bool:
        raise IndexUnavailable("A file that only writers read is broken.")

    monkeypatch.setattr(index, "catch_up", broken)
    with pytest.raises(IndexUnavailable):
        following.step()
    assert following.step() == 1
    assert found(index) == ["a"] and index.status().generation != generation


# The thread


def test_the_thread_begins_once_however_many_requests_come_first(following, monkeypatch):
    begun: list[str] = []

    class Thread:
        def __init__(self, *, name: str, **_told: object) -> None:
            self.name = name

        def start(self) -> None:
            begun.append(self.name)

    barrier = threading.Barrier(8)

    def first_request() -> None:
        barrier.wait()
        following.start()

    real = [threading.Thread(target=first_request) for _ in range(8)]
    monkeypatch.setattr(follower.threading, "Thread", Thread)
    for request in real:
        request.start()
    for request in real:
        request.join()
    assert begun == ["index-follower"]


def test_a_process_forked_from_one_that_follows_begins_its_own_thread(following, monkeypatch):
    begun: list[int] = []
    monkeypatch.setattr(follower.threading.Thread, "start", lambda _thread: begun.append(follower.os.getpid()))
    following.start()
    following.start()
    monkeypatch.setattr(follower.os, "getpid", lambda: -1)
    following.start()
    following.start()
    assert len(begun) == 2 and begun[1] == -1


class Ended(BaseException):
    """Ends a loop that has no end of its own."""


def test_the_thread_goes_on_after_a_step_that_failed_and_says_so_without_details(following, monkeypatch, caplog):
    steps = iter([RuntimeError("the secret detail"), 3, 0, Ended()])

    def step() -> int:
        told = next(steps)
        if isinstance(told, BaseException):
            raise told
        return told

    monkeypatch.setattr(following, "step", step)
    monkeypatch.setattr(follower, "LOOK_EVERY_S", 0.01)
    monkeypatch.setattr(follower, "FIRST_WAIT_S", 0.01)
    monkeypatch.setattr(follower.log, "propagate", True)
    with caplog.at_level("WARNING", logger=follower.log.name), pytest.raises(Ended):
        following._follow()
    assert "RuntimeError" in caplog.text and "secret" not in caplog.text


def test_after_each_failure_in_a_row_the_thread_waits_longer_and_never_long(following, monkeypatch):
    failures, waited = iter([OSError()] * 6 + [0, OSError(), Ended()]), []

    def step() -> int:
        told = next(failures)
        if isinstance(told, BaseException):
            raise told
        return told

    monkeypatch.setattr(following, "step", step)
    monkeypatch.setattr(follower, "LOOK_EVERY_S", 0)
    monkeypatch.setattr(follower.time, "sleep", waited.append)
    with pytest.raises(Ended):
        following._follow()
    assert waited == [1, 2, 4, 8, 8, 8, 1]


def test_the_thread_opens_a_new_generation_before_anybody_searches_and_tidies_every_minute(
    following, index, monkeypatch
):
    looked, clock = [], [1000.0]
    monkeypatch.setattr(index, "status", lambda: looked.append("opened"))
    monkeypatch.setattr(index, "attend", lambda: looked.append("tidied"))
    monkeypatch.setattr(follower.time, "monotonic", lambda: clock[0])
    for passed in (0, 59, 2):
        clock[0] += passed
        following._look()
    assert looked == ["opened", "tidied", "opened", "opened", "tidied"]


def test_the_thread_reads_a_text_once_so_that_no_visitor_waits_for_what_that_loads(
    following, index, monkeypatch, caplog
):
    read: list[str] = []
    house = SimpleNamespace(understand=read.append, meaning=SimpleNamespace(hears_order=False))
    monkeypatch.setitem(following.app.extensions, "holdspace", house)
    monkeypatch.setattr(follower.log, "propagate", True)
    with caplog.at_level("WARNING", logger=follower.log.name):
        for _ in range(2):
            following._look()
    assert read == [follower.FIRST_TEXT] and caplog.text.count("by words alone") == 1


def test_a_poke_makes_the_thread_look_at_once(following, monkeypatch):
    looked = threading.Event()
    monkeypatch.setattr(follower, "LOOK_EVERY_S", 3600)

    def step() -> int:
        looked.set()
        raise Ended

    monkeypatch.setattr(following, "step", step)
    monkeypatch.setattr(threading, "excepthook", lambda _told: None)
    following.start()
    assert not looked.wait(0.05)
    following.poke()
    assert looked.wait(10)
