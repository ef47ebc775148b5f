"""The questionnaire's door: POST, 303, GET with a sealed link, so that Back and two tabs work without a cookie."""

import time
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from directory import readiness
from directory.errors import ProfileNotFound, TooLong
from directory.forms.seeker import MAX_TEXT
from directory.house import house
from directory.readiness import answers as answering
from directory.readiness.questionnaire import Answers, Page
from directory.sealed import fits
from directory.views import asked_pages, matched
from directory.views.asking import opened
from search_index.meaning import Understanding

bp = Blueprint("readiness", __name__)
SEE_OTHER = 303
CHECK = "check"
WORDS = "m1_words"
ABUSE = {"domestic-abuse", "childhood-sexual-abuse", "sexual-assault", "childhood-physical-abuse", "emotional-abuse"}


def _sealed(purpose: str, answers: Answers) -> str:
    token = house().sealer.seal(purpose, {"a": dict(answers)}, now=int(time.time()))
    if not fits(token):
        raise TooLong
    return token


def _held(purpose: str, token: str) -> dict[str, Any]:
    held = opened(purpose, token).get("a", {})
    return dict(held) if isinstance(held, dict) else {}


def _page(step: str) -> Page:
    page = house().questionnaire.get(step)
    if page is None:
        raise ProfileNotFound(step)
    return page


def _step_url(step: str, answers: Answers) -> str:
    return url_for("readiness.step", step=step, sealed=_sealed("step", answers))


def _matches_url(answers: Answers) -> str:
    return url_for("readiness.matches", sealed=_sealed("matches", answers))


@bp.get("/questions")
def start() -> str:
    """What the questions are, how long they take, what happens to the answers."""
    questionnaire = house().questionnaire
    return render_template(
        "readiness/start.html", begin=_step_url(questionnaire.page[0].id, {}), people=_matches_url({})
    )


@bp.get("/questions/<step>/<sealed>")
def step(step: str, sealed: str) -> str:
    """One page of the questionnaire with the answers so far."""
    answers = _held("step", sealed)
    if step == CHECK:
        return _check(answers)
    return _show(_page(step), answers)


@bp.post("/questions/<step>/<sealed>")
def answer(step: str, sealed: str) -> Response | tuple[str, int]:
    """The answers of one page: kept in the next link, or taken back by a skip."""
    if step == CHECK:
        return redirect(_step_url(_page(request.form.get("change", "")).id, _held("step", sealed)), SEE_OTHER)
    page, answers = _page(step), _held("step", sealed)
    form = request.form.to_dict(flat=False)
    words = request.form.get(WORDS, "")
    if len(words) > MAX_TEXT:
        wrong = {WORDS: _("That was over 4,000 letters. Shorten it; your words are still here.")}
        return _show(page, answers, typed=words, wrong=wrong), 422
    cleaned = answering.clean(page, {} if "skip" in form else form)
    if cleaned.over:
        wrong = {name: _("Choose fewer here. Press Continue to go on with the first ones.") for name in cleaned.over}
        return _show(page, answering.keep(answers, page, cleaned.answers), wrong=wrong), 422
    answers = answering.keep(answers, page, cleaned.answers)
    if words.strip() and "skip" not in form:
        answers = _heard(answers, words)
    return redirect(_matches_url(answers) if "people" in form else _next_url(page, answers), SEE_OTHER)


def _heard(answers: Answers, words: str) -> dict[str, Any]:
    """What typed words mean becomes topics to confirm; the words themselves go no further."""
    told = house().meaning.understand(words)
    sure = [concern.slug for concern in told.concerns if concern.confident] or [c.slug for c in told.concerns[:3]]
    return readiness.heard(answers, sure, _help_for(told))


def _help_for(told: Understanding) -> readiness.Help | None:
    """The help that typed words call for: danger before abuse, abuse before a hard time."""
    if told.urgent:
        return "danger"
    if ABUSE & {concern.slug for concern in told.concerns if concern.confident}:
        return "abuse"
    return "hard" if told.safety else None


def _next_url(page: Page, answers: Answers) -> str:
    after = readiness.next_page(house().questionnaire, page, answers)
    return _step_url(after.id if after else CHECK, answers)


def _back_url(page: Page, answers: Answers) -> str:
    before = readiness.previous_page(house().questionnaire, page, answers)
    return _step_url(before.id, answers) if before else url_for("readiness.start")


def _show(page: Page, answers: Answers, typed: str = "", wrong: Mapping[str, str] | None = None) -> str:
    reading = readiness.read(answers, house().questionnaire)
    told = {
        "page": page,
        "where": asked_pages.where(page, answers),
        "questions": asked_pages.questions(page, answers, typed, wrong or {}),
        "back": _back_url(page, answers),
        "people": _matches_url(answers),
        "help": reading.help,
        "country": reading.needs.place.country if reading.needs.place else None,
    }
    return render_template("readiness/step.html", **told)


def _check(answers: Answers) -> str:
    groups = asked_pages.check_groups(answers)
    last = house().questionnaire.shown(answers)[-1]
    return render_template(
        "readiness/check.html", groups=groups, back=_step_url(last.id, answers), people=_matches_url(answers)
    )


@bp.get("/matches/<sealed>")
def matches(sealed: str) -> str:
    """The Reading in prose, and the people with their reasons."""
    answers = _held("matches", sealed)
    page = max(1, request.args.get("page", 1, type=int))
    told = matched.told(answers, page)
    return render_template("readiness/matches.html", change=_step_url(CHECK, answers), **told)


@bp.post("/matches/<sealed>")
def change_matches(sealed: str) -> Response:
    """Take an offer, or leave a must out: the same answers otherwise, as a new link."""
    answers, questionnaire = _held("matches", sealed), house().questionnaire
    if rule := request.form.get("relax", ""):
        answers = readiness.relax(answers, rule, questionnaire)
    if offer := request.form.get("offer", ""):
        taken = [*readiness.chosen(answers, "o_offers"), offer]
        answers = {**answers, "o_offers": [o.id for o in questionnaire.offer if o.id in taken]}
    return redirect(_matches_url(answers), SEE_OTHER)
