"""The few fixtures that every test shares: a seeded house, a client that checks each page, a signed-in therapist."""

import os
import re
import shutil
import sqlite3
from html.parser import HTMLParser
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from directory import config, create_app, demo, migrations, vocabulary
from directory import db as database_room

ROOT = Path(__file__).parent.parent
PROGRAMS = {"chromium": "chromium", "postgresql": "psql", "redis": "redis-server", "nginx": "nginx"}
PROGRAMS |= {"java": "java", "node": "node", "strace": "strace"}


class Outline(HTMLParser):
    """What every page must have: one title, one h1, a label or name for every field, an id only once."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.titles, self.h1, self.ids, self.fields, self.labels = 0, 0, [], [], set()
        self.links: list[str] = []
        self.forms: list[dict[str, str | None]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        self.titles += tag == "title"
        self.h1 += tag == "h1"
        if told.get("id"):
            self.ids.append(told["id"])
        if tag == "label" and told.get("for"):
            self.labels.add(told["for"])
        if tag in {"input", "select", "textarea"} and told.get("type") not in {"hidden", "submit"}:
            self.fields.append(told)
        if tag == "a" and told.get("href"):
            self.links.append(told["href"])
        if tag == "form":
            self.forms.append(told)


def check_page(html: str) -> Outline:
    """The outline of a page; fails when the page lacks what every page must have."""
    page = Outline(html)
    assert page.titles == 1 and page.h1 == 1, (page.titles, page.h1)
    assert len(page.ids) == len(set(page.ids)), [i for i in page.ids if page.ids.count(i) > 1]
    for told in page.fields:
        named = told.get("id") in page.labels or told.get("aria-label") or told.get("aria-labelledby")
        assert named, told
    return page


class CheckingClient(FlaskClient):
    """A client that looks at the outline of every HTML page that it fetches."""

    def open(self, *args, **kwargs):
        response = super().open(*args, **kwargs)
        if response.mimetype == "text/html" and response.status_code not in {301, 302, 303, 308}:
            check_page(response.get_data(as_text=True))
        return response


@pytest.fixture(scope="session")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An instance folder with the demo's database and index, made once for all tests. Never write to it: copy it."""
    folder = tmp_path_factory.mktemp("seeded")
    app = create_app({"INSTANCE": folder, "FOLLOW": False})
    with sqlite3.connect(folder / "holdspace.sqlite3") as database:
        database.execute("pragma wal_checkpoint(truncate)")
    app.extensions["holdspace"].index.close()
    return folder


def open_house(folder: Path, **settings):
    """An app over an instance folder.

    The follower's thread stays off: call ``follower.step()`` where a test needs it.
    """
    app = create_app({"INSTANCE": folder, "FOLLOW": False, "TESTING": False, **settings})
    app.test_client_class = CheckingClient
    return app


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


def open_database(file: Path, address: str = "") -> Flask:
    """The database rooms alone, without a web: for tests that need rows and no pages.

    In an SQLite file, or in the database at ``address``.
    """
    bare = Flask("rooms")
    told = {"SECRET_KEYS": ("x" * 32,), "DATABASE_URL": address or f"sqlite:///{file}", "INSTANCE": file.parent}
    bare.config.from_mapping(config.for_flask(config.read({}, told)))
    database_room.init_app(bare)
    return bare


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


def sign_in(client: FlaskClient, email: str = demo.EMAIL, password: str = demo.PASSWORD):
    """Sign in through the page, with its token."""
    page = client.get("/account/sign-in").get_data(as_text=True)
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    data = {"email": email, "password": password, "csrf_token": token.group(1) if token else ""}
    return client.post("/account/sign-in", data=data)


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


def need(*programs: str) -> None:
    """Skip, with the reason, where a program is missing; fail where HOLDSPACE_REQUIRE names it."""
    required = set(filter(None, os.environ.get("HOLDSPACE_REQUIRE", "").split(",")))
    for program in programs:
        if shutil.which(PROGRAMS[program]) is None:
            told = f"{program} is not installed"
            pytest.fail(told) if program in required else pytest.skip(told)


def pytest_configure(config: pytest.Config) -> None:
    """Always print which tests were skipped, and why."""
    config.option.reportchars = "sE" if not config.option.reportchars else config.option.reportchars
