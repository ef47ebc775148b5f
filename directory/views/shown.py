"""How a listing's facts are said in words: what the templates print of a person, a fee, a place, a date."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from babel.numbers import format_currency
from flask import Flask, url_for
from flask_babel import format_date, get_locale
from markupsafe import Markup, escape

from directory.forms.money import to_major
from directory.house import house
from directory.portraits import home_picture, portrait
from directory.views import saying
from directory.views.asking import today
from directory.views.saying import gettext as _
from directory.views.saying import label as label
from directory.views.saying import ngettext

COMPACT = "compact"
REGISTER_LETTERS = re.compile(r"\(([A-Z]{2,8})\)$")


def sentence(group: str, slug: str) -> str:
    """A vocabulary term's plain sentence in the reader's language."""
    return house().vocabulary.sentence(group, slug, str(get_locale() or "en").split("_")[0])


@lru_cache(maxsize=4096)
def slug_of(name: str) -> str:
    """A name as it stands in an address: ASCII, lower case, hyphens."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60].rstrip("-") or "listing"


def person_url(listing_id: str, name: str, **more: Any) -> str:
    """The address of a therapist's own page."""
    return url_for("search.person", key=f"{listing_id}-{slug_of(name)}", **more)


def money(minor: int, currency: str) -> str:
    """An amount of minor units, without empty decimals: £65, £12.50, US$120."""
    return _money(minor, currency, str(get_locale() or "en_GB"))


@lru_cache(maxsize=4096)
def _money(minor: int, currency: str, locale: str) -> str:
    amount = to_major(minor, currency)
    whole = amount == int(amount)
    return format_currency(
        amount, currency, locale=locale, format="¤#,##0" if whole else None, currency_digits=not whole
    )


def day(when: date | None) -> str:
    """A date as people say it: 4 Nov 2026."""
    return _day(when, saying.saying().locale) if when else ""


@lru_cache(maxsize=1024)
def _day(when: date, _locale: str) -> str:
    return str(format_date(when, "d MMM yyyy"))


@lru_cache(maxsize=1024)
def portrait_of(listing_id: str) -> Markup:
    return Markup(portrait(listing_id))


def days_ago(when: date | None) -> str:
    """How long ago, in words."""
    if when is None:
        return ""
    days = (today() - when).days
    if days <= 0:
        return _("today")
    return _("yesterday") if days == 1 else ngettext("%(num)d day ago", "%(num)d days ago", days)


def slugs(person: Any, group: str, *roles: str) -> list[str]:
    """The slugs of one group of a listing, in the therapist's own order."""
    return [t.slug for t in person.terms if t.group == group and (not roles or t.role in roles)]


def labels(person: Any, group: str, *roles: str) -> list[str]:
    """The labels of one group of a listing, in the therapist's own order."""
    return [label(group, slug) for slug in slugs(person, group, *roles)]


def current_licences(person: Any) -> list[Any]:
    """The licences that count today, in the therapist's own order."""
    now = today()
    verified = (licence for licence in person.licences if licence.state == "verified")
    return [licence for licence in verified if licence.expires_on is None or licence.expires_on >= now]


def title_line(person: Any) -> str:
    """Title, and the register that stands behind it where people know it by its letters: Psychotherapist, UKCP."""
    current = current_licences(person)
    term = house().vocabulary.get("credentials", current[0].title) if current else None
    letters = REGISTER_LETTERS.search(str(term.extra.get("body", ""))) if term else None
    if letters is None or letters[1] in person.title:
        return str(person.title)
    return f"{person.title}, {letters[1]}"


def checked_line(person: Any) -> str:
    """When a steward last checked a licence that counts today."""
    checked = [licence.checked_on for licence in current_licences(person) if licence.checked_on]
    return _("Checked %(day)s", day=day(max(checked))) if checked else ""


def fee_lines(person: Any) -> tuple[str, ...]:
    """The fee and its sliding scale, a line each; one line says that the person hasn't said."""
    fee = person.fee
    if fee is None:
        return (_("Hasn’t said"),)
    full = money(fee.full_from_minor, fee.currency)
    if fee.full_to_minor and fee.full_to_minor != fee.full_from_minor:
        full = _("%(low)s to %(high)s", low=full, high=money(fee.full_to_minor, fee.currency))
    elif fee.full_from_minor == 0:
        full = _("No fee")
    lines = [_("%(fee)s for %(minutes)d minutes", fee=full, minutes=fee.session_minutes)]
    if fee.sliding_from_minor is not None:
        lines.append(_("Sliding from %(fee)s", fee=money(fee.sliding_from_minor, fee.currency)))
    if fee.reduced_places:
        lines.append(ngettext("%(num)d reduced place", "%(num)d reduced places", fee.reduced_places))
    return tuple(lines)


