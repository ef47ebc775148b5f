"""The few fixtures that every test shares: a seeded house, a client that checks each page, a signed-in therapist."""

import os
import shutil
import sqlite3
from pathlib import Path

import pytest

from directory import create_app, migrations, vocabulary
from directory import db as database_room
from tests import small_house
from tests.fitted import learnt_once
from tests.opening import ROOT, open_database, open_house, sign_in

learnt_once()


@pytest.fixture(scope="session")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An instance folder with the demo's database and index, made once for all tests. Never write to it: copy it."""
    folder = tmp_path_factory.mktemp("seeded")
    app = create_app({"INSTANCE": folder, "FOLLOW": False})
    with sqlite3.connect(folder / "holdspace.sqlite3") as database:
        database.execute("pragma wal_checkpoint(truncate)")
    app.extensions["holdspace"].index.close()
    return folder


@pytest.fixture(scope="session")
def reading_app(seeded: Path, tmp_path_factory: pytest.TempPathFactory):
    """One house for all tests that only read."""
    folder = tmp_path_factory.mktemp("reading") / "instance"
    shutil.copytree(seeded, folder)
    return open_house(folder)


@pytest.fixture
def client(reading_app):
    """A seeker's browser without cookies of its own."""
    return reading_app.test_client()


@pytest.fixture
def app(seeded: Path, tmp_path: Path):
    """A house of its own for a test that writes."""
    folder = tmp_path / "instance"
    shutil.copytree(seeded, folder)
    return open_house(folder)


@pytest.fixture(scope="session")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Seeds and instance of a house with a dozen listings. Never write to it: copy the instance."""
    return small_house.plant(tmp_path_factory.mktemp("a-few"))


@pytest.fixture
def few(planted: Path, tmp_path: Path):
    """A house of its own with a dozen listings."""
    shutil.copytree(planted / "instance", tmp_path / "instance")
    return small_house.reopen(planted, tmp_path / "instance")


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file with every table and no row. Copy it."""
    file = tmp_path_factory.mktemp("tables") / "empty.sqlite3"
    bare = open_database(file)
    with bare.app_context():
        migrations.upgrade()
        database_room.db.engine.dispose()
    return file


@pytest.fixture
def database(empty_database: Path, tmp_path: Path):
    """The database rooms over an empty database of the test's own, with their context open."""
    file = tmp_path / "rooms.sqlite3"
    shutil.copy(empty_database, file)
    bare = open_database(file)
    with bare.app_context():
        yield bare
        database_room.db.session.remove()
        database_room.db.engine.dispose()


@pytest.fixture(scope="session")
def words() -> vocabulary.Vocabulary:
    """The house's vocabulary."""
    return vocabulary.load(ROOT / "seeds" / "vocabulary")


@pytest.fixture
def signed_in(app):
    """A therapist's browser, signed in to the demo's own account."""
    browser = app.test_client()
    assert sign_in(browser).status_code == 302
    return browser


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder with data for measuring, no part of the project; skips, with the reason, where it is absent."""
    folder = Path(os.environ.get("HOLDSPACE_SHARED", ROOT.parent / "shared"))
    if not folder.is_dir():
        pytest.skip(f"no folder with measuring data at {folder} (set HOLDSPACE_SHARED)")
    return folder
