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
from directory.readiness.answers import Form
from directory.readiness.asked import MOST_CONCERNS
from directory.readiness.questionnaire import Answers, Page
from directory.sealed import fits
from directory.views import asked_pages, helping, matched, unkept
from directory.views.asking import opened
from directory.views.unkept import Wrong
from search_index.meaning import Understanding

bp = Blueprint("readiness", __name__)
SEE_OTHER = 303
CHECK = "check"
WORDS = "m1_words"
CONCERNS = "m1_concerns"


def _sealed(purpose: str, payload: Mapping[str, object]) -> str:
    token = house().sealer.seal(purpose, payload, now=int(time.time()))
    if not fits(token):
        raise TooLong
    return token


def _held(purpose: str, token: str) -> tuple[dict[str, Any], bool]:
    """(the answers so far, whether one of them is being changed from the check page)."""
    payload = opened(purpose, token)
    answers = payload.get("a", {})
    return dict(answers) if isinstance(answers, dict) else {}, bool(payload.get("r"))


def _page(step: str) -> Page:
    page = house().questionnaire.get(step)
    if page is None:
        raise ProfileNotFound(step)
    return page


def _step_url(step: str, answers: Answers, changing: bool = False) -> str:
    payload = {"a": dict(answers), "r": True} if changing else {"a": dict(answers)}
    return url_for("readiness.step", step=step, sealed=_sealed("step", payload))


def _matches_url(answers: Answers) -> str:
    return url_for("readiness.matches", sealed=_sealed("matches", {"a": dict(answers)}))


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
    answers, changing = _held("step", sealed)
    if step == CHECK:
        return _check(answers)
    page = _page(step)
    return _show(page, answers, _back_url(page, answers, changing))


@bp.post("/questions/<step>/<sealed>")
def answer(step: str, sealed: str) -> Response | tuple[str, int]:
    """The answers of one page: kept in the next link, or taken back by a skip. What can't be kept is said."""
    before, changing = _held("step", sealed)
    if step == CHECK:
        return redirect(_step_url(_page(request.form.get("change", "")).id, before, changing=True), SEE_OTHER)
    page = _page(step)
    back = _back_url(page, before, changing)
    form = {} if "skip" in request.form else unkept.with_country(page, request.form.to_dict(flat=False))
    words, people = "".join(form.get(WORDS, ())[:1]), "people" in form
    if len(words) > MAX_TEXT:
        wrong = {WORDS: Wrong(_("That was over 4,000 letters. Shorten it; your words are still here."))}
        return _show(page, before, back, form, wrong), 422
    cleaned = answering.clean(page, form)
    answers = answering.keep(before, page, cleaned.answers)
    if cleaned.faults:
        return _show(page, answers, back, form, unkept.wrong(cleaned.faults)), 422
    if words.strip():
        answers = _heard(answers, words, people)
    return redirect(_matches_url(answers) if people else _next_url(page, before, answers, changing), SEE_OTHER)


def _heard(answers: Answers, words: str, people: bool) -> dict[str, Any]:
    """What typed words mean becomes topics to confirm; the words themselves go no further. Somebody who asks for
    people at once confirms nothing: then the sure topics count, unless topics were chosen before.
    """
    told = house().meaning.understand(words)
    sure = [concern.slug for concern in told.concerns if concern.confident]
    heard = readiness.heard(answers, sure or [c.slug for c in told.concerns[:MOST_CONCERNS]], _help_for(told))
    return {CONCERNS: sure[:MOST_CONCERNS], **heard} if people and sure else heard


def _help_for(told: Understanding) -> readiness.Help | None:
    """The help that typed words call for: danger before abuse, abuse before a hard time."""
    if told.urgent:
        return "danger"
    if helping.ABUSE & {concern.slug for concern in told.concerns if concern.confident}:
        return "abuse"
    return "hard" if told.safety else None


def _next_url(page: Page, before: Answers, answers: Answers, changing: bool) -> str:
    """The page after this one. Who changes an answer goes back to the check, by way of a page that the change opens."""
    questionnaire = house().questionnaire
    if changing:
        known = questionnaire.shown(before)
        after = next((other for other in questionnaire.shown(answers) if other not in known), None)
    else:
        after = readiness.next_page(questionnaire, page, answers)
    return _step_url(after.id, answers, changing) if after else _step_url(CHECK, answers)


def _back_url(page: Page, answers: Answers, changing: bool) -> str:
    if changing:
        return _step_url(CHECK, answers)
    before = readiness.previous_page(house().questionnaire, page, answers)
    return _step_url(before.id, answers) if before else url_for("readiness.start")


def _show(
    page: Page, answers: Answers, back: str, posted: Form | None = None, wrong: Mapping[str, Wrong] | None = None
) -> str:
    reading = readiness.read(answers, house().questionnaire)
    told = {
        "page": page,
        "where": asked_pages.where(page, answers),
        "questions": asked_pages.questions(page, answers, posted or {}, wrong or {}),
        "back": back,
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
    answers, _changing = _held("matches", sealed)
    page = max(1, request.args.get("page", 1, type=int))
    told = matched.told(answers, page)
    return render_template("readiness/matches.html", change=_step_url(CHECK, answers), **told)


@bp.post("/matches/<sealed>")
def change_matches(sealed: str) -> Response:
    """Take an offer, or leave a must out: the same answers otherwise, as a new link."""
    (answers, _changing), questionnaire = _held("matches", sealed), house().questionnaire
    if rule := request.form.get("relax", ""):
        answers = readiness.relax(answers, rule, questionnaire)
    if offer := request.form.get("offer", ""):
        taken = [*readiness.chosen(answers, "o_offers"), offer]
        answers = {**answers, "o_offers": [o.id for o in questionnaire.offer if o.id in taken]}
    return redirect(_matches_url(answers), SEE_OTHER)
