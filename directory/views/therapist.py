"""The therapists' door: one's own listing, changed section by section, and "is this still right?"."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_security import auth_required, current_user
from werkzeug.wrappers import Response

from directory import contact, profiles
from directory.errors import EditedMeanwhile, ProfileNotFound
from directory.forms.money import to_major, to_minor
from directory.forms.therapist import AboutForm, AvailabilityForm, FeeForm, PressForm, SectionForm, choices
from directory.house import house
from directory.protection import writes
from directory.views import cards, contacting, shown
from directory.views.asking import today
from search_index.listing import Listing

bp = Blueprint("therapist", __name__, url_prefix="/my")
SEE_OTHER = 303
AMOUNTS = ("full_from", "full_to", "sliding_from")


def _fee_told(fee: Any) -> dict[str, Any]:
    amounts = {name: getattr(fee, f"{name}_minor") for name in AMOUNTS}
    told = {name: None if minor is None else to_major(minor, fee.currency) for name, minor in amounts.items()}
    return told | {name: getattr(fee, name) for name in ("currency", "session_minutes", "reduced_places", "note")}


def _fee_form(person: Any) -> SectionForm:
    form = FeeForm(data={} if person.fee is None else _fee_told(person.fee))
    form.currency.choices = choices([(c.currency, f"{c.currency} · {c.name}") for c in house().places.countries()])
    return form


def _fee_values(form: Any) -> dict[str, Any]:
    currency, amounts = form.currency.data, {name: form[name].data for name in AMOUNTS}
    told = {f"{name}_minor": None if sum_ is None else to_minor(sum_, currency) for name, sum_ in amounts.items()}
    told |= {name: form[name].data for name in ("currency", "session_minutes", "reduced_places")}
    return told | {"note": form.note.data or ""}


def _about_form(person: Any) -> SectionForm:
    return AboutForm(obj=person)


def _availability_form(person: Any) -> SectionForm:
    form = AvailabilityForm(obj=person)
    form.availability.choices = choices(
        [(t.slug, shown.label("availability", t.slug)) for t in house().vocabulary.terms("availability")]
    )
    return form


def _plain_values(*names: str) -> Callable[[Any], dict[str, Any]]:
    return lambda form: {
        name: form[name].data if name == "back_on" else (form[name].data or "").strip() for name in names
    }


SECTIONS: dict[str, tuple[Callable[[Any], SectionForm], Callable[[Any], dict[str, Any]]]] = {
    "fee": (_fee_form, _fee_values),
    "about": (_about_form, _plain_values("headline", "bio_approach", "bio_working", "bio_first_session")),
    "availability": (_availability_form, _plain_values("availability", "availability_note", "back_on")),
}


def titles() -> dict[str, str]:
    """What each section is called."""
    return {"fee": _("Fees"), "availability": _("Openings"), "about": _("About me")}


def _state(person: Any, listing: Listing) -> str:
    """Is the page visible, until when, and if it is hidden, why?"""
    now = today()
    if _visible(listing):
        return _("Your page is visible to people looking, until %(day)s.", day=shown.day(listing.visible_until))
    if person.availability == "paused":
        return _("Your page is hidden while you take a break.")
    if not any(ends >= now for ends in listing.jurisdictions.values()):
        return _("Your page is hidden: no licence of yours is checked and current.")
    return _(
        "Your page is hidden: it was last confirmed on %(day)s. One press below shows it again.",
        day=shown.day(person.confirmed_on),
    )


def _visible(listing: Listing) -> bool:
    return listing.visible_from <= today() <= listing.visible_until


def _due_rows(person: Any) -> list[dict[str, Any]]:
    values = {
        "fee": ", ".join(shown.fee_lines(person)),
        "availability": shown.opening(person),
        "about": person.headline,
    }
    return [
        {
            "label": title,
            "value": values[section],
            "change_url": url_for("therapist.change", section=section),
        }
        for section, title in titles().items()
    ]


def _own_address() -> str:
    """The address that one signs in with, where messages can go to it; else nothing."""
    return str(current_user.email) if contact.is_address(current_user.email) else ""


@bp.get("/listing")
@auth_required("session")
def desk() -> str:
    """What stands on one's own page, and whether it is still right."""
    person = profiles.own(current_user)
    listing = profiles.listing_of(person, house().vocabulary)
    entry = cards.entry(person)
    told = {"person": person, "rows": _due_rows(person), "visible": _visible(listing)}
    told["entry"] = entry if told["visible"] else replace(entry, url="")
    told |= {"state": _state(person, listing), "fresh": person.confirmed_on == today()}
    told |= {"relayed_to": contact.address_of(person), "relay": contacting.mail_goes_out() and _own_address() != ""}
    return render_template("therapist/desk.html", form=PressForm(), **told)


@bp.post("/listing/still-right")
@writes
@auth_required("session")
def still_right() -> Response | str:
    """Everything on the page is still right: counts from today. A press without its token counts for nothing."""
    person = profiles.own(current_user)
    if not PressForm().validate_on_submit():
        abort(400)
    profiles.confirm(person, today(), account_id=current_user.id)
    house().follower.poke()
    return redirect(url_for("therapist.desk"), SEE_OTHER)


@bp.post("/listing/messages")
@writes
@auth_required("session")
def messages() -> Response:
    """Let people write through this house, to the address that one signs in with; or end it."""
    person = profiles.own(current_user)
    if not PressForm().validate_on_submit():
        abort(400)
    address = _own_address() if request.form.get("take") == "yes" else ""
    profiles.take_messages(person, address, account_id=current_user.id)
    return redirect(url_for("therapist.desk"), SEE_OTHER)


@bp.route("/listing/<section>", methods=["GET", "POST"])
@writes
@auth_required("session")
def change(section: str) -> str | Response | tuple[str, int]:
    """Change one section. A second tab that saved meanwhile is said so, and nothing that was typed is lost."""
    if section not in SECTIONS:
        raise ProfileNotFound(section)
    make, values = SECTIONS[section]
    person = profiles.own(current_user)
    form, status, meanwhile = make(person), 200, False
    if form.is_submitted() and not form.validate():
        status = 422
    elif form.is_submitted():
        try:
            profiles.save(person, section, values(form), version=form.opened_version, account_id=current_user.id)
        except EditedMeanwhile:
            status, meanwhile = 409, True
        else:
            house().follower.poke()
            return redirect(url_for("therapist.desk", saved=section), SEE_OTHER)
    form.version.data = str(getattr(person, f"{section}_version"))
    return render_template(
        "therapist/change.html", form=form, section=section, title=titles()[section], meanwhile=meanwhile
    ), status
