"""The command line: everything explains itself, the demo starts from nothing, and a refusal is a sentence."""

import os
import re
import select
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from directory import create_app, demo, profiles
from directory.cli import main, progress
from tests.opening import ROOT, open_house, sign_in

PATIENCE_S = 120


def commands(command: click.Command, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every command there is, with those below it."""
    yield path
    for name, below in getattr(command, "commands", {}).items():
        yield from commands(below, (*path, name))


def run(*words: str) -> Result:
    """Run a command inside this process; a traceback fails the test."""
    result = CliRunner().invoke(main, list(words))
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


@pytest.fixture
def instance(app, monkeypatch) -> Path:
    """A healthy house of the test's own, named in the environment as a host would."""
    folder = Path(app.config["INSTANCE"])
    monkeypatch.setenv("HOLDSPACE_INSTANCE", str(folder))
    monkeypatch.delenv("HOLDSPACE_ENV", raising=False)
    return folder


def pretend_newer(instance: Path) -> None:
    with sqlite3.connect(instance / "holdspace.sqlite3") as database:
        database.execute("update alembic_version set version_num = '9999'")


# Help


@pytest.mark.parametrize("path", list(commands(main)), ids=lambda path: " ".join(path) or "holdspace")
def test_every_command_says_what_it_does_and_what_each_option_means(path):
    told = run(*path, "--help").output
    command: click.Command = main
    for name in path:
        command = command.commands[name]
    assert command.help and command.help[0].isupper() and command.help.rstrip().endswith("."), path
    assert " ".join(command.help.split()[:5]) in " ".join(told.split())
    assert all(option.help for option in command.params if isinstance(option, click.Option))
    assert run(*path, "-h").output == told


def test_every_command_of_the_house_is_listed():
    told = run("--help").output
    assert all(f"  {name}" in told for name in ("demo", "serve", "upgrade", "index", "daily", "doctor"))


def test_the_version_is_told():
    assert re.search(r"\d+\.\d+\.\d+", run("--version").output)


# The demo


@contextmanager
def running(port: int, instance: Path) -> Iterator[str]:
    """A demo of its own process, stopped as a person stops it. Yields what it printed until it was ready."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("HOLDSPACE_")}
    environment["HOLDSPACE_INSTANCE"] = str(instance)
    command = [sys.executable, "-c", "from directory.cli import main; main()", "demo", "--port", str(port)]
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    try:
        yield printed_until(process, b"Ctrl-C")
    finally:
        process.send_signal(signal.SIGINT)
        assert process.wait(PATIENCE_S) in (0, 1, -signal.SIGINT)


def printed_until(process: subprocess.Popen, words: bytes) -> str:
    told, until = b"", time.monotonic() + PATIENCE_S
    while words not in told:
        assert time.monotonic() < until and process.poll() is None, told.decode()
        if select.select([process.stdout], [], [], 1)[0]:
            told += os.read(process.stdout.fileno(), 4096)
    return told.decode()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def answers(address: str) -> int:
    until = time.monotonic() + PATIENCE_S
    while True:
        try:
            with urllib.request.urlopen(address, timeout=PATIENCE_S) as response:
                return response.status
        except ConnectionError:
            assert time.monotonic() < until
        except urllib.error.HTTPError as error:
            return error.code
        except urllib.error.URLError:
            assert time.monotonic() < until
        time.sleep(0.1)


def contents(instance: Path) -> list[str]:
    with sqlite3.connect(instance / "holdspace.sqlite3") as database:
        return list(database.iterdump())


def test_a_demo_in_an_empty_folder_makes_everything_once_and_answers_on_both_names(tmp_path):
    instance, port = tmp_path / "fresh", free_port()
    with running(port, instance) as first:
        assert f"http://localhost:{port}" in first
        assert demo.EMAIL in first and demo.PASSWORD in first
        assert all(re.search(rf"{what} +\[#+\]", first) for what in ("Database", "Therapists", "Index")), first
        assert [answers(f"http://{name}:{port}/") for name in ("localhost", "127.0.0.1")] == [200, 200]
    planted = contents(instance)
    with running(port, instance) as second:
        assert "Therapists" not in second and "Index" not in second and "Database" not in second
        assert answers(f"http://localhost:{port}/therapists") == 200
    assert contents(instance) == planted


def test_a_second_start_plants_nobody_and_builds_no_index(seeded, tmp_path, monkeypatch, instance):
    monkeypatch.setattr(profiles, "plant", lambda *_told: pytest.fail("planted again"))
    monkeypatch.setattr("directory.migrations.upgrade", lambda: pytest.fail("made the tables again"))
    monkeypatch.setattr("search_index.engine.SearchIndex.rebuild", lambda *_told, **_more: pytest.fail("indexed again"))
    told: list[str] = []
    open_house(instance, PREPARE=lambda what, _done, _total: told.append(what))
    assert told == []


def test_a_start_that_was_broken_off_is_finished_by_the_next(tmp_path, monkeypatch):
    real = profiles.plant

    def broken_off(people, today, kinds):
        yield next(real(people, today, kinds))
        raise KeyboardInterrupt

    settings = {"INSTANCE": tmp_path / "instance", "FOLLOW": False}
    with monkeypatch.context() as patched:
        patched.setattr(profiles, "plant", broken_off)
        with pytest.raises(KeyboardInterrupt):
            create_app(settings)
    app = create_app(settings)
    seeds = len(list((ROOT / "seeds" / "therapists").glob("*.toml")))
    with app.app_context():
        assert profiles.count_published() == seeds
    assert sign_in(app.test_client()).status_code == 302


def test_a_house_whose_index_cannot_be_written_starts_all_the_same(instance):
    shutil.rmtree(instance / "index")
    (instance / "index").write_text("a file where the folder should be")
    assert open_house(instance).test_client().get("/therapists").status_code == 200


def test_the_demo_answers_to_no_other_name(client):
    assert client.get("/", headers={"Host": "localhost:8000"}).status_code == 200
    assert client.get("/", headers={"Host": "127.0.0.1:8000"}).status_code == 200
    assert client.get("/", headers={"Host": "therapists.example"}).status_code == 400


def test_a_port_that_is_taken_is_said_so_with_a_way_out(instance):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        result = run("demo", "--port", str(port))
    assert result.exit_code == 1
    assert f"Port {port} is taken" in result.output and f"--port {port + 1}" in result.output


def test_the_demo_never_fills_a_production_house(instance, monkeypatch):
    monkeypatch.setenv("HOLDSPACE_ENV", "production")
    result = run("demo", "--port", str(free_port()))
    assert result.exit_code == 1 and "HOLDSPACE_ENV is not demo" in result.output


# Refusals

SERVING = [("demo",), ("serve",)]
EVERY_ONE = [*SERVING, ("upgrade",), ("daily",), ("index", "status"), ("index", "rebuild")]


@pytest.mark.parametrize("words", EVERY_ONE)
def test_settings_that_cannot_be_used_are_told_in_sentences(instance, monkeypatch, words):
    monkeypatch.setenv("HOLDSPACE_FOLLOW", "perhaps")
    monkeypatch.setenv("HOLDSPACE_PROXIES", "two")
    result = run(*words, *(("--port", str(free_port())) if words in SERVING else ()))
    assert result.exit_code == 1
    assert "HOLDSPACE_FOLLOW" in result.output and "HOLDSPACE_PROXIES" in result.output


@pytest.mark.parametrize("words", EVERY_ONE)
def test_tables_of_a_newer_version_stop_every_command_with_a_sentence(instance, words):
    pretend_newer(instance)
    result = run(*words, *(("--port", str(free_port())) if words == ("demo",) else ()))
    assert result.exit_code == 1 and "9999" in result.output and "newer version" in result.output


def test_a_house_is_not_served_before_its_tables_are_made(monkeypatch, tmp_path):
    for name, value in {
        "ENV": "production",
        "SECRET_KEYS": "k" * 40,
        "DATABASE_URL": f"sqlite:///{tmp_path / 'production.sqlite3'}",
        "BASE_URL": "https://therapists.example",
        "HOSTS": "therapists.example",
        "KEPT_BY": "an example association",
        "CONTACT": "weakness@therapists.example",
        "INSTANCE": str(tmp_path),
    }.items():
        monkeypatch.setenv(f"HOLDSPACE_{name}", value)
    refused = run("serve")
    assert refused.exit_code == 1 and "holdspace upgrade" in refused.output
    made = run("upgrade")
    assert made.exit_code == 0 and "from nothing to" in made.output
    assert "Nothing to do" in run("upgrade").output
    served: list[dict] = []
    monkeypatch.setattr("directory.cli.serving.waitress.serve", lambda app, **told: served.append(told))
    assert run("serve", "--port", "8123").exit_code == 0
    assert served[0]["port"] == 8123 and served[0]["host"] == "127.0.0.1" and served[0]["ident"] is None


# The index


def test_the_index_says_what_it_holds_and_how_far_it_is(instance):
    result = run("index", "status")
    assert result.exit_code == 0
    assert re.search(r"\d+ listings in \d+ segments", result.output)
    assert re.search(r"taken change (\d+) of \1\.", result.output)


def test_a_missing_index_is_said_so_and_a_rebuild_makes_it(instance):
    (instance / "index" / "current").unlink()
    told = run("index", "status").output
    assert "There is no index yet." in told and "holdspace index rebuild" in told
    result = run("index", "rebuild")
    assert result.exit_code == 0 and re.search(r"\d+ listings indexed in \d+\.\d s", result.output)
    assert re.search(r"Index +\[#+\]", result.output), "long work shows how far it is"
    assert re.search(r"taken change (\d+) of \1\.", run("index", "status").output)


def test_a_rebuild_of_nothing_says_that_there_is_nothing(instance):
    with sqlite3.connect(instance / "holdspace.sqlite3") as database:
        database.execute("pragma foreign_keys = on")
        database.execute("delete from therapists")
    assert "no listings yet" in run("index", "rebuild").output


def test_two_rebuilds_at_once_are_refused_in_a_sentence(instance, monkeypatch):
    monkeypatch.setattr("search_index.engine.SearchIndex.rebuild", lambda *_told, **_more: False)
    result = run("index", "rebuild")
    assert result.exit_code == 1 and "Try again in a moment" in result.output


def test_a_full_disk_while_rebuilding_is_said_in_a_sentence(instance, monkeypatch):
    def full(*_told, **_more):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("search_index.store.Store.new_generation", full)
    result = run("index", "rebuild")
    assert result.exit_code == 1 and "No space left on device" in result.output


# Once a day


def test_once_a_day_old_changes_are_forgotten_and_the_index_needs_none_of_them(instance):
    kept = "select count(*), max(number) from changes"
    with sqlite3.connect(instance / "holdspace.sqlite3") as database:
        before, last = database.execute(kept).fetchone()
        database.execute("update changes set at = '2001-01-01 00:00:00'")
    result = run("daily")
    assert result.exit_code == 0 and result.output.startswith(f"{before - 1} changes forgotten")
    assert run("daily").output.startswith("0 changes forgotten")
    with sqlite3.connect(instance / "holdspace.sqlite3") as database:
        assert database.execute(kept).fetchone() == (1, last)
    assert f"taken change {last} of {last}." in run("index", "status").output


# Progress


@pytest.mark.parametrize("terminal", [True, False])
def test_progress_is_a_bar_on_a_terminal_and_one_line_elsewhere(monkeypatch, capsys, terminal):
    monkeypatch.setattr(sys.stdout, "isatty", lambda: terminal, raising=False)
    for done in range(0, 5):
        progress.say("Index", done, 4)
    told = capsys.readouterr().out
    assert told.endswith("4/4\n") and told.count("\n") == 1
    assert told.count("\r") == (5 if terminal else 0)


def test_progress_over_nothing_is_complete(capsys):
    progress.say("Index", 0, 0)
    assert "0/0" in capsys.readouterr().out
