"""Towns and postcodes to coordinates and regions, offline. Postcodes outside the US are postcodes.py's."""

import csv
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from directory.places.jurisdictions import Jurisdictions
from directory.places.postcodes import Area, Postcodes
from directory.places.spelling import LONGEST_PLACE, folded

# South, north, west and east, in degrees.
Box = tuple[float, float, float, float]
# Of several towns with one name, the largest is surely meant when it has so many times more people than the next.
SURELY_LARGER = 10
US_ZIP = re.compile(r"([0-9]{5})(-[0-9]{4})?")


@dataclass(frozen=True, slots=True)
class Place:
    """A town with its region (ISO 3166-2, None outside the units we know), in degrees."""

    town: str
    region: str | None
    country: str
    latitude: float
    longitude: float
    population: int = 0


@lru_cache(maxsize=512)
def _zip_place(zip_code: str) -> tuple[str, str, float, float] | None:
    import zipcodes  # its data take half a second to load, so only when a ZIP code is first typed

    found = zipcodes.matching(zip_code)  # type: ignore[no-untyped-call]
    return (found[0]["city"], found[0]["state"], float(found[0]["lat"]), float(found[0]["long"])) if found else None


def _middle(area: Area) -> Place:
    return Place(area.town, area.region, area.country, area.latitude, area.longitude)


class Places(Jurisdictions):
    """Jurisdictions, and the towns and postal areas in them. Towns are read when first asked for."""

    def __init__(self, seeds: Mapping[str, list[dict[str, Any]]], towns: Path, postcodes: Path | None = None) -> None:
        """``towns``: a CSV file of the seeds. ``postcodes``: the file of imported postal areas, if there is one."""
        super().__init__(seeds)
        self._towns_file = towns
        self._postcodes = Postcodes(postcodes)

    def find(self, text: str, country: str | None = None) -> Place | None:
        """The place someone typed: a postcode or a town, alone or with its region or country.

        Of several towns with one name, the largest. None when unknown, and when it is a served country's region and no
        town in it: ``Ontario`` is not the town in California, though ``Ontario, CA`` is."""
        text = text.strip()
        if not text or len(text) > LONGEST_PLACE:
            return None
        zip_code = US_ZIP.fullmatch(text)
        if zip_code and country in (None, "US"):
            return self._zip(zip_code[1])
        areas = self._areas_named(text, country)
        if areas:
            return _middle(min(areas, key=lambda area: self._order.index(area.country)))
        return max(self._towns_meant(text, country), key=lambda town: town.population, default=None)

    def choices(self, text: str, within: Collection[str] = ()) -> tuple[Place, ...]:
        """Every place that may be meant by who was asked for one, the largest first; of one name, one in each region.

        ``within``: codes of countries and regions, if it must lie in one of them. Unlike in a sentence, four figures
        are a postcode here."""
        text = text.strip()
        if not text or len(text) > LONGEST_PLACE:
            return ()
        countries = [None, *self._order] if text.isdigit() else [None]
        found = [self._zip(zip_code[1])] if (zip_code := US_ZIP.fullmatch(text)) else []
        found += [_middle(area) for country in countries for area in self._areas_named(text, country)]
        meant = [place for place in dict.fromkeys(found) if place] or self._towns_meant(text, None)
        there = [place for place in meant if not within or {place.country, place.region} & set(within)]
        ranked = sorted(there, key=lambda place: -place.population)
        return tuple({(place.town, place.region): place for place in reversed(ranked)}.values())[::-1]

    def surely(self, choices: Sequence[Place]) -> Place | None:
        """The one that is meant: the only one, or the one that is far larger than any other; else None."""
        if len(choices) < 2:
            return choices[0] if choices else None
        largest, second = choices[0].population, choices[1].population
        return choices[0] if largest and largest >= SURELY_LARGER * second else None

    def spelt(self, text: str, place: Place) -> str:
        """One of the ``choices`` of a text so that it is the only one: with its region, or country where none is known.

        A postcode stays as typed, since towns have many."""
        named = text.strip().upper() if any(letter.isdigit() for letter in text) else place.town
        return f"{named}, {self.name_of(place.region or place.country)}"

    def point(self, country: str, town: str, region: str = "", area: str = "") -> tuple[float, float] | None:
        """(latitude, longitude) in degrees of a room's postal area, else of its town; None when neither is known."""
        named = (area, f"{town}, {region}" if region else town)
        found = next(filter(None, (self.find(text, country) for text in named)), None)
        return (round(found.latitude, 2), round(found.longitude, 2)) if found else None

    def box(self, country: str) -> Box | None:
        """What a country's towns lie within; None when we know none."""
        there = [town for towns in self._towns.values() for town in towns if town.country == country]
        if not there:
            return None
        up, round_ = [town.latitude for town in there], [town.longitude for town in there]
        return min(up), max(up), min(round_), max(round_)

    @cached_property
    def _order(self) -> list[str]:
        return [country.code for country in self.countries()]

    def _areas_named(self, text: str, country: str | None) -> tuple[Area, ...]:
        """The postal areas with this code, alone or with their region or country behind it (``2000 NSW``)."""
        if not any(letter.isdigit() for letter in text):
            return ()
        whole = self._postcodes.named(text, country)
        words = text.replace(",", " ").split()
        for cut in range(len(words) - 1, 0, -1) if not whole else ():
            codes = self.codes_named(" ".join(words[cut:]))
            lands = {code[:2] for code in codes} & ({country} if country else {code[:2] for code in codes})
            areas = [area for land in lands for area in self._postcodes.named(" ".join(words[:cut]), land)]
            if there := tuple(area for area in areas if {area.region, area.country} & codes):
                return there
        return whole

    def _regions_called(self, text: str, country: str | None) -> set[str | None]:
        served = {known.code for known in self.countries() if known.served and country in (None, known.code)}
        return {
            code
            for code in self.codes_named(text)
            if (region := self.region(code)) and region.country in served and folded(region.name) == folded(text)
        }

    def _towns_meant(self, text: str, country: str | None) -> list[Place]:
        towns = [town for town in self._towns_named(text) if country in (None, town.country)]
        regions = self._regions_called(text, country)
        return [] if regions and not regions & {town.region for town in towns} else towns

    def _zip(self, code: str) -> Place | None:
        found = _zip_place(code)
        if found is None:
            return None
        region = f"US-{found[1]}"
        return Place(found[0], region if region in self._units else None, "US", found[2], found[3])

    def _towns_named(self, text: str) -> Iterable[Place]:
        words = folded(text).split()
        whole = self._towns.get(" ".join(words), ())
        if whole:
            return whole
        for cut in range(len(words) - 1, 0, -1):
            towns, codes = self._towns.get(" ".join(words[:cut]), ()), self.codes_named(" ".join(words[cut:]))
            there = [town for town in towns if {town.region, town.country} & codes]
            if there:
                return there
        return ()

    @cached_property
    def _towns(self) -> dict[str, tuple[Place, ...]]:
        towns: dict[str, list[Place]] = defaultdict(list)
        with self._towns_file.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(line for line in file if not line.startswith("#")):
                latitude, longitude = float(row["latitude"]), float(row["longitude"])
                town = Place(row["name"], row["region"], row["country"], latitude, longitude, int(row["population"]))
                for name in {
                    folded(name) for name in (row["name"], row["ascii_name"], *row["also"].split("|")) if name
                }:
                    towns[name].append(town)
        return {name: tuple(found) for name, found in towns.items()}
