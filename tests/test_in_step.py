"""Four worker processes share one index folder: each finds every save, whoever writes, rebuilds or restores."""

import fcntl
import shutil
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from small_house import plant
from working import Worker, several

WORKERS, SAVES_EACH = 4, 50
# A save is found within a second; a busy machine is given more before that counts as a fault.
PATIENCE_S, LEVEL_S = 10.0, 60.0


@pytest.fixture(scope="module")
def planted(tmp_path_factory) -> Path:
    return plant(tmp_path_factory.mktemp("in-step"))


@pytest.fixture(scope="module")
def workers(planted: Path) -> Iterator[list[Worker]]:
    """Four processes over one house of a dozen listings; each test leaves them in step."""
    with several(planted, WORKERS) as running:
        yield running


@pytest.fixture(scope="module")
def people(workers) -> list[str]:
    """Everyone, as they are found at the start."""
    everyone = workers[0].tell("found")
    assert len(everyone) > WORKERS
    return everyone


def until(holds: Callable[[], bool], patience_s: float = PATIENCE_S) -> bool:
    """Does it come to hold before patience ends?"""
    end = time.monotonic() + patience_s
    while not holds():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


def at_once(calls: list[Callable[[], object]]) -> list:
    """Everything at the same time, each in a thread; what each gave, in order."""
    with ThreadPoolExecutor(len(calls)) as threads:
        return [begun.result() for begun in [threads.submit(call) for call in calls]]


def found_by_all(workers: list[Worker], word: str, ids: list[str]) -> bool:
    return until(lambda: all(worker.tell("found", word) == ids for worker in workers))


def in_step(workers: list[Worker]) -> bool:
    return until(lambda: all(worker.tell("level") for worker in workers), LEVEL_S)


def all_right(workers: list[Worker], people: list[str]) -> bool:
    """Every worker finds everybody, and the index holds of each of them what the database says."""
    seen = [worker.tell("verified") for worker in workers]
    right = all(told[:3] == [0, 0, 0] and told[3] >= len(people) and not told[4] for told in seen)
    return right and all(worker.tell("found") == people for worker in workers)


def test_a_save_is_findable_by_every_worker_whoever_takes_it(workers, people):
    for number, worker in enumerate(workers):
        worker.tell("save", people[number], f"I grow quincetree{number}.")
        assert found_by_all(workers, f"quincetree{number}", [people[number]])
        for one in workers:
            status, page = one.search(f"quincetree{number}")
            assert status == 200 and f"/therapists/{people[number]}" in page


def test_bursts_of_saves_from_every_worker_end_with_every_index_equal_to_the_database(workers, people):
    """While they save, people search: no page is anything but a page, and no count goes wrong."""
    ended, statuses, rounds, shared = threading.Event(), [], SAVES_EACH // 2, people[:2]

    def visit(worker: Worker) -> None:
        while not ended.is_set():
            statuses.extend((worker.get("/therapists")[0], worker.search("I feel alone")[0]))

    with ThreadPoolExecutor(2) as threads:
        visits = [threads.submit(visit, worker) for worker in workers[:2]]
        try:
            bursts = [lambda w=w, n=n: w.tell("save_many", shared, rounds, f"burst{n}") for n, w in enumerate(workers)]
            saved = at_once(bursts)
        finally:
            ended.set()
    assert [visit.result() for visit in visits] == [None, None]
    assert in_step(workers)
    assert len(statuses) > 4 and set(statuses) == {200}
    assert all_right(workers, people)
    last = [last[one] for last in saved for one in shared]
    for worker in workers:
        assert sorted(one for word in last for one in worker.tell("found", word)) == sorted(shared)
        assert worker.tell("found", f"burst0{shared[0]}x0") == []


def test_a_lock_that_another_program_keeps_is_never_seen_on_a_page_and_nothing_is_lost_by_it(workers, people, planted):
    with open(planted / "instance" / "index" / "lock", "ab") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        workers[0].tell("save", people[0], "I keep a lockkeeper.")
        began = time.monotonic()
        for worker in workers:
            assert worker.get("/therapists")[0] == worker.search("lockkeeper")[0] == 200
        assert time.monotonic() - began < PATIENCE_S
        assert all(worker.tell("found", "lockkeeper") == [] for worker in workers)
    assert found_by_all(workers, "lockkeeper", [people[0]])


def test_rebuilds_and_switches_while_all_search_and_save_never_show_less(workers, people):
    searching = [lambda w=w: w.tell("search_for", 6) for w in workers[1:]]

    def change() -> list[bool]:
        done = []
        for turn in range(4):
            workers[0].tell("save", people[turn], f"I saw switchyard{turn}.")
            done.append(workers[0].tell("rebuild"))
        return done

    *seen, rebuilt = at_once([*searching, change])
    assert rebuilt == [True] * 4
    for told in seen:
        assert told["wrong"] == [] and told["totals"] == [len(people)]
        assert len(told["generations"]) > 1, "no switch was seen"
    for turn in range(4):
        assert found_by_all(workers, f"switchyard{turn}", [people[turn]])
    assert in_step(workers) and all_right(workers, people)


def backup(source: Path, target: Path) -> None:
    with sqlite3.connect(source) as old, sqlite3.connect(target) as new:
        old.backup(new)


@pytest.mark.parametrize("later", [0, 1, 2, 3], ids=lambda later: f"{later} saves after it")
def test_an_older_database_under_a_newer_index_is_followed_at_once_and_nothing_is_missed(
    workers, people, planted, tmp_path, later
):
    """As yesterday's backup, or a promoted copy that lacks the last two changes: lower, same and higher numbers."""
    file, kept, word = planted / "instance" / "holdspace.sqlite3", tmp_path / "kept.sqlite3", f"lost{later}"
    workers[0].tell("save", people[0], f"I was{word} before.")
    backup(file, kept)
    workers[0].tell("save", people[0], f"I never{word}.")
    workers[1].tell("save", people[1], f"I never{word} either.")
    assert found_by_all(workers, f"never{word}", sorted(people[:2]))
    backup(kept, file)
    for number in range(later):
        workers[number].tell("save", people[2 + number], f"I came{word}.")
    assert found_by_all(workers, f"never{word}", [])
    assert found_by_all(workers, f"was{word}", [people[0]])
    assert found_by_all(workers, f"came{word}", sorted(people[2 : 2 + later]))
    assert in_step(workers) and all_right(workers, people)


def test_a_worker_finds_its_way_when_the_whole_folder_is_taken_away(workers, people, planted):
    index = planted / "instance" / "index"
    index.rename(planted / "taken-away")
    shutil.rmtree(planted / "taken-away")
    assert all(worker.get("/therapists")[0] == 200 for worker in workers)
    assert in_step(workers) and all_right(workers, people)
