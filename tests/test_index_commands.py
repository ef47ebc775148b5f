"""The commands that look after the index: what they compare, put right and let go of, what they say, how they end."""

import fcntl
import os
import re
import shutil
import sqlite3
import time
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from small_house import plant, reopen

from directory import changes
from directory.cli import main
from directory.db import db, writing
from directory.models import Therapist

RARE = "quillonzebrawood"


@pytest.fixture(scope="module")
def planted(tmp_path_factory) -> Path:
    return plant(tmp_path_factory.mktemp("looked-after"))


@pytest.fixture
def house(planted: Path, tmp_path: Path, monkeypatch):
    """A house of a dozen listings, named in the environment as a host would."""
    shutil.copytree(planted / "instance", tmp_path / "instance")
    monkeypatch.setenv("HOLDSPACE_INSTANCE", str(tmp_path / "instance"))
    monkeypatch.setenv("HOLDSPACE_SEEDS", str(planted / "seeds"))
    monkeypatch.delenv("HOLDSPACE_ENV", raising=False)
    app = reopen(planted, tmp_path / "instance")
    with app.app_context():
        yield app.extensions["holdspace"]


@pytest.fixture
def index(house, tmp_path) -> Path:
    """The folder of the index."""
    return tmp_path / "instance" / "index"


def run(*words: str, status: int = 0) -> str:
    """What a command says; its exit status must be this."""
    result: Result = CliRunner().invoke(main, list(words))
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert result.exit_code == status, result.output
    return result.output


def ids() -> list[str]:
    return list(db.session.scalars(db.select(Therapist.id).order_by(Therapist.id)))


def write(listing_id: str, *, told: bool, **values: object) -> None:
    """Write a row; ``told`` with a change for the index to follow."""
    with writing():
        for name, value in values.items():
            setattr(db.session.get_one(Therapist, listing_id), name, value)
        if told:
            changes.record([listing_id])
        db.session.commit()


def delete(listing_id: str) -> None:
    with writing():
        db.session.execute(db.delete(Therapist).where(Therapist.id == listing_id))
        changes.record([listing_id])
        db.session.commit()


def holding(folder: Path, *what: str) -> set[str]:
    """The files below a folder in whose bytes any of this stands, read as it is."""
    wanted = [one.encode() for one in what]
    files = [file for file in folder.rglob("*") if file.is_file()]
    return {file.suffix or file.name for file in files if any(one in file.read_bytes() for one in wanted)}


# Comparing


def test_an_index_that_is_right_is_said_to_be(house):
    everyone = len(ids())
    assert f"Added 0, refreshed 0, removed 0, right already {everyone}." in run("index", "verify")
    assert f"right already {everyone}. Nothing was written." in run("index", "verify", "--check")


def test_what_differs_is_found_by_a_check_and_mended_without_one(house):
    first, second, *others = ids()
    write(first, told=False, headline=f"I say {RARE}.")
    write(second, told=False, state="withdrawn")
    seen = f"different 1, there for nothing 1, right already {len(others)}. Nothing was written."
    assert f"Missing 0, {seen}" in run("index", "verify", "--check", status=1)
    assert f"Added 0, refreshed 1, removed 1, right already {len(others)}." in run("index", "verify")
    write(second, told=False, state="published")
    assert "Added 1, refreshed 0, removed 0" in run("index", "verify")
    assert "Added 0, refreshed 0, removed 0" in run("index", "verify")


def test_an_index_that_is_missing_is_said_so_and_made(house, index):
    shutil.rmtree(index)
    told = run("index", "verify", "--check", status=1)
    assert "There is no index yet." in told and "Not built anew." in told and not index.exists()
    assert f"right already {len(ids())}." in run("index", "verify")


def test_an_index_that_others_write_is_said_to_be_not_put_right(house, index, monkeypatch):
    monkeypatch.setattr("directory.mending.TURN_WAIT_S", 0.0)
    write(ids()[0], told=False, headline=f"I say {RARE}.")
    with open(index / "lock", "ab") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        told = run("index", "verify", status=1)
    assert "Not put right: missing 0, different 1" in told and "Try again in a moment." in told


# How it stands


