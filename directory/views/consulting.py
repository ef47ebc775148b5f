"""What somebody takes along to first talks: a sheet to print or save, a first message to send by hand, and a time for
their own calendar. Made from the answers in the address, sent back, and kept nowhere.
"""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from directory import appointments, profiles, readiness
from directory.errors import ProfileNotFound, TooLong
from directory.forms.first_talk import MessageForm, TimeForm, time_form
from directory.house import house
from directory.readiness.questionnaire import Answers
from directory.sealed import fits
from directory.views import saving, sheet_words
from directory.views.asking import opened, today

bp = Blueprint("consulting", __name__, url_prefix="/consult-sheet/<sealed>")
MOST_TALKS = 3
SEE_OTHER = 303
SHEET_FILE, TIME_FILE = "sheet.txt", "appointment.ics"


@dataclass(frozen=True)
class Sheet:
    """One sheet as its link carries it: answers, and the listing ids of at most three people."""

    answers: Answers
    ids: tuple[str, ...]

    @cached_property
    def reading(self) -> readiness.Reading:
        return readiness.read(self.answers, house().questionnaire)

    @cached_property
    def talks(self) -> list[sheet_words.Talk]:
        """Those of the people who are still listed."""
        return sheet_words.talks(profiles.published(self.ids, today()), self.reading.needs)


def link(answers: Answers, ids: Iterable[str]) -> str:
    """The address of a sheet with the first three of these people. Raises TooLong."""
    held = {"a": dict(answers), "ids": list(saving.ids_in(list(ids))[:MOST_TALKS])}
    token = house().sealer.seal("consult-sheet", held, now=int(time.time()))
    if not fits(token):
        raise TooLong
    return url_for("consulting.sheet", sealed=token)


def offered(saved: Sequence[str], entries: Iterable[Any]) -> list[tuple[str, str]]:
    """(listing id, name) of those whom a sheet may be for: the people saved, then those on the page."""
    listed = profiles.published(saved, today()) if saved else []
    named = [(person.id, person.name) for person in listed]
    return list(dict.fromkeys([*named, *((entry.id, entry.name) for entry in entries)]))


def _sheet(sealed: str) -> Sheet:
    held = opened("consult-sheet", sealed)
    answers = held.get("a")
    return Sheet(answers if isinstance(answers, dict) else {}, saving.ids_in(held.get("ids"))[:MOST_TALKS])


def _page(template: str, sheet: Sheet, **more: Any) -> str:
    place = sheet.reading.needs.place
    told = {"sheet": sheet, "reading": sheet.reading, "questionnaire": house().questionnaire}
    told["country"] = place.country if place else None
    return render_template(f"readiness/{template}.html", **told, **more)


def _file(body: bytes, name: str, kind: str) -> Response:
    """A file whose name says little."""
    return Response(body, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})


@bp.get("", strict_slashes=False)
def sheet(sealed: str) -> str:
    """The sheet, to read or to print."""
    told = _sheet(sealed)
    return _page("sheet", told, parts=sheet_words.parts(told.reading))


@bp.post("", strict_slashes=False)
def take_along(sealed: str) -> AnyResponse:
    """The sheet as a file of plain text, or the way to a first message or to a time. The page's own address stands
    nowhere in it (docs/decisions/0004), so these are buttons.
    """
    told, form = _sheet(sealed), request.form
    if "message" in form:
        place = form.get("message", 0, type=int)
        return redirect(url_for("consulting.message", sealed=sealed, place=max(0, place)), SEE_OTHER)
    if "time" in form:
        return redirect(url_for("consulting.when", sealed=sealed), SEE_OTHER)
    body = sheet_words.as_text(told.reading, told.talks).encode("utf-8", "replace")
    return _file(body, SHEET_FILE, "text/plain; charset=utf-8")


def _whom(sheet: Sheet, place: int) -> sheet_words.Talk | None:
    """The person in this place of the sheet, from 1; nobody in particular for 0. Raises ProfileNotFound."""
    if place > len(sheet.talks):
        raise ProfileNotFound(str(place))
    return sheet.talks[place - 1] if place else None


@bp.get("/message/<int:place>")
def message(sealed: str, place: int) -> str:
    """A first message to change, copy, or open in a mail program."""
    told = _sheet(sealed)
    return _message(told, place, MessageForm(data={"message": sheet_words.draft(told.reading.needs)}))


@bp.post("/message/<int:place>")
def change_message(sealed: str, place: int) -> str | tuple[str, int]:
    """The same page with the person's own words, so that they can be opened in a mail program without a script."""
    told, form = _sheet(sealed), MessageForm(request.form)
    good = form.validate()
    page = _message(told, place, form)
    return page if good else (page, 422)


def _message(sheet: Sheet, place: int, form: MessageForm) -> str:
    text = form.message.data or ""
    mail = "" if form.message.errors or not text.strip() else sheet_words.mail_link(text)
    return _page("message", sheet, form=form, talk=_whom(sheet, place), mail=mail)


@bp.get("/time")
def when(sealed: str) -> str:
    """Choose a day and a time for the calendar."""
    return _when(_sheet(sealed), _form())


@bp.post("/time")
def take_time(sealed: str) -> Response | tuple[str, int]:
    """The time as a calendar file, or what is wrong with it."""
    told, form = _sheet(sealed), _form(request.form)
    if form.validate():
        try:
            return _file(_appointment(form), TIME_FILE, "text/calendar; charset=utf-8")
        except appointments.NoSuchTime:
            form.time.errors = [_("The clocks go forward that night, so this time does not exist. Choose another.")]
    return _when(told, form), 422


def _form(data: Any = None) -> TimeForm:
    known = [zone for pairs in sheet_words.zones().values() for zone, _city in pairs]
    return time_form(known)(data)


def _when(sheet: Sheet, form: TimeForm) -> str:
    return _page("time", sheet, form=form, zones=sheet_words.zones())


def _appointment(form: TimeForm) -> bytes:
    zone = ZoneInfo(form.zone.data) if form.zone.data else None
    start = datetime.combine(form.day.data, form.time.data, tzinfo=zone)
    title = form.title.data or str(form.title.default)
    return appointments.written(title, start, int(form.minutes.data), now=datetime.now(UTC))
