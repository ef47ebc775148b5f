"""The doctor names each fault of a house and says how to mend it, and changes nothing while it looks."""

import shutil
import sqlite3
from pathlib import Path

import pytest
from click.testing import CliRunner
from planted import today
from sqlalchemy import select

from directory import changes
from directory.cli import main
from directory.db import db, writing
from directory.models import Therapist
from search_index import attending
from tests.opening import ROOT, open_house


@pytest.fixture
def instance(seeded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A healthy house of the test's own, named in the environment as a host would."""
    folder = tmp_path / "instance"
    shutil.copytree(seeded, folder)
    monkeypatch.setenv("HOLDSPACE_INSTANCE", str(folder))
    monkeypatch.delenv("HOLDSPACE_ENV", raising=False)
    return folder


def examined() -> tuple[int, list[str], str]:
    """The doctor's exit status, what needs mending, and everything that was printed."""
    result = CliRunner().invoke(main, ["doctor"])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, [line for line in result.output.splitlines() if line.startswith("MEND")], result.output


def execute(instance: Path, *statements: str) -> None:
    with sqlite3.connect(instance / "holdspace.sqlite3") as database:
        for statement in statements:
            database.execute(statement)


def snapshot(folder: Path) -> dict[str, bytes]:
    """Every file with its bytes, but those that SQLite makes for any reader and takes away again."""
    files = [file for file in folder.rglob("*") if file.is_file() and not file.name.endswith(("-shm", "-wal"))]
    return {str(file.relative_to(folder)): file.read_bytes() for file in files}


@pytest.fixture
def verified_seeds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Seeds in which the host has called every help line today."""
    seeds = tmp_path / "seeds"
    shutil.copytree(ROOT / "seeds", seeds)
    crisis = seeds / "crisis.toml"
    told = crisis.read_text("utf-8")
    for table in ("[[country]]", "[[country.line]]"):
        told = told.replace(f"{table}\n", f"{table}\nlast_verified = {today()}\n")
    crisis.write_text(told, "utf-8")
    monkeypatch.setenv("HOLDSPACE_SEEDS", str(seeds))
    return seeds


def test_a_healthy_house_needs_nothing(instance, verified_seeds):
    status, mend, printed = examined()
    assert (status, mend) == (0, []), printed
    assert printed.count("ok    ") == 6


def test_help_lines_that_nobody_called_are_counted_and_the_mend_is_told(instance):
    status, mend, printed = examined()
    assert status == 1 and len(mend) == 1 and "numbers and help lines were not verified by you" in mend[0]
    assert "Check each one" in printed and "seeds/crisis.toml" in printed


def test_settings_that_cannot_be_used_are_told_all_at_once_and_nothing_else_is_tried(instance, monkeypatch):
    monkeypatch.setenv("HOLDSPACE_ENV", "production")
    monkeypatch.setenv("HOLDSPACE_PROXIES", "two")
    status, mend, printed = examined()
    assert status == 1 and len(mend) == 1
    assert "HOLDSPACE_PROXIES" in printed and "HOLDSPACE_HOSTS must be set" in printed


def test_missing_tables_are_named_with_the_command_that_makes_them(instance):
    (instance / "holdspace.sqlite3").unlink()
    status, mend, printed = examined()
    assert status == 1 and "database cannot be used" in mend[0]
    assert "stand at nothing" in printed and "holdspace upgrade" in printed
    assert "index" not in " ".join(mend), "an index can't be judged without a database"


def test_tables_of_a_newer_version_are_named(instance):
    execute(instance, "update alembic_version set version_num = '9999'")
    _, mend, printed = examined()
    assert "9999" in printed and "newer version" in printed


def test_a_file_that_is_no_database_is_named(instance):
    for file in instance.glob("holdspace.sqlite3*"):
        file.unlink()
    (instance / "holdspace.sqlite3").write_text("This is not a database, only a text of some length." * 40)
    _, mend, printed = examined()
    assert "does not answer" in printed and "not a database" in printed


def test_a_missing_index_is_named_and_not_made(instance):
    shutil.rmtree(instance / "index")
    _, mend, printed = examined()
    assert "No index answers" in mend[0] and "holdspace index rebuild" in printed
    assert not (instance / "index" / "current").exists()


def test_an_index_of_another_database_is_named(instance):
    execute(instance, "update changes set mark = 'ffffffffffffffff'")
    _, mend, printed = examined()
    assert "another database" in mend[0] and "holdspace index rebuild" in printed


def test_an_index_that_lags_behind_is_named_with_how_far(instance):
    execute(
        instance,
        "insert into changes select max(number) + 1, 'aaaaaaaaaaaaaaaa', listing_id, at from changes",
    )
    _, mend, printed = examined()
    assert "1 changes behind" in mend[0] and "No server follows it." in printed
    folder = instance / "index"
    with attending.attend(folder):
        assert "catches up by itself" in examined()[2]


def test_deleted_listings_that_still_stand_in_the_files_of_the_index_are_counted(instance):
    before = len(examined()[1])
    house = open_house(instance, PREPARE=None).extensions["holdspace"]
    with house.follower.app.app_context(), writing():
        gone = db.session.scalars(select(Therapist).limit(1)).one()
        gone.state = "withdrawn"
        changes.record([gone.id])
        db.session.commit()
    assert house.follower.step() == 1
    status, mend, printed = examined()
    assert "1 deleted or replaced ones stand in its files until `holdspace daily`." in printed and len(mend) == before


def test_seeds_that_cannot_be_read_are_named_with_file_and_fault(instance, verified_seeds):
    (verified_seeds / "questionnaire.toml").write_text("[[page]\n")
    status, mend, printed = examined()
    assert status == 1 and "seeds cannot be used" in mend[0]
    broken = verified_seeds / "vocabulary" / "concerns.toml"
    shutil.copy(ROOT / "seeds" / "questionnaire.toml", verified_seeds)
    broken.write_text(broken.read_text("utf-8").replace('slug = "shame"', 'slug = "Not A Slug"'), "utf-8")
    _, mend, printed = examined()
    assert "seeds cannot be used" in mend[0] and "concerns.toml" in printed


def test_looking_changes_nothing(instance):
    before = snapshot(instance)
    examined()
    assert snapshot(instance) == before


def test_looking_at_an_empty_folder_seeds_nothing(tmp_path, monkeypatch):
    monkeypatch.setenv("HOLDSPACE_INSTANCE", str(tmp_path / "fresh"))
    _, mend, _ = examined()
    assert "database cannot be used" in mend[0]
    with sqlite3.connect(tmp_path / "fresh" / "holdspace.sqlite3") as database:
        assert database.execute("select count(*) from sqlite_master").fetchone() == (0,)


def test_word_vectors_that_cannot_be_used_are_told(instance, verified_seeds, monkeypatch):
    monkeypatch.setattr("search_index.vectors.PACKAGE", "no_such_package")
    status, mend, printed = examined()
    assert status == 1 and len(mend) == 1 and "word vectors cannot be used" in mend[0]
    assert "requirements.lock" in printed


def test_a_sentence_model_that_cannot_be_used_is_told(instance, verified_seeds, monkeypatch):
    monkeypatch.setattr("search_index.hearing.loaded", lambda: None)
    status, mend, printed = examined()
    assert status == 1 and len(mend) == 1 and "sentence model cannot be used" in mend[0]
    assert "requirements.lock" in printed


def test_sayings_that_changed_since_danger_was_learnt_are_told(instance, verified_seeds):
    sayings = verified_seeds / "danger_sayings.toml"
    sayings.write_text(sayings.read_text("utf-8").replace("near = [", 'near = ["I fell off my bicycle",', 1), "utf-8")
    status, mend, printed = examined()
    assert status == 1 and len(mend) == 1 and "Sayings changed" in mend[0] and "make danger" in printed
