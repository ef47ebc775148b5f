"""Postal areas outside the US: what of a code is kept, and where its middle lies. Nothing finer is kept.

How such a file comes to be is importing.py's; US ZIP codes are towns.py's."""

import csv
import logging
import os
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

log = logging.getLogger("holdspace")

FILE = "postcodes.csv"
COLUMNS = ("country", "area", "town", "region", "latitude", "longitude")
LONGEST_CODE = 10
# The part of a code that is kept, then what may follow it: an outward code in Britain, a forward sortation area in
# Canada, a routing key in Ireland; elsewhere the code is an area already.
SHAPES = {
    "AU": re.compile(r"([0-9]{4})"),
    "CA": re.compile(r"([A-Z][0-9][A-Z])(?:[0-9][A-Z][0-9])?"),
    "GB": re.compile(r"([A-Z]{1,2}[0-9][A-Z0-9]?)(?:[0-9][A-Z]{2})?"),
    "IE": re.compile(r"([A-Z][0-9][0-9W])(?:[A-Z0-9]{4})?"),
    "IN": re.compile(r"([1-9][0-9]{5})"),
    "NZ": re.compile(r"([0-9]{4})"),
}
ELSEWHERE = re.compile(r"([A-Z0-9]{3,10})")
GAPS = re.compile(r"[\s-]+")
# A year, a price, a time: so few figures are a postcode only where a country is named beside them.
FEW_FIGURES = re.compile(r"[0-9]{1,4}")


@dataclass(frozen=True, slots=True)
class Area:
    """A postal area: its town, its region (ISO 3166-2, None when unknown) and its middle, in degrees."""

    country: str
    area: str
    town: str
    region: str | None
    latitude: float
    longitude: float


def area_of(country: str, typed: str) -> str | None:
    """The postal area of a code as people write it: ``sw1a 1aa`` in GB is ``SW1A``. None when it is no such code."""
    bare = GAPS.sub("", typed[: 2 * LONGEST_CODE]).upper()
    shape = SHAPES.get(country, ELSEWHERE).fullmatch(bare) if bare.isascii() else None
    return shape[1] if shape and any(letter.isdigit() for letter in shape[1]) else None


def read(file: Path) -> Iterator[Area]:
    """Every area of a file that ``write`` wrote. Raises OSError, or ValueError and KeyError where it is damaged."""
    with file.open(encoding="utf-8", newline="") as rows:
        for row in csv.DictReader(rows):
            middle = float(row["latitude"]), float(row["longitude"])
            yield Area(row["country"], row["area"], row["town"], row["region"] or None, *middle)


def write(file: Path, areas: Iterable[Area]) -> None:
    """Put these areas in the place of the file's: whoever reads meanwhile has the old ones or the new ones, whole."""
    file.parent.mkdir(parents=True, exist_ok=True)
    beside = file.with_suffix(".new")
    with beside.open("w", encoding="utf-8", newline="") as rows:
        writer = csv.writer(rows)
        writer.writerow(COLUMNS)
        for one in areas:
            middle = f"{one.latitude:.2f}", f"{one.longitude:.2f}"
            writer.writerow((one.country, one.area, one.town, one.region or "", *middle))
        rows.flush()
        os.fsync(rows.fileno())
    beside.replace(file)


class Postcodes:
    """The imported areas. A file that was replaced is read again when next asked, so no server need start anew."""

    def __init__(self, file: Path | None) -> None:
        self._file = file
        self._held: tuple[tuple[int, int], Mapping[str, Mapping[str, Area]]] = ((0, 0), {})

    def named(self, typed: str, country: str | None = None) -> tuple[Area, ...]:
        """The areas with this code, in the country or in all; four figures alone, as of a year, are no code."""
        bare = GAPS.sub("", typed)
        if self._file is None or len(bare) > LONGEST_CODE or not any(letter.isdigit() for letter in bare):
            return ()
        if country is None and FEW_FIGURES.fullmatch(bare):
            return ()
        held = self._areas()
        areas = (held[code].get(area_of(code, bare) or "") for code in ([country] if country else held) if code in held)
        return tuple(area for area in areas if area)

    def _areas(self) -> Mapping[str, Mapping[str, Area]]:
        """Every area by its country and code; none while the file is missing or damaged."""
        assert self._file is not None
        try:
            stands = self._file.stat()
            mark = (stands.st_mtime_ns, stands.st_ino)
            if mark != self._held[0]:
                self._held = (mark, _by_country(read(self._file)))
        except FileNotFoundError:
            self._held = ((0, 0), {})
        except (OSError, ValueError, KeyError, TypeError) as error:
            log.error("The imported postal areas can't be read (%s). Import them again.", type(error).__name__)
        return self._held[1]


def _by_country(areas: Iterable[Area]) -> dict[str, dict[str, Area]]:
    found: dict[str, dict[str, Area]] = defaultdict(dict)
    for area in areas:
        found[area.country][area.area] = area
    return dict(found)
