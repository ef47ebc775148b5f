"""Postal files as GeoNames gives them -> postal areas with a middle, line by line, and what of a file was not taken.

Looking a code up is postcodes.py's."""

import fcntl
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from statistics import median

from directory.places.jurisdictions import PlacesError
from directory.places.postcodes import FILE, Area, area_of, read, write
from directory.places.spelling import LONGEST_PLACE
from directory.places.towns import Box, Places

COLUMNS = (11, 12)
LONGEST_LINE = 2_000
# ZIP, gzip and UTF-16: files that must be unpacked, or saved otherwise, first.
NO_TEXT = {b"PK": "It is packed. Unpack it and import the text file in it.", b"\x1f\x8b": "It is packed. Unpack it."}
NO_TEXT |= {start: "It is UTF-16. Save it as UTF-8." for start in (b"\xff\xfe", b"\xfe\xff")}
BOM = b"\xef\xbb\xbf"
# Middles are kept to about a kilometre, which is enough for a postal area.
DECIMALS = 2
# So many degrees outside a country's own towns, a point lies in another country, or its two figures are swapped.
FAR_OUT = 20.0


class Refused(ValueError):
    """A line that can't be used. The message says why."""


class Foreign(ValueError):
    """A line of a country that needs none. The message says of which, and why."""


@dataclass
class Imported:
    """What became of a file: per country the areas added, replaced and right already; ``refused`` lines with their
    reasons, ``foreign`` countries with their number of lines.
    """

    lines: int = 0
    added: Counter[str] = field(default_factory=Counter)
    replaced: Counter[str] = field(default_factory=Counter)
    right: Counter[str] = field(default_factory=Counter)
    refused: list[tuple[int, str]] = field(default_factory=list)
    foreign: Counter[str] = field(default_factory=Counter)

    @property
    def countries(self) -> list[str]:
        """Every country that something was taken of."""
        return sorted({*self.added, *self.replaced, *self.right})


def import_file(source: Path, folder: Path, places: Places) -> Imported:
    """Add a GeoNames postal file's areas to those in ``folder``, in the place of those with the same code.

    Doing it twice changes nothing. Raises PlacesError when nothing in the file can be used; the old areas then stay.
    """
    told = Imported()
    found = _areas(_lines(source, places, told))
    if not found:
        raise PlacesError(_nothing_usable(source, told))
    with _alone(folder):
        before = _before(folder / FILE)
        for key, area in found.items():
            became = told.right if before.get(key) == area else told.replaced if key in before else told.added
            became[area.country] += 1
        if told.added or told.replaced:
            after = before | found
            write(folder / FILE, (after[key] for key in sorted(after)))
    return told


def _nothing_usable(source: Path, told: Imported) -> str:
    why = f" Line {told.refused[0][0]}: {told.refused[0][1]}." if told.refused else ""
    why += "".join(f" {told.foreign[what]} lines {what}." for what in sorted(told.foreign))
    return f"{source.name}: none of its {told.lines} lines can be used.{why} Nothing was changed."


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Two imports at once wait for each other."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _before(file: Path) -> dict[tuple[str, str], Area]:
    try:
        return {(area.country, area.area): area for area in read(file)} if file.exists() else {}
    except (ValueError, KeyError, TypeError) as error:
        raise PlacesError(f"{file} is damaged. Remove it, and import each country's file again.") from error


def _lines(source: Path, places: Places, told: Imported) -> Iterator[Area]:
    """Every usable line; the others are noted in ``told``."""
    reader = _Reader(places)
    with source.open("rb") as file:
        for number, raw in enumerate(file, 1):
            if number == 1:
                raw = _first(source, raw)
            if not raw.strip():
                continue
            told.lines += 1
            try:
                yield reader.line(raw)
            except Foreign as foreign:
                told.foreign[str(foreign)] += 1
            except Refused as refused:
                told.refused.append((number, str(refused)))


def _first(source: Path, raw: bytes) -> bytes:
    for start, way_out in NO_TEXT.items():
        if raw.startswith(start):
            raise PlacesError(f"{source.name} is no text file. {way_out} Nothing was changed.")
    return raw.removeprefix(BOM)