def meets_lines(person: Any, away: str = "") -> tuple[str, ...]:
    """Where and how the person meets people; ``away``: how far their nearest room is from who asks."""
    towns = [f"{place.town} {place.postal_area}".strip() for place in person.places]
    lines = [_("In person, %(town)s", town=town) for town in towns]
    lines += [away] if away else []
    others = [label("formats", s) for s in slugs(person, "formats") if s != "in-person" or not towns]
    if others:
        lines.append(", ".join(others))
    return tuple(lines) or (_("Hasn’t said"),)


def may_see_lines(person: Any) -> tuple[str, ...]:
    """Where the person's current licences let them see people; where only a compact does, not in a room."""
    units: dict[str, dict[str, None]] = {"": {}}
    for licence in current_licences(person):
        units.setdefault(_compact(licence), {})[house().places.name_of(licence.unit)] = None
    own = ", ".join(units.pop("")) or _("No licence is checked yet")
    by_call = _("By call or message, through %(compact)s: %(places)s")
    return (own, *(by_call % {"compact": name, "places": ", ".join(names)} for name, names in units.items()))


def _compact(licence: Any) -> str:
    """The compact between units that a licence comes from; none for a licence of the person's own."""
    if licence.standing != COMPACT:
        return ""
    compact = house().places.compact_of(licence.title, licence.unit)
    return compact.label if compact else _("a compact")


def opening(person: Any) -> str:
    """Is there a place? Whoever is back from a break says so until they say more."""
    if person.availability == "paused" and person.back_on and person.back_on <= today():
        return _("Back since %(day)s; ask about places", day=day(person.back_on))
    return label("availability", person.availability)


def opening_lines(person: Any) -> tuple[str, ...]:
    """Is there a place, and when was that last confirmed?"""
    told = [opening(person)]
    if person.availability_note:
        told.append(person.availability_note)
    told.append(_("Confirmed %(ago)s", ago=days_ago(person.confirmed_on)))
    return tuple(told)


def _price(person: Any) -> str:
    consult = person.consult
    if consult.kind == "paid-reduced" or consult.price_minor:
        return money(consult.price_minor, person.fee.currency) if person.fee and consult.price_minor else _("paid")
    return _("free")


def first_line(person: Any) -> str:
    """What the first conversation costs, how long it is and how it is held."""
    consult = person.consult
    if consult is None or consult.kind == "none":
        return _("no separate first call; you begin with a session")
    told = [_("in writing first")] if consult.kind == "written-first" else [_price(person)]
    if consult.minutes:
        told.append(_("%(num)d minutes", num=consult.minutes))
    channels = [label("formats", slug).lower() for slug in consult.channels.split()]
    if channels:
        told.append(" / ".join(channels))
    return ", ".join(told)


def reply_line(person: Any) -> str:
    """How soon the person says that they reply."""
    days = person.consult.reply_days if person.consult else None
    return ngettext("Replies within %(num)d working day.", "Replies within %(num)d working days.", days) if days else ""


def fact_rows(rows: Iterable[Sequence[Any]]) -> Markup:
    """Facts, each a name, its lines and perhaps a note. A page has fifty, so no template puts them together."""
    made = []
    for name, lines, *note in rows:
        soft = f'<br><span class="soft">{escape(note[0])}</span>' if note and note[0] else ""
        made.append(f"<div><dt>{escape(name)}</dt><dd>{'<br>'.join(map(escape, lines))}{soft}</dd></div>\n  ")
    return Markup(f'<dl class="facts">\n  {"".join(made)}\n</dl>')


def register(app: Flask) -> None:
    """Give every template the words above."""
    saying.register(app)
    app.jinja_env.globals |= {
        "label": label,
        "sentence": sentence,
        "portrait": portrait_of,
        "home_picture": lambda: Markup(home_picture()),
        "person_url": person_url,
        "fact_rows": fact_rows,
    }
    app.jinja_env.filters |= {"day": day, "days_ago": days_ago, "money": money}
