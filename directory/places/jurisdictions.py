"""Countries, units where a licence holds, regions, compacts and public registers, read from seeds/jurisdictions.toml.

Towns live in towns.py; nothing here knows a therapist."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from directory.places.spelling import LONGEST_PLACE, folded

KINDS = ("licensed", "register", "unregulated")


class PlacesError(ValueError):
    """The seeds contradict themselves. The message lists every problem."""


class Link(NamedTuple):
    """A public page where anyone can check a title."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Register:
    """A public register; ``professions`` empty means that it holds every title."""

    label: str
    url: str
    professions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Country:
    """``regions`` is ``unit`` where a licence holds in one region only, else ``country``; ``distance`` is km or mi.

    ``fee_bands`` are the steps of "fee up to", in whole units of ``currency``, rising."""

    code: str
    name: str
    aka: tuple[str, ...]
    currency: str
    served: bool
    regions: str
    distance: str
    fee_bands: tuple[int, ...]
    registers: tuple[Register, ...]


@dataclass(frozen=True, slots=True)
class Unit:
    """Where one licence holds: a US state, a Canadian province, else a country. ``kind`` is one of KINDS."""

    code: str
    country: str
    name: str
    kind: str
    registers: tuple[Register, ...]


@dataclass(frozen=True, slots=True)
class Region:
    """An ISO 3166-2 part of a country; ``former`` holds older codes of it."""

    code: str
    country: str
    name: str
    former: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Compact:
    """An agreement between units. Membership alone lets nobody practise: the therapist holds the right in person."""

    slug: str
    label: str
    sentence: str
    url: str
    as_of: str
    checked: bool
    issuing: bool
    titles: tuple[str, ...]
    members: tuple[str, ...]
    issuing_members: tuple[str, ...]


class Jurisdictions:
    """What the seeds say of countries, units, regions and compacts."""

    def __init__(self, seeds: Mapping[str, list[dict[str, Any]]]) -> None:
        self._compacts = tuple(map(_compact, seeds["compact"]))
        self._countries = {row["code"]: _country(row) for row in seeds["country"]}
        self._units = {row["code"]: _unit(row) for row in seeds["unit"]}
        self._regions = {row["code"]: _region(row) for row in seeds["region"]}
        self._regions |= {
            unit.code: Region(unit.code, unit.country, unit.name)
            for unit in self._units.values()
            if unit.code != unit.country
        }
        self._former = {old: region.code for region in self._regions.values() for old in region.former}

    def countries(self) -> tuple[Country, ...]:
        """Every country of the seeds, in file order."""
        return tuple(self._countries.values())

    def country(self, code: str) -> Country | None:
        """The country with this ISO 3166-1 code."""
        return self._countries.get(code)

    def unit(self, code: str) -> Unit | None:
        """The unit with this code, such as ``US-CA`` or ``GB``."""
        return self._units.get(code)

    def units(self, country: str) -> tuple[Unit, ...]:
        """The units of a country, in file order."""
        return tuple(unit for unit in self._units.values() if unit.country == country)

    def regions(self, country: str) -> tuple[Region, ...]:
        """The ISO 3166-2 regions of a country, in file order; where each region is a unit, those."""
        return tuple(region for region in self._regions.values() if region.country == country)

    def region(self, code: str) -> Region | None:
        """The region with this code or with this former code."""
        return self._regions.get(self._former.get(code, code))

    def name_of(self, code: str) -> str:
        """The English name of a country, unit or region; the code itself when it is unknown."""
        known = self._countries.get(code) or self.region(code) or self._units.get(code)
        return known.name if known else code

    def unit_of(self, country: str, region: str | None) -> str | None:
        """The unit whose licence counts there; None when it cannot be told, as for the US without a state."""
        known = self._countries.get(country)
        if known is None:
            return None
        code = region if known.regions == "unit" else country
        unit = self._units.get(code or "")
        return unit.code if unit and unit.country == country else None

    def compacts(self) -> tuple[Compact, ...]:
        """Every compact of the seeds."""
        return self._compacts

    def compact_of(self, title: str, unit: str) -> Compact | None:
        """The compact by which a holder of this title may get a right in this unit; None when there is none."""
        return next((one for one in self._compacts if title in one.titles and unit in one.members), None)

    def registers_for(self, unit: str, title: Mapping[str, Any]) -> tuple[Link, ...]:
        """Where anyone can check a title held in a unit: the title's own register, else the unit's, else the country's.

        ``title`` is the ``extra`` of a credentials term (keys ``register_url``, ``body``, ``profession``)."""
        if title.get("register_url"):
            return (Link(title.get("body") or title["register_url"], title["register_url"]),)
        known = self._units.get(unit)
        if known is None:
            return ()
        profession = str(title.get("profession", ""))
        return _for_profession(known.registers, profession) or _for_profession(
            self._countries[known.country].registers, profession
        )

    def codes_named(self, text: str) -> frozenset[str]:
        """Codes of the countries and regions that go by this name, other name or code (``Kerala`` -> ``IN-KL``)."""
        return self._codes_by_name.get(folded(text[:LONGEST_PLACE]), frozenset())

    @cached_property
    def _codes_by_name(self) -> dict[str, frozenset[str]]:
        codes: dict[str, set[str]] = defaultdict(set)
        for country in self._countries.values():
            for name in (country.code, country.name, *country.aka):
                codes[folded(name)].add(country.code)
        for region in self._regions.values():
            short = [code.partition("-")[2] for code in (region.code, *region.former)]
            for name in (region.code, region.name, *region.former, *short):
                codes[folded(name)].add(region.code)
        return {name: frozenset(found) for name, found in codes.items()}


