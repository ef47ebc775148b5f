"""Writing to a therapist who chose to be written to: the form, the sending while the person waits, and what came of it.

The answer to a sent form is its page, with no address of its own to go to: what it says would stand in that address.
"""

import time
from dataclasses import dataclass
from math import ceil
from typing import Any

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask.blueprints import BlueprintSetupState
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from directory import contact, profiles
from directory.errors import LinkAltered, LinkExpired, MailNotSent, MailRefused, MailUnsure
from directory.forms.contacting import MAX_MESSAGE, WriteForm
from directory.house import house
from directory.limits.sending import Sending, State
from directory.mail import Folder, Postbox, postbox
from directory.protection import limits, place
from directory.views import saving, shown
from directory.views.asking import opened, today
from directory.views.search import ID_LENGTH, SEE_OTHER

bp = Blueprint("contacting", __name__)
SOONEST_S = 3
CONFLICT, TOO_OFTEN = 409, 429
BY_PLACE, BY_THERAPIST = "messages", "messages to one therapist"


@bp.record
def _open(state: BlueprintSetupState) -> None:
    state.app.extensions["holdspace.postbox"] = postbox(state.app.config)


def _postbox() -> Postbox | None:
    told: Postbox | None = current_app.extensions["holdspace.postbox"]
    return told


def mail_goes_out() -> bool:
    """Can this house send mail?"""
    return _postbox() is not None


def can_be_written_to(person: Any) -> bool:
    """Did this person choose the relay, and can this house send mail?"""
    return bool(contact.address_of(person)) and mail_goes_out()


@bp.app_template_global()
def write_url(person: Any, saved: saving.Saved) -> str:
    """Where to write to this person, with the list that came along; empty when they take no messages here."""
    desk = Desk(person, saved.token)
    return url_for("contacting.write", key=desk.key, sealed=desk.sealed or None) if can_be_written_to(person) else ""


@dataclass(frozen=True, slots=True)
class Desk:
    """Whom somebody writes to, beside the list of people that came along."""

    person: Any
    sealed: str

    @property
    def key(self) -> str:
        return f"{self.person.id}-{shown.slug_of(self.person.name)}"

    @property
    def first(self) -> str:
        """What they are called in a sentence."""
        return str(self.person.name.split()[0])

    @property
    def url(self) -> str:
        """Their own page, with the list."""
        return url_for("search.person", key=self.key, sealed=self.sealed or None)


def _desk(key: str, sealed: str) -> Desk:
    """Raises ProfileNotFound, and LinkExpired or LinkAltered for the list."""
    token = saving.from_token(sealed).token if sealed else ""
    return Desk(profiles.find(key[:ID_LENGTH], today()), token)


@bp.get("/therapists/<key>/write", endpoint="write")
@bp.get("/therapists/<key>/<sealed>/write", endpoint="write")
def write(key: str, sealed: str = "") -> Response | tuple[str, int]:
    """The empty form; for somebody who takes no messages, their page, which has the other ways."""
    desk = _desk(key, sealed)
    if not can_be_written_to(desk.person):
        return redirect(desk.url, SEE_OTHER)
    if key != desk.key:
        return redirect(url_for("contacting.write", key=desk.key, sealed=sealed or None), 301)
    return _form(desk, WriteForm(), 200)


@bp.post("/therapists/<key>/write")
@bp.post("/therapists/<key>/<sealed>/write")
def send(key: str, sealed: str = "") -> Response | tuple[str, int]:
    """Send the message, or say why not, with every word still there."""
    desk, form = _desk(key, sealed), WriteForm(request.form)
    if not can_be_written_to(desk.person):
        told = _("%(name)s takes no messages through this site any more.", name=desk.first)
        return _form(desk, form, CONFLICT, (_("Nothing was sent"), told))
    if not (form.validate() and _opened_well(form, desk.person.id)):
        return _form(desk, form, 422)
    return _pass_on(desk, form)


def _pass_on(desk: Desk, form: WriteForm) -> Response | tuple[str, int]:
    """Send these words once for each form that was opened: other words on the same form are another message."""
    what = "\n".join((str(form.opened.data), str(form.reach.data), str(form.message.data)))
    sending = Sending(limits(), what, (BY_PLACE, place()), (BY_THERAPIST, desk.person.id))
    state = sending.begin()
    if state is State.UNDER_WAY:
        told = _("It is being sent now. Wait a moment, and press Send again to see what came of it.")
        return _form(desk, form, CONFLICT, (_("Your message is on its way"), told))
    if state is State.SENT:
        return _sent(desk, form, first_time=False)
    limit, wait_s = sending.refused()
    if wait_s:
        return _pause(desk, form, limit, wait_s)
    return _hand_over(desk, form, sending)


def _hand_over(desk: Desk, form: WriteForm, sending: Sending) -> tuple[str, int]:
    box = current_app.extensions["holdspace.postbox"]
    try:
        box.post(_letter(desk, form, box.sender), contact.address_of(desk.person))
    except MailNotSent as problem:
        sending.failed(surely=not isinstance(problem, MailUnsure))
        return _form(desk, form, problem.status, _unsent(desk, problem))
    sending.went_out()
    return _sent(desk, form, first_time=True)


