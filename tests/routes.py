"""Every route of the app as a real address, made from the app itself: a new route can't be forgotten by a test."""

import sqlite3
import time
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from flask import Flask

SIGNED_IN = ("/my", "/account")
ALTERED = "AaBbCcDd"
FILLED: dict[str, Any] = {
    "filename": "holdspace.css",
    "step": "now",
    "section": "fee",
    "place": 0,
}
SLUGS = {
    "/concerns/<slug>": "childhood-trauma",
    "/approaches/<slug>": "inner-child-work",
    "/communities/<slug>": "south-asian",
    "/learn/<slug>": "what-is-inner-child-work",
}
PURPOSES = {"/search/": "search", "/questions/": "step", "/matches/": "matches"}
PURPOSES |= {"/consult-sheet/": "consult-sheet", "/shortlist/": "shortlist", "/therapists/<key>/": "shortlist"}


@dataclass(frozen=True, slots=True)
class Door:
    """One route: its rule, the methods that it answers, an address that works and, for a sealed one, its purpose."""

    rule: str
    endpoint: str
    methods: frozenset[str]
    url: str
    purpose: str = ""

    @property
    def for_seekers(self) -> bool:
        return not self.rule.startswith(SIGNED_IN)

    @property
    def posts(self) -> bool:
        return "POST" in self.methods

    @property
    def gets(self) -> bool:
        return "GET" in self.methods


def sealed(app: Flask, purpose: str, *, age_s: int = 0, **held: object) -> str:
    """A sealed link's token, as the house itself would have made it ``age_s`` seconds ago."""
    sealer = app.extensions["holdspace"].sealer
    return sealer.seal(purpose, held or {"a": {}}, now=int(time.time()) - age_s)


def step_url(app: Flask, page: str, **answers: object) -> str:
    """The address of one page of the questionnaire with these answers so far."""
    return f"/questions/{page}/{sealed(app, 'step', a=answers)}"


def a_therapist(app: Flask) -> str:
    """The address key of somebody who may be shown."""
    page = app.test_client().get("/therapists").get_data(as_text=True)
    return page.split('class="entry-name"><a href="/therapists/')[1].split('"')[0]


def doors(app: Flask) -> list[Door]:
    """Every route of ``app``. Fails for an argument that it doesn't know: say above how to fill it."""
    adapter = app.url_map.bind("localhost")
    known = {**FILLED, "key": a_therapist(app)}
    found = []
    for rule in app.url_map.iter_rules():
        if rule.endpoint == "security.static":
            continue  # the sign-in library's own scripts; a house of ours serves none of them
        purpose = next((PURPOSES[start] for start in PURPOSES if rule.rule.startswith(f"{start}<")), "")
        told = {name: SLUGS[rule.rule] if name == "slug" else known.get(name) for name in rule.arguments}
        told |= {"sealed": sealed(app, purpose)} if "sealed" in rule.arguments else {}
        told |= rule.defaults or {}
        assert None not in told.values(), f"say in tests/routes.py how to fill {rule.rule}"
        url = adapter.build(rule.endpoint, told)
        found.append(Door(rule.rule, rule.endpoint, frozenset(rule.methods or ()), url, purpose))
    return found


def remembered(app: Flask) -> dict[str, str]:
    """A hash of what every table holds."""
    with sqlite3.connect(app.config["INSTANCE"] / "holdspace.sqlite3") as database:
        names = [name for (name,) in database.execute("select name from sqlite_master where type = 'table'")]
        rows = {name: sorted(map(repr, database.execute(f'select * from "{name}"'))) for name in names}
    return {name: sha256("\n".join(told).encode()).hexdigest() for name, told in rows.items()}


def files_of(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, with what stands in it."""
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}
