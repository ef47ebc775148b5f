"""What the consult sheet says, in plain values: questions under their headings, the people, a first message, cities.

Which addresses it has is in consulting.py.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from babel.core import get_global
from babel.dates import get_timezone_location
from flask import current_app
from flask_babel import get_locale
from flask_babel import gettext as _

from directory import readiness
from directory.house import house
from directory.needs import Needs
from directory.readiness.questionnaire import ConsultPart
from directory.views import matched, shown

Lines = tuple[str, ...]
MAX_LINES = 4
LINE_END = "\r\n"


@dataclass(frozen=True, slots=True)
class Talk:
    """One person on the sheet: where they stand, what is known for a first talk, and a cell for each column."""

    place: int
    name: str
    first_name: str
    url: str
    title_line: str
    facts: Lines
    cells: tuple[Lines, Lines, Lines]


def parts(reading: readiness.Reading) -> list[tuple[ConsultPart, list[str]]]:
    """The questions to ask, in words, under their headings."""
    return [
        (part, [matched.question_words(one) for one in reading.consult_questions if one.about == part.id])
        for part in house().questionnaire.consult_part
    ]


def talks(people: Iterable[Any], needs: Needs) -> list[Talk]:
    """The people on the sheet, counted from 1."""
    asked = {slug for slug, _weight in needs.concerns}
    return [
        Talk(
            place=place,
            name=person.name,
            first_name=person.name.split()[0],
            url=shown.person_url(person.id, person.name),
            title_line=shown.title_line(person),
            facts=(*shown.fee_lines(person)[:2], _("First talk: %(told)s", told=shown.first_line(person))),
            cells=(_expertise(person, asked), _approach(person), _compatibility(person)),
        )
        for place, person in enumerate(people, 1)
    ]


def _expertise(person: Any, asked: set[str]) -> Lines:
    """Their main areas, and what was asked for among the rest."""
    also = [slug for slug in shown.slugs(person, "concerns", "also") if slug in asked]
    return tuple(shown.label("concerns", slug) for slug in (*shown.slugs(person, "concerns", "main"), *also))


def _approach(person: Any) -> Lines:
    return tuple(shown.labels(person, "approaches")[:MAX_LINES])


def _compatibility(person: Any) -> Lines:
    told = {
        _("Speaks: %(told)s"): shown.labels(person, "languages", "session"),
        _("Works with people from: %(told)s"): shown.labels(person, "communities", "serves"),
        _("Knows about: %(told)s"): shown.labels(person, "themes"),
    }
    return tuple(line % {"told": ", ".join(known[:MAX_LINES])} for line, known in told.items() if known)


def draft(needs: Needs) -> str:
    """A first message to begin from. It tells how, when and for how much somebody would like to meet, where they said
    so, and nothing about who they are or what has happened to them.
    """
    times = needs.preference("times")
    said = [
        _("I am looking for a therapist, and I read your page."),
        _list(_("I would like to meet like this: %(told)s."), "formats", needs.formats),
        _list(_("These times suit me: %(told)s."), "times", times.values if times.strength != "none" else ()),
        _("I can pay up to %(fee)s for a session.", fee=shown.money(needs.fee.max_minor, needs.fee.currency))
        if needs.fee
        else "",
        _first_step(needs),
    ]
    return "\n\n".join([_("Hello,"), "\n".join(filter(None, said)), _("Thank you.")])


def _list(sentence: str, group: str, slugs: Iterable[str]) -> str:
    told = ", ".join(shown.label(group, slug) for slug in slugs)
    return sentence % {"told": told} if told else ""


def _first_step(needs: Needs) -> str:
    """The question at the end, by the first step that feels right."""
    if "written-first" in needs.preference("consult").values:
        return _("Could we write a little first, before we talk?")
    return _("Do you have time for a short first talk, and what does it cost?")


def mail_link(text: str) -> str:
    """An address that opens somebody's own mail program with these words, and nobody to send them to."""
    body = quote(text.replace("\r\n", "\n").replace("\n", LINE_END), errors="replace")
    return f"mailto:?subject={quote(_('A first talk'))}&body={body}"


def as_text(reading: readiness.Reading, people: Iterable[Talk]) -> str:
    """The sheet as plain text that can be filled in."""
    told = house().questionnaire
    blocks = [[_("For a first talk")], [told.goals.title, *(f"- {goal}" for goal in reading.goals), "- "]]
    blocks += [[part.title, *(f"[ ] {question}" for question in questions)] for part, questions in parts(reading)]
    columns = [part.title for part in told.consult_part]
    blocks += [_talk_as_text(talk, columns) for talk in people]
    blocks.append([told.after_call.title, *(f"[ ] {line}" for line in told.after_call.lines)])
    return (LINE_END * 2).join(LINE_END.join(lines) for lines in blocks) + LINE_END


def _talk_as_text(talk: Talk, columns: list[str]) -> list[str]:
    cells = [f"{name}: {'; '.join(lines)}" for name, lines in zip(columns, talk.cells, strict=False)]
    return [f"{talk.place}. {talk.name}, {talk.title_line}", *talk.facts, *cells, _("Notes:"), ""]


def zones() -> dict[str, list[tuple[str, str]]]:
    """The time zones of the countries that this directory serves: country -> (IANA name, city), by city."""
    names = ((code, house().places.country(code)) for code in current_app.config["COUNTRIES"])
    return {told.name: _cities(code, str(get_locale() or "en_GB")) for code, told in names if told}


@lru_cache(maxsize=256)
def _cities(country: str, locale: str) -> list[tuple[str, str]]:
    """The zones of a country as the Unicode CLDR lists them."""
    known = get_global("territory_zones").get(country, ())
    named = ((zone, get_timezone_location(zone, locale=locale, return_city=True)) for zone in known)
    return sorted(named, key=lambda told: told[1])
