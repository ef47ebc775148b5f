"""Nothing that somebody who looks types or answers is kept: unique words are seen in use, and then found nowhere."""

import base64
import io
import json
import logging
import re
import shutil
import tempfile
import zlib
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

import pytest
from evidence import Evidence, spellings, traces
from flask import current_app, request, session
from naughty import Shape
from routes import files_of
from small_house import plant, reopen
from sqlalchemy import select
from visitor import HERE, Sent, Visitor

from directory.db import db, writing
from directory.models import AuditLine, Therapist
from directory.readiness.questionnaire import Option

GROUPS = ("concerns", "approaches", "languages", "communities", "themes", "faiths", "faith_stances", "affirming")
GROUPS += ("genders", "populations", "payments", "insurers", "accessibility", "times", "formats")
SEALED_FACETS = {"concern": "concerns", "approach": "approaches", "community": "communities", "theme": "themes"}
SEALED_FACETS |= {"faith_stance": "faith_stances", "affirming": "affirming", "population": "populations"}
SEALED_FACETS |= {"gender": "genders", "payment": "payments", "insurance": "insurers"}
READABLE_FACETS = ("country", "region", "format", "language", "times", "availability", "accessibility")


def canary(name: str) -> str:
    """A slug that nobody else writes: the same in every run, and in no file of the project."""
    return f"kanarie{base64.b32encode(name.encode()).decode().strip('=').lower()}"


def digits(name: str) -> str:
    """The same for a field that takes numbers."""
    return str(10_000_019 + sum(ord(letter) ** 3 for letter in name) % 80_000_000)


# ------------------------------------------------------------------------------------------------------------ The house


@pytest.fixture(scope="session")
def planted(tmp_path_factory) -> Path:
    """A small house whose vocabulary knows a canary of every group that somebody can choose from."""
    folder = tmp_path_factory.mktemp("canaries")
    own = folder / "own"
    own.mkdir()
    for group in GROUPS:
        words = {
            "slug": canary(group),
            "label": f"Canary {canary(group)}",
            "sentence": "A word that sings when it is kept.",
        }
        lines = [f"{key} = {json.dumps(value)}" for key, value in words.items()]
        (own / f"{group}.toml").write_text("\n".join(["[[term]]", *lines]))
    return plant(folder, VOCABULARY=own)


def with_canaries(app) -> dict[str, str]:
    """Give every question that has its own options one more. Returns the words of each by question."""
    house = app.extensions["holdspace"]
    told: dict[str, str] = {}

    def sung(question):
        if not question.options:
            return question
        told[question.id] = digits(question.id) if question.kind == "scale" else canary(question.id)
        extra = Option(id=told[question.id], label=f"Canary {told[question.id]}", values=())
        return replace(question, options=(*question.options, extra))

    pages = tuple(replace(page, question=tuple(map(sung, page.question))) for page in house.questionnaire.page)
    app.extensions["holdspace"] = replace(house, questionnaire=replace(house.questionnaire, page=pages))
    return told


class House:
    """A small house under watch: its app, a visitor, its log, its files."""

    def __init__(self, app, folder: Path) -> None:
        self.app, self.folder = app, folder
        self.options = with_canaries(app)
        self.before = files_of(folder)
        self.visitor = Visitor(app.test_client())
        self.stream = io.StringIO()
        self.handler = logging.StreamHandler(self.stream)
        self.loggers = [logging.getLogger(), logging.getLogger("holdspace"), app.logger]

    def evidence(self) -> Evidence:
        """Everything but the files that lie there as they did: what was learnt knows every word of the vocabulary."""
        changed = {name: held for name, held in files_of(self.folder).items() if held != self.before.get(name)}
        told = Evidence(files=changed, log=self.stream.getvalue())
        for sent in self.visitor.sent:
            told.urls.append(sent.url)
            told.headers += [f"{name}: {value}" for name, value in sent.response.headers]
            told.cookies += sent.response.headers.getlist("Set-Cookie")
            told.urls += Shape(sent.response.get_data(as_text=True)).addresses
            told.urls.append(sent.response.headers.get("Location", ""))
        return told


