"""People beside each other: what one decides by, in the same order for everybody, on a page and in a file."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from flask import current_app
from flask_babel import gettext as _

from directory.views import shown

Lines = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One thing to compare: its name, and the lines of each person in the order of the people."""

    name: str
    cells: tuple[Lines, ...]


def _listed(group: str, *roles: str) -> Callable[[Any], Lines]:
    return lambda person: tuple(shown.labels(person, group, *roles))


def _first(person: Any) -> Lines:
    """The first call: what it costs, how long, how, and how soon there is a reply."""
    line = shown.first_line(person)
    return tuple(told for told in (f"{line[:1].upper()}{line[1:]}", shown.reply_line(person)) if told)


def _asked() -> dict[str, Callable[[Any], Lines]]:
    """What people decide by, in the order in which they ask: can I afford and reach them, then are they for me."""
    return {
        _("Works with most"): _listed("concerns", "main"),
        _("Also works with"): _listed("concerns", "also"),
        _("Ways of working"): _listed("approaches"),
        _("Fee"): shown.fee_lines,
        _("Openings"): shown.opening_lines,
        _("First call"): _first,
        _("Meets"): shown.meets_lines,
        _("Sees people in"): shown.may_see_lines,
        _("Times"): _listed("times"),
        _("Speaks"): _listed("languages", "session"),
        _("Communities they serve"): _listed("communities", "serves"),
        _("Who they are"): _listed("genders"),
        _("Access"): _listed("accessibility"),
        _("Licence"): lambda person: tuple(line for line in (shown.checked_line(person),) if line),
    }


def rows(people: Iterable[Any]) -> list[Row]:
    """Every row in which anybody has said something; whoever hasn't, hasn't said."""
    people, unsaid = list(people), (_("Hasn’t said"),)
    made = [(name, [told(person) for person in people]) for name, told in _asked().items()]
    return [Row(name, tuple(lines or unsaid for lines in cells)) for name, cells in made if any(cells)]


def page_of(person: Any) -> str:
    """The whole address of a person's own page, for a file or for paper."""
    return f"{current_app.config['BASE_URL']}{shown.person_url(person.id, person.name)}"


def how_to_reach(person: Any) -> str:
    """Where a first conversation is asked for: the address that the person gave, or else their page here."""
    url = person.consult.booking_url if person.consult else ""
    return url if url.startswith("https://") else _("See their page: %(address)s", address=page_of(person))


def blanks() -> dict[str, str]:
    """What one writes down while asking around: a column of the file, and a line on paper."""
    return {
        "written": _("Date I wrote"),
        "replied": _("Replied?"),
        "call": _("First call on"),
        "fee": _("Fee they asked"),
        "felt": _("How it felt"),
    }


def _joined(lines: Lines) -> str:
    return "; ".join(lines)


def list_table(people: Iterable[Any]) -> list[list[str]]:
    """The list as a table with a row for each person, its heading first."""
    people = list(people)
    told = rows(people)
    head = [_("Name"), _("Title"), *(row.name for row in told), _("Their page"), _("How to reach them")]
    return [head] + [
        [
            person.name,
            shown.title_line(person),
            *(_joined(row.cells[place]) for row in told),
            page_of(person),
            how_to_reach(person),
        ]
        for place, person in enumerate(people)
    ]


def known(person: Any) -> list[tuple[str, Lines]]:
    """What one needs to know for a first call."""
    return [
        (_("How to reach them"), (how_to_reach(person),)),
        (_("First call"), _first(person)),
        (_("Fee"), shown.fee_lines(person)),
        (_("Openings"), shown.opening_lines(person)),
    ]


def contact_table(people: Iterable[Any]) -> list[list[str]]:
    """The same people as a table to fill in while asking around: what is known first, then empty columns."""
    told = [(person, known(person)) for person in people]
    heads = [name for name, _lines in told[0][1]] if told else []
    return [[_("Name"), _("Title"), *heads, _("Their page"), *blanks().values()]] + [
        [person.name, shown.title_line(person), *(_joined(lines) for _name, lines in rows), page_of(person)]
        + [""] * len(blanks())
        for person, rows in told
    ]
