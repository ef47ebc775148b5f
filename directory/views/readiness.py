"""The questionnaire's door: POST, 303, GET with a sealed link, so that Back and two tabs work without a cookie."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
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
from directory.views import asked_pages, consulting, helping, matched, saving, unkept
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


@dataclass(frozen=True, slots=True)
class Beside:
    """What travels beside the answers: is one of them being changed from the check page, and the list of people."""

    changing: bool = False
    saved: tuple[str, ...] = ()

    def told(self) -> dict[str, object]:
        """The part of a sealed link that holds it."""
        return ({"r": True} if self.changing else {}) | ({"s": list(self.saved)} if self.saved else {})


def _held(purpose: str, token: str) -> tuple[dict[str, Any], Beside]:
    """(the answers so far, what travels beside them)."""
    payload = opened(purpose, token)
    answers = payload.get("a", {})
    beside = Beside(bool(payload.get("r")), saving.ids_in(payload.get("s")))
    return dict(answers) if isinstance(answers, dict) else {}, beside


def _page(step: str) -> Page:
    page = house().questionnaire.get(step)
    if page is None:
        raise ProfileNotFound(step)
    return page


def _step_url(step: str, answers: Answers, beside: Beside) -> str:
    return url_for("readiness.step", step=step, sealed=_sealed("step", {"a": dict(answers), **beside.told()}))


def _check_url(answers: Answers, beside: Beside) -> str:
    return _step_url(CHECK, answers, replace(beside, changing=False))


def _matches_url(answers: Answers, beside: Beside, page: int | None = None) -> str:
    held = {"a": dict(answers), **replace(beside, changing=False).told()}
    return url_for("readiness.matches", sealed=_sealed("matches", held), page=page)


@bp.get("/questions")
def start() -> str:
    """What the questions are, how long they take, what happens to the answers."""
    questionnaire = house().questionnaire
    return render_template(
        "readiness/start.html",
        begin=_step_url(questionnaire.page[0].id, {}, Beside()),
        people=_matches_url({}, Beside()),
    )


@bp.get("/questions/<step>/<sealed>")
def step(step: str, sealed: str) -> str:
    """One page of the questionnaire with the answers so far."""
    answers, beside = _held("step", sealed)
    if step == CHECK:
        return _check(answers, beside)
    page = _page(step)
    return _show(page, answers, _back_url(page, answers, beside))


@bp.post("/questions/<step>/<sealed>")
def answer(step: str, sealed: str) -> Response | tuple[str, int]:
    """The answers of one page: kept in the next link, or taken back by a skip. What can't be kept is said."""
    before, beside = _held("step", sealed)
    if step == CHECK:
        changed = _page(request.form.get("change", "")).id
        return redirect(_step_url(changed, before, replace(beside, changing=True)), SEE_OTHER)
    page = _page(step)
    back = _back_url(page, before, beside)
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
    after = _matches_url(answers, beside) if people else _next_url(page, before, answers, beside)
    return redirect(after, SEE_OTHER)


def _heard(answers: Answers, words: str, people: bool) -> dict[str, Any]:
    """What typed words mean becomes topics to confirm; the words themselves go no further. Somebody who asks for
    people at once confirms nothing: then the sure topics count, unless topics were chosen before.
    """
    told = house().understand(words)
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


def _next_url(page: Page, before: Answers, answers: Answers, beside: Beside) -> str:
    """The page after this one. Who changes an answer goes back to the check, by way of a page that the change opens."""
    questionnaire = house().questionnaire
    if beside.changing:
        known = questionnaire.shown(before)
        after = next((other for other in questionnaire.shown(answers) if other not in known), None)
    else:
        after = readiness.next_page(questionnaire, page, answers)
    return _step_url(after.id, answers, beside) if after else _check_url(answers, beside)


def _back_url(page: Page, answers: Answers, beside: Beside) -> str:
    if beside.changing:
        return _check_url(answers, beside)
    before = readiness.previous_page(house().questionnaire, page, answers)
    return _step_url(before.id, answers, beside) if before else url_for("readiness.start")


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


def _check(answers: Answers, beside: Beside) -> str:
    groups = asked_pages.check_groups(answers)
    last = house().questionnaire.shown(answers)[-1]
    return render_template(
        "readiness/check.html",
        groups=groups,
        back=_step_url(last.id, answers, beside),
        people=_matches_url(answers, beside),
        unknown=readiness.read(answers, house().questionnaire).unknown_answers,
    )


@bp.get("/matches/<sealed>")
def matches(sealed: str) -> str:
    """The Reading in prose, and the people with their reasons."""
    answers, beside = _held("matches", sealed)
    told = matched.told(answers, max(1, request.args.get("page", 1, type=int)))
    change, saved = _check_url(answers, beside), saving.Saved(beside.saved)
    talks = consulting.offered(beside.saved, [*told["entries"], *told["nearest"]])
    return render_template("readiness/matches.html", change=change, saved=saved, talks=talks, **told)


@bp.post("/matches/<sealed>")
def change_matches(sealed: str) -> Response:
    """Take an offer, leave a must out, or save somebody: the same answers otherwise, as a new link. Or the way to a
    sheet for first talks with the people chosen.
    """
    (answers, beside), questionnaire = _held("matches", sealed), house().questionnaire
    if "sheet" in request.form:
        return redirect(consulting.link(answers, request.form.getlist("who")), SEE_OTHER)
    if saving.pressed(request.form):
        listed = replace(beside, saved=saving.after(beside.saved, request.form))
        return redirect(_matches_url(answers, listed, request.args.get("page", type=int)), SEE_OTHER)
    if rule := request.form.get("relax", ""):
        answers = readiness.relax(answers, rule, questionnaire)
    if offer := request.form.get("offer", ""):
        taken = [*readiness.chosen(answers, "o_offers"), offer]
        answers = {**answers, "o_offers": [o.id for o in questionnaire.offer if o.id in taken]}
    return redirect(_matches_url(answers, beside), SEE_OTHER)
