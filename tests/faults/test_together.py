"""Workers that share an index, one of them killed in the middle of saves; and how soon a save is found by all."""

import os
import random
import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from small_house import plant
from working import Worker, several

WORKERS, KILLS, TIMED = 4, 6, 40
PATIENCE_S = 20.0


@pytest.fixture(scope="module")
def planted(tmp_path_factory) -> Path:
    return plant(tmp_path_factory.mktemp("together"))


@pytest.fixture
def workers(planted: Path):
    with several(planted, WORKERS) as running:
        yield running


def all_level(workers: list[Worker]) -> bool:
    until = time.monotonic() + PATIENCE_S
    while not all(worker.tell("level") for worker in workers):
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    return True


def test_a_worker_killed_in_a_burst_of_saves_leaves_the_others_in_step(workers, planted, tell):
    draw, people = random.Random(3), workers[0].tell("found")
    for turn in range(KILLS):
        victim = draw.randrange(1, WORKERS)
        with ThreadPoolExecutor(WORKERS) as threads:
            bursts = [
                threads.submit(worker.tell, "save_many", people[:3], 8, f"kill{turn}by{number}")
                for number, worker in enumerate(workers)
            ]
            time.sleep(draw.uniform(0.05, 0.8))
            workers[victim].process.kill()
        assert all(burst.exception() is None for burst in bursts if burst is not bursts[victim])
        workers[victim].end()
        workers[victim] = Worker(planted / "instance", planted / "seeds")
        workers[victim].wait_until_open()
        assert all_level(workers)
        assert workers[0].tell("verified") == [0, 0, 0, 15, ""] and workers[victim].tell("found") == people
    tell(f"one of {WORKERS} workers killed in a burst of saves", KILLS, "the others in step, nothing missed")


def test_how_soon_a_save_is_found_by_every_worker(workers, tell):
    draw, people, took = random.Random(4), workers[0].tell("found"), []
    for turn in range(TIMED):
        word = f"soon{turn}"
        draw.choice(workers).tell("save", people[turn % len(people)], f"I say {word}.")
        began = time.monotonic()
        while not all(worker.tell("found", word) for worker in workers):
            assert time.monotonic() - began < PATIENCE_S
        took.append((time.monotonic() - began) * 1000)
    told = f"found by every worker after {statistics.median(took):.0f} ms (median), {max(took):.0f} ms (worst); "
    told += f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
    tell(f"a save, looked for in {WORKERS} workers", TIMED, told)