@pytest.fixture
def house(planted: Path, tmp_path: Path, monkeypatch):
    """One small house with everything that it could write to in one folder."""
    for name in ("instance", "temporary"):
        (tmp_path / name).mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    shutil.copytree(planted / "instance", tmp_path / "instance", dirs_exist_ok=True)
    watched = House(reopen(planted, tmp_path / "instance", VOCABULARY=planted / "own"), tmp_path)
    for logger in watched.loggers:
        logger.addHandler(watched.handler)
    yield watched
    for logger in watched.loggers:
        logger.removeHandler(watched.handler)


# ----------------------------------------------------------------------------------------------------------- The visits


def search(house: House) -> list[str]:
    """Words in the box, a text too long, every facet, and words where filters expect none. Returns all of it."""
    visitor, typed, again, long = house.visitor, canary("typed"), canary("again"), canary("too long")
    visitor.go("/").press("Show me people", text=f"I freeze, {typed}, when my boss gives me feedback")
    assert typed in visitor.text
    visitor.press("Show these people")
    assert typed in visitor.text and visitor.path.startswith("/search/")
    visitor.enter("text", f"In other words, {again}")
    assert again in visitor.text and typed not in visitor.text and visitor.path.startswith("/search/")
    visitor.go("/").press("Show me people", text=long + " and so on" * 400)
    assert visitor.response.status_code == 422 and long in visitor.text
    facets = {facet: canary(group) for facet, group in SEALED_FACETS.items()}
    visitor.go("/therapists")
    visitor._send("POST", f"{HERE}/therapists", {facet: [slug] for facet, slug in facets.items()})
    assert all(f"Canary {slug} : take this away" in visitor.text for slug in facets.values()), visitor.text
    visitor.press(f"remove=concern:{facets['concern']}")
    assert facets["concern"] not in [control.value for control in visitor.page.controls if control.name == "remove"]
    stray = {name: [canary(f"stray {name}")] for name in (*READABLE_FACETS, "currency", "sort", "page", "remove")}
    visitor._send("POST", f"{HERE}/therapists", {**stray, "gender": [facets["gender"]]})
    assert visitor.response.status_code == 200
    return [typed, again, long, *facets.values(), *(value for values in stray.values() for value in values)]


def answer(house: House) -> list[str]:
    """Every answer of every question, and then the matches. Returns all that was said."""
    visitor, said = house.visitor, []
    visitor.go("/questions").follow("Begin")
    while "/check/" not in visitor.path:
        told = answers_on(house, visitor.path.split("/")[2])
        said += [word for values in told.values() for word in values if re.search(r"kanarie|\d{8}", word)]
        offered = {control.name for control in visitor.page.controls}
        visitor.press("Continue", **{name: values for name, values in told.items() if name in offered})
        assert visitor.response.status_code == 200, visitor.text
    listed = [q.options_from.partition(":")[2] for q in house.app.extensions["holdspace"].questionnaire.questions]
    chosen = [canary(group) for group in listed if group]
    shown = [canary("town"), f"{int(digits('fee')):,}", *house.options.values(), *chosen]
    assert len(shown) > 40
    assert [word for word in shown if word not in visitor.text] == []
    assert canary("words") not in visitor.text
    visitor.follow("Show me people")
    assert visitor.response.status_code == 200
    return [word if word.isdigit() or word.startswith("kanarie") else canary("words") for word in said]