def test_the_status_counts_what_was_deleted_and_names_what_lets_go_of_it(house):
    assert "still in its files: 0." in run("index", "status")
    write(ids()[0], told=True, headline=f"I say {RARE}.")
    assert house.follower.step() == 1
    told = run("index", "status")
    assert "still in its files: 1. `holdspace daily` lets go of them." in told


def test_the_status_of_an_index_of_another_database_says_so(house, tmp_path):
    with sqlite3.connect(tmp_path / "instance" / "holdspace.sqlite3") as database:
        database.execute("update changes set mark = 'ffffffffffffffff'")
    assert "made from another database" in run("index", "status")


# Letting go


@pytest.fixture
def rare(house, index) -> str:
    """The id of somebody who has a word of their own, and was deleted after the index took them in."""
    one = ids()[3]
    write(one, told=True, headline=f"I say {RARE}.")
    house.follower.step()
    assert holding(index, one) >= {".seg", ".side"} and holding(index, RARE) >= {".seg", ".side"}
    assert RARE in house.index.words()
    delete(one)
    house.follower.step()
    assert holding(index, one, RARE), "a deletion alone leaves the words in the files"
    return one


@pytest.mark.parametrize("words", [("daily",), ("daily", "--now"), ("index", "compact"), ("index", "compact", "--now")])
def test_a_deleted_listing_leaves_every_file_at_once_where_no_server_runs(house, index, rare, words):
    before = house.index.cursor()
    assert re.search(r"[1-9]\d* deleted or replaced listings left the index", run(*words))
    assert holding(index, rare, RARE) == set()
    assert RARE not in house.index.words() and house.index.cursor() == before
    assert house.index.status().deleted == 0 and "nothing 0, right already" in run("index", "verify", "--check")


@pytest.mark.parametrize("words", [("daily",), ("index", "compact")])
def test_a_server_that_runs_keeps_the_files_before_for_ten_minutes_and_then_removes_them(house, index, rare, words):
    house.index.attend()
    assert "The running server removes the files before within eleven minutes." in run(*words)
    assert holding(index, RARE) and RARE not in house.index.words()
    house.index.attend()
    assert holding(index, RARE), "ten minutes have not passed"
    for path in index.rglob("*"):
        os.utime(path, (time.time() - 601,) * 2)
    house.index.attend()
    assert holding(index, rare, RARE) == set()


@pytest.mark.parametrize("words", [("daily", "--now"), ("index", "compact", "--now")])
def test_now_means_now_while_a_server_runs_and_it_goes_on(house, index, rare, words):
    house.index.attend()
    everyone = house.index.status().listings
    assert "The running server" not in run(*words)
    assert holding(index, rare, RARE) == set()
    assert house.index.status().listings == everyone and house.follower.step() == 0


def test_generations_of_earlier_rebuilds_go_too(house, index, rare):
    assert house.follower.rebuild()
    assert holding(index, RARE), "the generation before stands for ten minutes"
    run("daily")
    assert holding(index, rare, RARE) == set() and len([one for one in index.iterdir() if one.is_dir()]) == 1


def test_a_deletion_that_no_server_followed_leaves_too(house, index):
    one = ids()[3]
    write(one, told=True, headline=f"I say {RARE}.")
    house.follower.step()
    delete(one)
    run("daily")
    assert holding(index, one, RARE) == set()


def test_with_nothing_to_let_go_of_nothing_is_written(house, index):
    run("index", "compact", "--now")
    before = {path: path.read_bytes() for path in index.rglob("*") if path.is_file()}
    assert run("daily", "--now").splitlines()[-1].startswith("0 deleted or replaced listings left the index")
    assert {path: path.read_bytes() for path in index.rglob("*") if path.is_file()} == before


def test_while_another_process_builds_the_index_a_compaction_is_refused_in_a_sentence(house, index):
    with open(index / "rebuild.lock", "ab") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        assert "Try again in a moment" in run("index", "compact", status=1)


@pytest.mark.parametrize("words", [("daily",), ("index", "compact")])
def test_a_broken_index_is_built_anew_before_it_is_compacted(house, index, words):
    for file in index.rglob("*.se*"):
        file.write_bytes(b"\0" * 99)
    for file in index.rglob("*.side"):
        file.unlink()
    run(*words)
    assert f"right already {len(ids())}. Nothing was written." in run("index", "verify", "--check")
