"""Opening a house, a database or a browser for a test, and what every fetched page must have."""

import os
import re
import shutil
from html.parser import HTMLParser
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from directory import config, create_app, demo
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


def open_house(folder: Path, **settings):
    """An app over an instance folder.

    The follower's thread stays off: call ``follower.step()`` where a test needs it.
    """
    app = create_app({"INSTANCE": folder, "FOLLOW": False, "TESTING": False, **settings})
    app.test_client_class = CheckingClient
    return app


def open_database(file: Path, address: str = "") -> Flask:
    """The database rooms alone, without a web: for tests that need rows and no pages.

    In an SQLite file, or in the database at ``address``.
    """
    bare = Flask("rooms")
    told = {"SECRET_KEYS": ("x" * 32,), "DATABASE_URL": address or f"sqlite:///{file}", "INSTANCE": file.parent}
    bare.config.from_mapping(config.for_flask(config.read({}, told)))
    database_room.init_app(bare)
    return bare


def sign_in(client: FlaskClient, email: str = demo.EMAIL, password: str = demo.PASSWORD):
    """Sign in through the page, with its token."""
    page = client.get("/account/sign-in").get_data(as_text=True)
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    data = {"email": email, "password": password, "csrf_token": token.group(1) if token else ""}
    return client.post("/account/sign-in", data=data)


def need(*programs: str) -> None:
    """Skip, with the reason, where a program is missing; fail where HOLDSPACE_REQUIRE names it."""
    required = set(filter(None, os.environ.get("HOLDSPACE_REQUIRE", "").split(",")))
    for program in programs:
        if shutil.which(PROGRAMS[program]) is None:
            told = f"{program} is not installed"
            pytest.fail(told) if program in required else pytest.skip(told)
