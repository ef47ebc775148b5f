"""Help lines in words: for the page of every country, the first block when there is danger, and the quiet box."""

from typing import Any

from flask import Flask, current_app

from directory.house import house
from directory.places import CrisisCountry, HelpLine
from directory.views import shown
from directory.views.asking import today
from directory.views.saying import gettext as _
from directory.views.saying import kept

Way = tuple[str, str]
QUIET_LINES = 3
ABUSE = frozenset(
    {"domestic-abuse", "childhood-sexual-abuse", "sexual-assault", "childhood-physical-abuse", "emotional-abuse"}
)


def _tel(number: str) -> Way:
    return number, "tel:" + "".join(c for c in number if c.isdigit() or c == "+")


def _sms(number: str, word: str) -> Way:
    told = _("text %(word)s to %(number)s", word=word, number=number) if word else _("text %(number)s", number=number)
    return told, "sms:" + "".join(c for c in number if c.isdigit() or c == "+")


def _ways(line: HelpLine) -> list[Way]:
    ways = [_tel(number) for number in line.call]
    if line.text:
        ways.append(_sms(line.text, line.text_word))
    if line.chat or line.url:
        ways.append((_("chat") if line.chat else _("their site"), line.chat or line.url))
    return ways


def _checked(thing: HelpLine | CrisisCountry) -> str:
    standing, when = thing.standing(today()), shown.day(thing.last_verified)
    if standing == "verified":
        return _("Checked by this directory on %(day)s.", day=when)
    if standing == "due":
        return _("Last checked by this directory on %(day)s. It may have changed.", day=when)
    return _("Not checked by this directory yet.")


def line(told: HelpLine) -> dict[str, Any]:
    """One line with its numbers, what it is for, and whether this host has checked it."""
    text = " ".join(part for part in (told.sentence, told.hours) if part)
    return {"name": told.name, "ways": _ways(told), "sentence": text, "checked": _checked(told)}


def country(told: CrisisCountry) -> dict[str, Any]:
    """One country, short: its lines, the first of each kind before the others, and its emergency numbers."""
    kinds = [help_line.kind for help_line in told.lines]
    ranked = sorted(enumerate(told.lines), key=lambda numbered: kinds[: numbered[0]].count(numbered[1].kind))
    lines = [(help_line.name, *way) for _at, help_line in ranked for way in _ways(help_line)[:1]]
    danger = [_tel(number) for number in told.emergency]
    checked = _checked(told.lines[0] if told.lines else told)
    return {"id": told.code.lower(), "name": told.name, "lines": lines, "danger": danger, "checked": checked}


def served() -> list[CrisisCountry]:
    """The countries that this directory serves, in the order of the settings."""
    known = (house().crisis.country(code) for code in current_app.config["COUNTRIES"])
    return [told for told in known if told]


def first(code: str | None = None) -> dict[str, Any]:
    """What stands first when there is danger: the country's lines when it is known, else the served ones."""
    known = house().crisis.country(code) if code else None
    if known is None:
        return {"country": None, "countries": [country(told) for told in served()]}
    numbers = [_tel(number) for number in known.emergency]
    lines = [line(told) for told in known.lines]
    return {"country": known, "numbers": numbers, "sentence": known.emergency_sentence, "lines": lines}


def _fitting(told: CrisisCountry, kind: str) -> list[HelpLine]:
    """A country's lines that somebody can reach, those of one kind first."""
    return sorted((line for line in told.lines if _ways(line)), key=lambda line: line.kind != kind)


def quiet(code: str | None = None, kind: str = "crisis") -> list[tuple[str, str, str]]:
    """(label, number, address) for the quiet box: one line for each served country, or those of one country.

    ``kind`` ("crisis" or "abuse") says which lines stand first.
    """
    known = house().crisis.country(code) if code else None
    return kept(f"quiet lines of {known.code if known else ''}, {kind}", lambda: _quiet(known, kind))


def _quiet(known: CrisisCountry | None, kind: str) -> list[tuple[str, str, str]]:
    if known:
        return [(told.name, *_ways(told)[0]) for told in _fitting(known, kind)[:QUIET_LINES]]
    firsts = ((told, _fitting(told, kind)[:1]) for told in served())
    return [(told.name, *_ways(lines[0])[0]) for told, lines in firsts if lines]


def register(app: Flask) -> None:
    """Give templates the help lines."""
    app.jinja_env.globals |= {"help_first": first, "help_quiet_lines": quiet, "abuse_concerns": ABUSE}