def check(seeds: Mapping[str, list[dict[str, Any]]]) -> None:
    """Raise PlacesError with every contradiction in the file."""
    problems = list(_problems(seeds))
    if problems:
        raise PlacesError("seeds/jurisdictions.toml: " + "; ".join(problems))


def _problems(seeds: Mapping[str, list[dict[str, Any]]]) -> Iterable[str]:
    countries = {row["code"] for row in seeds["country"]}
    units = {row["code"] for row in seeds["unit"]}
    for table in ("country", "unit", "region"):
        codes = [row["code"] for row in seeds[table]]
        yield from (f"{code} stands twice under {table}" for code in set(codes) if codes.count(code) > 1)
    for row in (*seeds["unit"], *seeds["region"]):
        if row["country"] not in countries:
            yield f"{row['code']} names the unknown country {row['country']}"
    for row in seeds["unit"]:
        if row["kind"] not in KINDS:
            yield f"{row['code']} has the kind {row['kind']}; use one of {', '.join(KINDS)}"
    for row in seeds["compact"]:
        unknown = {*row["members"], *row.get("issuing_members", ())} - units
        yield from (f"compact {row['slug']} names the unknown unit {code}" for code in sorted(unknown))


def _for_profession(registers: Iterable[Register], profession: str) -> tuple[Link, ...]:
    return tuple(Link(r.label, r.url) for r in registers if not r.professions or profession in r.professions)


def _register(row: Mapping[str, Any]) -> Register:
    return Register(row["label"], row["url"], tuple(row.get("professions", ())))


def _country(row: Mapping[str, Any]) -> Country:
    registers = tuple(map(_register, row["registers"]))
    return Country(**{**row, "aka": tuple(row["aka"]), "fee_bands": tuple(row["fee_bands"]), "registers": registers})


def _unit(row: Mapping[str, Any]) -> Unit:
    return Unit(**{**row, "registers": tuple(map(_register, row["registers"]))})


def _region(row: Mapping[str, Any]) -> Region:
    return Region(row["code"], row["country"], row["name"], tuple(row.get("former", ())))


def _compact(row: Mapping[str, Any]) -> Compact:
    members = tuple(row["members"])
    issuing = tuple(row.get("issuing_members", members if row["issuing"] else ()))
    return Compact(**{**row, "titles": tuple(row["titles"]), "members": members, "issuing_members": issuing})