def _opened_well(form: WriteForm, listing_id: str) -> bool:
    """Was the form opened for this person, long enough ago for somebody to write, and not longer than two hours?"""
    now = int(time.time())
    try:
        held = opened("letter", form.opened.data or "")
    except (LinkExpired, LinkAltered):
        held = {}
    if held.get("to") != listing_id:
        form.opened.data = ""
        form.form_errors.append(_("This page waited a long time. Your words are still here. Press Send again."))
    elif now - held["at"] < SOONEST_S:
        form.form_errors.append(_("That was very quick. Wait a few seconds, and press Send again."))
    return not form.form_errors


def _waiting(seconds: int) -> str:
    return ngettext(
        "You sent a few messages in a short time. Wait %(num)d minute, and press Send again.",
        "You sent a few messages in a short time. Wait %(num)d minutes, and press Send again.",
        ceil(seconds / 60),
    )


def _pause(desk: Desk, form: WriteForm, limit: str, wait_s: int) -> Response:
    told = _waiting(wait_s)
    if limit == BY_THERAPIST:
        told = _("%(name)s has had many messages in one day. Try again tomorrow, or take another way.", name=desk.first)
    answered = current_app.make_response(_form(desk, form, TOO_OFTEN, (_("Nothing was sent"), told)))
    answered.headers["Retry-After"] = str(wait_s)
    return answered


def _sent(desk: Desk, form: WriteForm, *, first_time: bool) -> tuple[str, int]:
    told = {"desk": desk, "first_time": first_time, "help": _help(form), "reply": shown.reply_line(desk.person)}
    return render_template("contact/sent.html", folder=isinstance(_postbox(), Folder), **told), 200


def _letter(desk: Desk, form: WriteForm, sender: str) -> Any:
    """The mail to the therapist: who it came through, the way to answer, the words, and where to end this."""
    site, base = current_app.config["SITE_NAME"], current_app.config["BASE_URL"].rstrip("/")
    reach, reply_to = str(form.reach.data).strip(), form.reply_to if contact.is_address(form.reply_to) else ""
    can_answer = _("You can answer this mail: it goes to them.")
    answering = can_answer if reply_to else _("Don’t answer this mail: your answer would not reach them.")
    parts = [
        _("Somebody who is looking for a therapist wrote to you through %(site)s.", site=site),
        _("How to reach them: %(reach)s", reach=reach),
        answering,
        "----",
        str(form.message.data).strip(),
        "----",
        _("%(site)s doesn’t know who wrote this, and kept no copy.", site=site),
        _("You get such mail since you chose it. You can change that here: %(url)s", url=f"{base}/my/listing"),
    ]
    return contact.letter(
        to=contact.address_of(desk.person),
        name=desk.person.name,
        sender=sender,
        sent_by=site,
        subject=_("Somebody wrote to you through %(site)s", site=site),
        text="\n\n".join(part for part in parts if part) + "\n",
        reply_to=reply_to,
    )


def _unsent(desk: Desk, problem: MailNotSent) -> tuple[str, str]:
    """What came of it, and how to go on."""
    if isinstance(problem, MailUnsure):
        return _("We can’t tell if it was sent"), _(
            "Our mail host fell silent in the middle, so your message may have gone out. If you send it again, "
            "%(name)s may get it twice, and that does no harm. Your words are still here.",
            name=desk.first,
        )
    if isinstance(problem, MailRefused):
        return _("Nothing was sent"), _(
            "No mail can be brought to %(name)s just now, and sending it again may not help. Your words are still "
            "here, so you can copy them.",
            name=desk.first,
        )
    return _("Nothing was sent"), _(
        "Our mail host can’t be reached just now. Your words are still here. Try again in a few minutes."
    )


def _help(form: WriteForm) -> str:
    """Is there danger in the words? "danger", "helpline" or nothing. Nobody is told and nothing is held up."""
    words = str(form.message.data or "")[:MAX_MESSAGE]
    told = house().understand(words) if words.strip() else None
    return ("danger" if told.urgent else told.safety or "") if told else ""


def _form(desk: Desk, form: WriteForm, status: int, problem: tuple[str, str] | None = None) -> tuple[str, int]:
    """The form as it was filled in, with a fresh ticket where it has none."""
    if not form.opened.data:
        now = int(time.time())
        form.opened.data = house().sealer.seal("letter", {"to": desk.person.id, "at": now}, now=now)
    told = {"desk": desk, "form": form, "problem": problem, "open": can_be_written_to(desk.person)}
    told |= {"help": _help(form), "folder": isinstance(_postbox(), Folder), "other": _other(desk.person)}
    return render_template("contact/write.html", **told), status


def _other(person: Any) -> str:
    """The therapist's own booking page; empty when there is none."""
    url = person.consult.booking_url if person.consult else ""
    return str(url) if url.startswith("https://") else ""