class _Reader:
    """Reads lines, and remembers what it looked up for the lines before."""

    def __init__(self, places: Places) -> None:
        self._places = places
        self._box = cache(places.box)
        self._region = cache(self._region_of)

    def line(self, raw: bytes) -> Area:
        """Raises Refused or Foreign."""
        code, typed, town, *rest = _parts(raw)
        if code == "US":
            raise Foreign("of US, whose ZIP codes are known already")
        if self._places.country(code) is None:
            raise Foreign(f"of {code[:8]!r}, no country of seeds/jurisdictions.toml")
        area = area_of(code, typed)
        if area is None:
            raise Refused(f"{typed[:20]!r} is no postcode of {self._places.name_of(code)}")
        latitude, longitude = _degrees(rest[6], 90, "latitude"), _degrees(rest[7], 180, "longitude")
        if _far_out(latitude, longitude, self._box(code)):
            raise Refused(f"its point {latitude:g}, {longitude:g} lies far outside {self._places.name_of(code)}")
        return Area(code, area, town, self._region(code, rest[1], rest[0]), latitude, longitude)

    def _region_of(self, country: str, code: str, name: str) -> str | None:
        """The first-level region by its code, else by its name; None when it is none that we know."""
        by_code = self._places.region(f"{country}-{code}")
        if by_code:
            return by_code.code
        named = sorted(one for one in self._places.codes_named(name) if one.startswith(f"{country}-"))
        return named[0] if named else None


def _parts(raw: bytes) -> list[str]:
    """The columns of a line, without blanks around them."""
    if len(raw) > LONGEST_LINE:
        raise Refused(f"it is longer than {LONGEST_LINE} bytes")
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Refused("it isn't UTF-8; save the file as UTF-8") from error
    parts = [part.strip() for part in text.rstrip("\r\n").split("\t")]
    if len(parts) not in COLUMNS:
        raise Refused(f"it has {len(parts)} columns; a GeoNames postal file has 12, parted by tabs")
    if not parts[2] or len(parts[2]) > LONGEST_PLACE or not parts[2].isprintable():
        raise Refused("its place name is missing, too long, or holds letters that can't be shown")
    if _taken_for_latin_1(parts[2]):
        raise Refused(f"its place name {parts[2]!r} was UTF-8 and taken for Latin-1; save the file anew as UTF-8")
    return parts


def _taken_for_latin_1(name: str) -> bool:
    try:
        return not name.isascii() and name.encode("cp1252").decode("utf-8") != name
    except UnicodeError:
        return False


def _degrees(told: str, most: int, what: str) -> float:
    try:
        value = float(told) if told.isascii() else math.nan
    except ValueError:
        value = math.nan
    if not -most <= value <= most:
        raise Refused(f"its {what} {told[:20]!r} is no number from -{most} to {most}")
    return value


def _far_out(latitude: float, longitude: float, box: Box | None) -> bool:
    if box is None:
        return False
    south, north, west, east = box
    inside = south - FAR_OUT <= latitude <= north + FAR_OUT and west - FAR_OUT <= longitude <= east + FAR_OUT
    return not inside


def _areas(lines: Iterable[Area]) -> dict[tuple[str, str], Area]:
    """One area for all lines with its code: their middle, and the town and region that most of them name."""
    gathered: Mapping[tuple[str, str], list[Area]] = defaultdict(list)
    for line in lines:
        gathered[line.country, line.area].append(line)
    return {key: _area(several) for key, several in gathered.items()}


def _area(several: list[Area]) -> Area:
    first = several[0]
    if len(several) == 1:
        middle = first.latitude, first.longitude
        return Area(first.country, first.area, first.town, first.region, *(round(one, DECIMALS) for one in middle))
    town = Counter(line.town for line in several).most_common(1)[0][0]
    region = Counter(line.region for line in several).most_common(1)[0][0]
    latitude, longitude = median(line.latitude for line in several), median(line.longitude for line in several)
    return Area(first.country, first.area, town, region, round(latitude, DECIMALS), round(longitude, DECIMALS))
