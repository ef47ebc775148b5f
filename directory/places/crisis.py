"""Help lines and emergency numbers by country, read from seeds/crisis.toml, and when each was last checked."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Literal

VERIFIED_FOR = timedelta(days=180)

Standing = Literal["verified", "due", "unverified"]


def standing(last_verified: date | None, today: date) -> Standing:
    """``verified`` through day 180 after this host checked the number, then ``due``; ``unverified`` if it never did."""
    if last_verified is None or last_verified > today:
        return "unverified"
    return "verified" if today - last_verified <= VERIFIED_FOR else "due"


@dataclass(frozen=True, slots=True)
class HelpLine:
    """One line: numbers to ``call``, a number to ``text`` (with a word to send), a page to ``chat`` on."""

    country: str
    name: str
    kind: str
    sentence: str
    hours: str
    source: str
    call: tuple[str, ...] = ()
    text: str = ""
    text_word: str = ""
    chat: str = ""
    url: str = ""
    last_verified: date | None = None

    def standing(self, today: date) -> Standing:
        """Whether this host has checked the line within 180 days of ``today``."""
        return standing(self.last_verified, today)


@dataclass(frozen=True, slots=True)
class CrisisCountry:
    """A country, its emergency numbers and its lines (none where we know of none)."""

    code: str
    name: str
    emergency: tuple[str, ...]
    emergency_sentence: str
    source: str
    lines: tuple[HelpLine, ...] = ()
    last_verified: date | None = None

    def standing(self, today: date) -> Standing:
        """Whether this host has checked the emergency numbers within 180 days of ``today``."""
        return standing(self.last_verified, today)


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Where to look for a line in any other country."""

    name: str
    sentence: str
    url: str


class Crisis:
    """Every country's lines, in file order."""

    def __init__(self, countries: tuple[CrisisCountry, ...], elsewhere: Elsewhere) -> None:
        self._countries = {country.code: country for country in countries}
        self.elsewhere = elsewhere

    def countries(self) -> tuple[CrisisCountry, ...]:
        """Every country with an emergency number."""
        return tuple(self._countries.values())

    def country(self, code: str) -> CrisisCountry | None:
        """The country with this code."""
        return self._countries.get(code)

    def lines(self, country: str, kind: str | None = None) -> tuple[HelpLine, ...]:
        """A country's lines, of one kind (``crisis``, ``abuse``, ``young``) or of all; none for an unknown country."""
        known = self._countries.get(country)
        return tuple(line for line in known.lines if kind in (None, line.kind)) if known else ()


def load_crisis(path: Path) -> Crisis:
    """Read ``crisis.toml``. A missing or unknown key raises TypeError naming it: this file must never be half read."""
    seeds = tomllib.loads(path.read_text(encoding="utf-8"))
    return Crisis(tuple(map(_country, seeds["country"])), Elsewhere(**seeds["elsewhere"]))


def _country(row: Mapping[str, Any]) -> CrisisCountry:
    lines = tuple(
        HelpLine(country=row["code"], **{**line, "call": tuple(line.get("call", ()))}) for line in row.get("line", ())
    )
    facts = {key: value for key, value in row.items() if key != "line"}
    return CrisisCountry(**{**facts, "emergency": tuple(row["emergency"])}, lines=lines)
