"""Towns and US ZIP codes to coordinates and regions, offline."""

import csv
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from directory.places.jurisdictions import Jurisdictions
from directory.places.spelling import LONGEST_PLACE, folded

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


class Places(Jurisdictions):
    """Jurisdictions, and the towns in them. Towns are read when first asked for."""

    def __init__(self, seeds: Mapping[str, list[dict[str, Any]]], towns: Path) -> None:
        super().__init__(seeds)
        self._towns_file = towns

    def find(self, text: str, country: str | None = None) -> Place | None:
        """The place someone typed: a US ZIP code or a town, alone or with its region or country.

        Of several towns with one name, the largest. None when unknown, and when it is a served country's region and no
        town in it: ``Ontario`` is not the town in California, though ``Ontario, CA`` is."""
        text = text.strip()
        if not text or len(text) > LONGEST_PLACE:
            return None
        zip_code = US_ZIP.fullmatch(text)
        if zip_code:
            return self._zip(zip_code[1]) if country in (None, "US") else None
        towns = [town for town in self._towns_named(text) if country in (None, town.country)]
        regions = self._regions_called(text, country)
        if regions and not regions & {town.region for town in towns}:
            return None
        return max(towns, key=lambda town: town.population, default=None)

    def _regions_called(self, text: str, country: str | None) -> set[str | None]:
        served = {known.code for known in self.countries() if known.served and country in (None, known.code)}
        return {
            code
            for code in self.codes_named(text)
            if (region := self.region(code)) and region.country in served and folded(region.name) == folded(text)
        }

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