def answers_on(house: House, page: str) -> dict[str, list[str]]:
    """What is said on one page: its canaries wherever it asks, and something that keeps the way open."""
    told: dict[str, list[str]] = {}
    for question in house.app.extensions["holdspace"].questionnaire.get(page).question:
        if question.kind == "text":
            told[question.id] = [f"I shut down and feel nothing, {canary('words')}, when my parents call"]
        elif question.kind == "place":
            told |= {f"{question.id}_country": ["GB"], f"{question.id}_town": [canary("town")]}
        elif question.kind == "money":
            told |= {f"{question.id}_amount": [digits("fee")], f"{question.id}_currency": ["GBP"]}
        elif question.id in house.options:
            told[question.id] = [house.options[question.id]]
        else:
            told[question.id] = [canary(question.options_from.partition(":")[2])]
    return told


def ask_the_api(house: House) -> list[str]:
    """A program's text. Returns what was said."""
    word = canary("program")
    response = house.app.test_client().post("/api/v1/understand", json={"text": f"grief, {word}, and sleep"})
    assert response.status_code == 200 and response.json["concerns"]
    house.visitor.sent.append(Sent("POST", f"{HERE}/api/v1/understand", {}, response))
    return [word]


def fail_at_the_door(house: House) -> list[str]:
    """An address and a password that nobody has. Returns both."""
    visitor = Visitor(house.app.test_client()).go("/account/sign-in")
    visitor.press("Sign in", email=f"{canary('address')}@holdspace.example", password=canary("password"))
    assert canary("address") in visitor.page.held("email")[0]
    house.visitor.sent += visitor.sent
    return [canary("address"), canary("password")]


VISITS = {"search": search, "answers": answer, "program": ask_the_api, "door": fail_at_the_door}


@pytest.mark.parametrize("visit", VISITS.values(), ids=VISITS)
def test_what_is_said_is_seen_in_use_and_then_found_nowhere(house, visit):
    said = visit(house)
    evidence = house.evidence()
    assert said and all(len(word) > 7 for word in said)
    assert len(house.before) > 5 and "POST /" in evidence.log
    assert traces(said, evidence) == []


def test_no_file_of_the_house_changes_while_people_look(house):
    house.visitor.go("/therapists").go("/questions").follow("Begin")
    before = lasting(house)
    for visit in VISITS.values():
        visit(house)
    assert lasting(house) == before and len(before) > 5


def lasting(house: House) -> dict[str, bytes]:
    """The files, but for the database's shared memory, which says who is reading."""
    return {name: held for name, held in files_of(house.folder).items() if not name.endswith("-shm")}


# ------------------------------------------------------------------------- The same check finds what does leave a trace


def typed_now() -> str:
    return " ".join(value for values in request.form.to_dict(flat=False).values() for value in values)


def into_the_log() -> None:
    if request.form:
        logging.getLogger("holdspace").info("asked: %s", typed_now())


def into_a_file() -> None:
    if request.form:
        with tempfile.NamedTemporaryFile("w", delete=False) as file:
            file.write(typed_now())


def into_the_instance() -> None:
    if request.form:
        (current_app.config["INSTANCE"] / "cache").write_text(typed_now())


def into_a_row() -> None:
    if request.form:
        with writing():
            somebody = db.session.scalar(select(Therapist.id).limit(1))
            told = {"at": datetime(2026, 1, 1), "therapist_id": somebody, "action": "looked"}
            db.session.add(AuditLine(**told, before="", after=typed_now()))
            db.session.commit()


def into_a_cookie() -> None:
    if request.form:
        session["answers"] = typed_now()


def into_the_location(response):
    if "Location" in response.headers and request.form:
        response.headers["Location"] += f"?q={quote(typed_now())}"
    return response


def into_the_location_packed(response):
    if "Location" in response.headers and request.form:
        packed = base64.urlsafe_b64encode(b"12345" + zlib.compress(typed_now().encode())).decode().rstrip("=")
        response.headers["Location"] += f"?state={packed}"
    return response


