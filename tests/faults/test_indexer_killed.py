"""Whoever writes the index is killed: the index opens as it was before or after, and is brought level by the next."""

import os
import random
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from planted import plant, save, therapist, withdraw

from directory import changes, mending, profiles
from directory.db import db
from directory.follower import Follower
from search_index.engine import SearchIndex
from search_index.errors import IndexUnavailable

PEOPLE = [f"p{number}".ljust(10, "x") for number in range(30)]
RANDOM_KILLS = 40
# A batch takes a step more or less with the segments that it meets: past the last one of so many in a row.
ENOUGH = 4
RIGHT = "all right after it"
WORDS = [f"word{number}" for number in range(400)]
# Python tells of each of these before it does it.
STEPS = {"open", "os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.utime", "os.chmod", "os.truncate"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "index"


@pytest.fixture
def follower(database, folder, words) -> Follower:
    """A follower of a database with thirty listings, in step with it."""
    draw = random.Random(5)
    plant(*(therapist(key, id=key, bio_approach=" ".join(draw.choices(WORDS, k=150))) for key in PEOPLE))
    made = a_follower(database, folder, words)
    assert made.step() == 1
    return made


def a_follower(database, folder: Path, words) -> Follower:
    return Follower(database, SearchIndex(folder, words.digest), words)


def forked(work: Callable[[], None]) -> int:
    """Begin ``work`` in a process of its own; gives its id."""
    db.session.remove()
    db.engine.dispose()
    child = os.fork()
    if child:
        return child
    try:
        work()
        os._exit(0)
    except BaseException:
        os._exit(1)


def outcome(child: int) -> int:
    """Exit status of the process, or minus the signal that ended it."""
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def killed_at(step: int, folder: Path, work: Callable[[], object]) -> Callable[[], None]:
    """``work``, killed when it is about to do its ``step``th thing to the files of the folder."""
    left = [step]

    def watch(event: str, told: tuple) -> None:
        if event not in STEPS or not str(told[0]).startswith(str(folder)):
            return
        left[0] -= 1
        if not left[0]:
            os.kill(os.getpid(), signal.SIGKILL)

    def watched() -> None:
        sys.addaudithook(watch)
        work()

    return watched


def brought_level(database, folder: Path, words, *, had_index: bool = True) -> str:
    """Open the index as the next process would: what it was ("before", "after"), once all is right again."""
    follower = a_follower(database, folder, words)
    state = follower.index.status()
    assert state.problem is None or not had_index, state.problem
    was = "none" if state.problem else ("after" if (state.number, state.mark) == changes.latest() else "before")
    while follower.step():
        pass
    assert follower.index.cursor() == changes.latest()
    seen = mending.verify(follower, mend=False)
    assert seen.sound and seen.right == profiles.count_published(), seen
    return was


def leftovers(folder: Path, words) -> list[str]:
    """What lies in the folder and is not named, once ten minutes have passed."""
    long_ago = time.time() - 3600
    for path in folder.rglob("*"):
        os.utime(path, (long_ago, long_ago))
    index = SearchIndex(folder, words.digest)
    index.attend()
    state = index.status()
    files = [path.name for path in (folder / state.generation).iterdir()]
    unnamed = files if len(files) != 2 * state.segments + 2 else []
    return unnamed + [path.name for path in folder.iterdir() if path.is_dir() and path.name != state.generation]


def catch_up(follower: Follower, turn: int) -> None:
    assert follower.step() == 3


def rebuild(follower: Follower, turn: int) -> None:
    assert follower.rebuild()


def compact(follower: Follower, turn: int) -> None:
    assert follower.index.compact(at_once=True)


@pytest.mark.parametrize("work", [catch_up, rebuild, compact], ids=lambda work: work.__name__)
def test_killed_before_each_of_its_steps_on_the_disk(work, follower, database, folder, words, tell):
    """Between Whoosh's commit and the cursor is one of them."""
    was, step, lived = {"before": 0, "after": 0}, 0, 0
    while lived < ENOUGH:
        step += 1
        save(f"I was here before step{step}.", PEOPLE[step % 20])
        follower.step()
        save(f"I was here at step{step}.", PEOPLE[step % 20])
        save(f"I too at step{step}.", PEOPLE[20 + step % 5])
        withdraw(PEOPLE[25 + step % 5])
        if work is compact:
            follower.step()
        ended = outcome(forked(killed_at(step, folder, lambda turn=step: work(follower, turn))))
        assert ended in (0, -signal.SIGKILL)
        state = brought_level(database, folder, words)
        lived = lived + 1 if ended == 0 else 0
        was[state] += ended != 0
    assert was["after"] and (was["before"] or work is compact), "some steps come after the one that decides"
    assert leftovers(folder, words) == []
    tell(f"indexer killed in {work.__name__}, before each step on the disk", sum(was.values()), f"{was}, {RIGHT}")


def test_killed_at_random_while_it_follows_and_rebuilds(follower, database, folder, words, tell):
    draw, was = random.Random(11), {"before": 0, "after": 0}

    def work() -> None:
        while True:
            save(f"I say {draw.choice(WORDS)}.", draw.choice(PEOPLE))
            follower.step()
            if draw.random() < 0.2:
                follower.rebuild()

    for turn in range(RANDOM_KILLS):
        draw.seed(turn)
        child = forked(work)
        time.sleep(draw.uniform(0.0, 0.4))
        os.kill(child, signal.SIGKILL)
        assert outcome(child) == -signal.SIGKILL
        was[brought_level(database, folder, words)] += 1
    assert leftovers(folder, words) == []
    tell("indexer killed at random", RANDOM_KILLS, f"{was}, {RIGHT}")


def test_killed_while_the_first_index_is_made(database, folder, words, tell):
    plant(*(therapist(key, id=key) for key in PEOPLE))
    was, step, ended = {"none": 0, "after": 0, "before": 0}, 0, -1
    while ended:
        step += 1
        follower = a_follower(database, folder, words)
        ended = outcome(forked(killed_at(step, folder, follower.step)))
        was[brought_level(database, folder, words, had_index=False)] += 1
        for path in sorted(folder.rglob("*"), reverse=True):
            path.unlink() if path.is_file() else path.rmdir()
    tell("indexer killed while the first index is made", step - 1, f"{was}, {RIGHT}")


def test_a_full_disk_is_survived_and_forgotten(follower, database, folder, words, monkeypatch, tell):
    """Every writing of the index fails for a while; searches go on, and nothing has to be started again."""

    def full(*_told: object, **_more: object) -> None:
        raise OSError(28, "No space left on device")

    refused = 0
    with monkeypatch.context() as patched:
        patched.setattr("search_index.store.Store.commit", full)
        for turn in range(5):
            save(f"I wait for room{turn}.", PEOPLE[turn])
            with pytest.raises(IndexUnavailable, match="No space left"):
                follower.step()
            refused += 1
            assert follower.index.status().problem is None
    assert brought_level(database, folder, words) == "before"
    assert follower.step() == 0
    tell("disk full whenever the index is written", refused, "searches answered; level as soon as there was room")
