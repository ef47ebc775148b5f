"""One person's page: credentials with what was checked, the consult card, and the therapist's own words."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup

from directory.house import house
from directory.portraits import portrait
from directory.views import shown
from directory.views.asking import today
from directory.views.styles import scales

SHARES = "shares"
UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Stamp:
    """A claim with its date: what was checked, when, and the public register where anybody can look it up."""

    icon: str
    text: str
    url: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """What the page prints beside the plain fields of the listing."""

    title_line: str
    where: str
    first_name: str
    portrait: Markup
    main: tuple[tuple[str, str, str], ...]
    also: tuple[tuple[str, str], ...]
    approaches: tuple[tuple[str, str, str], ...]
    scales: tuple[tuple[str, str, int | None, str], ...]
    themes: tuple[tuple[str, str], ...]
    culture: tuple[str, ...]
    practical: tuple[tuple[str, tuple[str, ...]], ...]
    stamps: tuple[Stamp, ...]
    consult: dict[str, Any]
    helpline: bool


def _noted(person: Any, group: str, *roles: str) -> tuple[tuple[str, str, str], ...]:
    """(slug, label, the therapist's own line) of one group."""
    return tuple(
        (t.slug, shown.label(group, t.slug), t.note)
        for t in person.terms
        if t.group == group and (not roles or t.role in roles)
    )


def _culture(person: Any) -> tuple[str, ...]:
    """Cultural competence as statements that can be checked: languages, communities served and belonged to, faith."""
    first = person.name.split()[0]
    served, own = shown.labels(person, "communities", "serves"), shown.labels(person, "communities", "belongs")
    told = []
    if languages := shown.labels(person, "languages", "session"):
        told.append(_("Holds sessions in %(languages)s.", languages=", ".join(languages)))
    if greetings := shown.labels(person, "languages", "greeting"):
        told.append(_("Knows a few words of %(languages)s.", languages=", ".join(greetings)))
    if served:
        told.append(
            _("Often works with people from these communities: %(communities)s.", communities=", ".join(served))
        )
    if own:
        told.append(_("%(name)s comes from: %(communities)s.", name=first, communities=", ".join(own)))
    if faiths := shown.labels(person, "faiths", "own"):
        told.append(_("Own faith or worldview: %(faiths)s.", faiths=", ".join(faiths)))
    stances = shown.slugs(person, "faith_stances")
    told += [
        _("Works with people of the same faith.") if s == SHARES else shown.sentence("faith_stances", s)
        for s in stances
    ]
    if affirming := shown.labels(person, "affirming"):
        told.append(_("Affirming of: %(terms)s.", terms=", ".join(affirming)))
    return tuple(told)


def _practical(person: Any) -> tuple[tuple[str, tuple[str, ...]], ...]:
    fee = [*shown.fee_lines(person), *([person.fee.note] if person.fee and person.fee.note else [])]
    rows: list[tuple[str, list[str]]] = [(_("Fee"), fee)]
    for name, group in (
        (_("Ways to pay"), "payments"),
        (_("Insurance"), "insurers"),
        (_("Times"), "times"),
        (_("How often"), "frequencies"),
    ):
        rows.append((name, [", ".join(shown.labels(person, group))]))
    rows.append((_("Openings"), list(shown.opening_lines(person))))
    rows.append((_("How you meet"), list(shown.meets_lines(person))))
    rows.append((_("The room"), [", ".join(shown.labels(person, "accessibility")), *(p.note for p in person.places)]))
    rows.append(
        (_("In practice"), [_("Since %(year)s", year=person.practising_since) if person.practising_since else ""])
    )
    rows.append((_("Who they see"), [", ".join(shown.labels(person, "populations"))]))
    if person.fee and person.fee.cancellation_hours:
        hours = person.fee.cancellation_hours
        rows.append((_("Cancelling"), [ngettext("%(num)d hour’s notice", "%(num)d hours’ notice", hours)]))
    kept = [(name, tuple(line for line in lines if line)) for name, lines in rows]
    return tuple((name, lines or (_("Hasn’t said"),)) for name, lines in kept)


def _register(licence: Any) -> tuple[str, str]:
    """Where anybody can look this licence up: (address, name); empty when no public register is known."""
    if licence.register_url:
        return licence.register_url, urlsplit(licence.register_url).hostname or ""
    term = house().vocabulary.get("credentials", licence.title)
    links = house().places.registers_for(licence.unit, term.extra if term else {})
    return (links[0].url, links[0].label) if links else ("", "")


def _unregulated(licence: Any) -> bool:
    """May anybody use this title, by law?"""
    term = house().vocabulary.get("credentials", licence.title)
    return term is not None and term.extra.get("kind") == "unregulated"


def _licence(licence: Any) -> Stamp:
    title, unit = shown.label("credentials", licence.title), house().places.name_of(licence.unit)
    url, name = _register(licence)
    if licence.state == "suspended":
        text = _("%(title)s, %(unit)s: suspended. It doesn’t count now.", title=title, unit=unit)
        return Stamp("question", text, url, name)
    if licence.state != "verified":
        return Stamp("question", _("%(title)s, %(unit)s: not checked yet.", title=title, unit=unit), url, name)
    if licence.expires_on and licence.expires_on < today():
        ended = {"title": title, "unit": unit, "day": shown.day(licence.expires_on)}
        text = _("%(title)s, %(unit)s. It ran out on %(day)s, and we haven’t seen a new one.", **ended)
        return Stamp("question", text, url, name)
    told = {"title": title, "unit": unit, "day": shown.day(licence.checked_on)}
    if _unregulated(licence):
        text = _("%(title)s. No law protects this title in %(unit)s. A steward saw the papers on %(day)s.", **told)
    elif licence.method == "document":
        text = _("%(title)s, %(unit)s. A steward saw the papers on %(day)s.", **told)
    else:
        text = _("%(title)s, %(unit)s. A steward looked it up on %(day)s.", **told)
    return Stamp("shield-check", text, url, name)


def _stamps(person: Any) -> tuple[Stamp, ...]:
    made = [_licence(licence) for licence in person.licences]
    for training in person.trainings:
        named = ", ".join(str(part) for part in (training.name, training.provider, training.year) if part)
        seen = _("%(training)s. Certificate seen on %(day)s.", training=named, day=shown.day(training.seen_on))
        made.append(
            Stamp("shield-check", seen)
            if training.seen_on
            else Stamp("question", _("%(training)s. Certificate not seen by us.", training=named))
        )
    confirmed = _(
        "%(name)s said that this page was still right %(ago)s.",
        name=person.name.split()[0],
        ago=shown.days_ago(person.confirmed_on),
    )
    return (*made, Stamp("calendar", confirmed))


def _consult(person: Any) -> dict[str, Any]:
    """The consult card: what the first conversation is, and how to ask for it in plain steps."""
    offer, first = person.consult, person.name.split()[0]
    url = offer.booking_url if offer and offer.booking_url.startswith("https://") else ""
    host = urlsplit(url).hostname or ""
    line = shown.first_line(person)
    start = [_("Read this page. Note one thing you would like to ask.")]
    if url:
        start.append(
            _(
                "Open %(host)s and ask for a first conversation. One sentence about what brings you is enough.",
                host=host,
            )
        )
    start.append(_("Talk to two or three people before you decide. You may say no to anyone."))
    return {
        "heading": _("A first conversation"),
        "offer": f"{line[:1].upper()}{line[1:]}. {offer.note if offer else ''}".strip(),
        "openings": _("Openings: %(told)s.", told=shown.opening(person).lower())
        if person.availability == UNKNOWN
        else f"{shown.opening(person)}.",
        "reply": shown.reply_line(person),
        "url": url,
        "button": _("Book on %(name)s’s own site", name=first),
        "host_line": _("The site is %(host)s. It has its own rules about what it keeps.", host=host) if url else "",
        "start": start,
        "links": [("question", _("Questions worth asking"), url_for("learn.page", slug="first-consult"))],
    }


def _where(person: Any) -> str:
    (names,) = shown.may_see_lines(person)
    town = person.places[0].town if person.places else ""
    return (
        _("%(town)s. May see people in %(units)s.", town=town, units=names)
        if town
        else _("May see people in %(units)s.", units=names)
    )


def told(person: Any) -> Told:
    """Everything on one person's page, in words."""
    concerns = house().vocabulary
    risky = (concerns.get("concerns", slug) for slug in shown.slugs(person, "concerns"))
    return Told(
        title_line=shown.title_line(person),
        where=_where(person),
        first_name=person.name.split()[0],
        portrait=Markup(portrait(person.id)),
        main=_noted(person, "concerns", "main"),
        also=tuple((slug, name) for slug, name, _note in _noted(person, "concerns", "also")),
        approaches=tuple(
            (slug, name, note or shown.sentence("approaches", slug))
            for slug, name, note in _noted(person, "approaches")
        ),
        scales=scales(person),
        themes=tuple((name, note or shown.sentence("themes", slug)) for slug, name, note in _noted(person, "themes")),
        culture=_culture(person),
        practical=_practical(person),
        stamps=_stamps(person),
        consult=_consult(person),
        helpline=any(term is not None and term.extra.get("safety") for term in risky),
    )