LEAKS = {
    "a log line": (into_the_log, "log"),
    "a temporary file": (into_a_file, "file temporary/"),
    "a file in the instance folder": (into_the_instance, "file instance/"),
    "a row": (into_a_row, "file instance/holdspace.sqlite3"),
    "a cookie": (into_a_cookie, "cookie"),
    "a Location": (into_the_location, "address"),
    "a packed Location": (into_the_location_packed, "address"),
}


@pytest.mark.parametrize(("leak", "where"), LEAKS.values(), ids=LEAKS)
def test_the_same_check_finds_a_deliberate_leak(house, leak, where):
    (house.app.after_request if "location" in leak.__name__ else house.app.before_request)(leak)
    typed = canary("typed")
    house.visitor.go("/").press("Show me people", text=f"I freeze, {typed}, when my boss gives me feedback")
    found = traces([typed], house.evidence())
    assert found and any(place.startswith(where) for _, place, _ in found), found


@pytest.mark.parametrize("how", spellings("kanarie"))
def test_the_check_knows_every_spelling(how):
    word = canary("typed")
    left = b"\x00before " + spellings(word)[how] + b" after\x00"
    assert (word, "file note", how) in traces([word], Evidence(files={"note": left}))


@pytest.mark.parametrize("shift", range(6))
def test_the_check_reads_base64_wherever_it_begins(shift):
    word = canary("typed")
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        left = encode(b"~" * shift + word.encode() + b"~ more")
        assert traces([word], Evidence(files={"note": left}))


# ------------------------------------------------------------------------------------------------- What else could tell


def test_a_failure_writes_what_failed_and_not_what_was_typed(house, monkeypatch):
    typed = canary("typed")

    def fail(_self, text: str, _names: object):
        raise ValueError(f"cannot read {text}")

    monkeypatch.setattr("search_index.meaning.Meaning.understand", fail)
    house.visitor.go("/").press("Show me people", text=f"I freeze, {typed}")
    assert house.visitor.response.status_code == 500
    assert "ValueError in /search" in house.stream.getvalue()
    assert traces([typed], house.evidence()) == []


def test_a_page_of_failure_that_fails_writes_no_words_either(house, monkeypatch):
    typed = canary("typed")

    def fail(*_, **__):
        raise ValueError(f"cannot show {typed}")

    monkeypatch.setattr("directory.errors.render_template", fail)
    monkeypatch.setattr("search_index.meaning.Meaning.understand", fail)
    house.visitor.go("/").press("Show me people", text=f"I freeze, {typed}")
    assert house.visitor.response.status_code == 500 and traces([typed], house.evidence()) == []


def test_the_log_knows_the_rule_and_never_the_address_or_the_browser(house):
    client = house.app.test_client()
    known = {
        "User-Agent": canary("browser"),
        "Referer": f"https://{canary('referer')}.example/",
        "Accept-Language": "xx",
    }
    address = {"REMOTE_ADDR": "203.0.113.77"}
    path = f"/therapists/{canary('path')}?country={canary('query')}"
    client.get(path, headers=known, environ_overrides=address)
    client.get("/search/" + canary("sealed"), headers={"X-Forwarded-For": "203.0.113.78"}, environ_overrides=address)
    told = house.stream.getvalue()
    assert "GET /therapists/<key> 404" in told and "GET /search/<sealed> 410" in told
    assert "kanarie" not in told and "203.0.113" not in told


def test_a_title_never_says_what_was_asked(house):
    house.visitor.go("/").press("Show me people", text=f"I freeze, {canary('typed')}")
    assert title(house.visitor) == "People · Holdspace"
    house.visitor.go("/questions").follow("Begin").press("Continue", r0_now="hard")
    assert title(house.visitor) == "Questions · Holdspace"
    house.visitor.press("Show me people now")
    assert title(house.visitor) == "People · Holdspace"


def title(visitor: Visitor) -> str:
    return visitor.response.get_data(as_text=True).split("<title>")[1].split("</title>")[0]
