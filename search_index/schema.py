"""The Whoosh fields, the analyser, and which field takes what of one Listing.

How words become a segment's arrays is drafting.py's. Facets stand as terms ``group:slug``, days and money in one fixed
column, licence days and points in others. Nothing is a stored field, so that no text of a therapist lies readable in
the index beside its postings.
"""

import struct
from collections.abc import Iterator, Sequence
from datetime import date
from functools import cache
from hashlib import blake2b
from typing import Any

from whoosh.analysis import Filter, RegexTokenizer, StopFilter, Token
from whoosh.columns import FixedBytesColumn, VarBytesColumn
from whoosh.fields import COLUMN, ID, TEXT, Schema
from whoosh.formats import Positions

from search_index.folding import STOP_WORDS, WORD, WORD_LENGTH, fold, stem
from search_index.listing import Listing

SCHEMA_VERSION = 4

TEXT_BOOSTS = {"name": 2.0, "tags": 1.5, "text": 1.0}
# Words as written, only folded: to read and mend what people type, and to find somebody by name. Unscored.
NAME_WORDS, SURFACE_WORDS = "called", "word"
FACET = "facet"
PLACE_LENGTH = 12
NO_FEE = -1
FIGURES = struct.Struct("<8i")
FIGURE_NAMES = (
    "visible_from",
    "visible_until",
    "confirmed_on",
    "licensed_until",
    "fee_low",
    "fee_high",
    "style",
    "practice",
)
# A listing's style, a byte for each line, 0 where it says nothing.
STYLE_LINES = ("leads", "feelings", "past", "gentle")
PLACE = struct.Struct(f"<{PLACE_LENGTH}si")
POINT = struct.Struct("<2d")
# Later places in a text count as this one, so that each takes two bytes. No form takes a text of so many words.
LAST_PLACE = (1 << 16) - 1


class FoldingTokenizer(RegexTokenizer):  # type: ignore[misc]
    """Words of any script, folded first, so that index and question meet."""

    def __init__(self) -> None:
        super().__init__(expression=WORD)

    def __call__(self, value: str, **kwargs: Any) -> Iterator[Token]:
        yield from super().__call__(fold(value), **kwargs)


class StemFilter(Filter):  # type: ignore[misc]
    """Cuts a word at 64 characters, then to its stem. The memory of stems is bounded and safe between threads."""

    def __call__(self, tokens: Iterator[Token]) -> Iterator[Token]:
        for token in tokens:
            token.text = stem(token.text[:WORD_LENGTH])
            yield token


ANALYSER = FoldingTokenizer() | StopFilter(stoplist=STOP_WORDS, minsize=1) | StemFilter()


class Places(Positions):  # type: ignore[misc]
    """Whoosh's positions, two bytes each, so that numpy reads them as they stand."""

    def encode(self, places: Sequence[int]) -> bytes:
        return struct.pack(f"<{len(places)}H", *(min(place, LAST_PLACE) for place in places))

    def decode_positions(self, value: bytes) -> list[int]:
        return list(struct.unpack(f"<{self.decode_frequency(value)}H", value))

    def decode_frequency(self, value: bytes) -> int:
        return len(value) // 2

    def combine(self, values: Sequence[bytes]) -> bytes:
        return self.encode(sorted({place for value in values for place in self.decode_positions(value)}))


@cache
def schema() -> Schema:
    """The fields of one document. Nobody changes them."""
    fields = Schema(
        id=COLUMN(VarBytesColumn()),
        figures=COLUMN(FixedBytesColumn(FIGURES.size)),
        places=COLUMN(VarBytesColumn()),
        points=COLUMN(VarBytesColumn()),
        **{field: ID() for field in (FACET, NAME_WORDS, SURFACE_WORDS)},
        **{field: TEXT(analyzer=ANALYSER, field_boost=boost) for field, boost in TEXT_BOOSTS.items()},
    )
    for field, boost in TEXT_BOOSTS.items():
        fields[field].format = Places(field_boost=boost)
    return fields


def texts(listing: Listing) -> dict[str, str]:
    """What is read for words, by text field."""
    return {
        "name": listing.name,
        "tags": "\n".join((listing.tags, listing.practice)),
        "text": "\n".join((listing.title, listing.headline, listing.text)),
    }


def figures(listing: Listing) -> bytes:
    """Days as ordinals, money in minor units, style and practice as numbers, packed as FIGURES."""
    licensed_until = max((day.toordinal() for day in listing.jurisdictions.values()), default=0)
    fees = (NO_FEE if fee is None else fee for fee in (listing.fee_low_minor, listing.fee_high_minor))
    days = (listing.visible_from, listing.visible_until, listing.confirmed_on)
    days_told = (day.toordinal() for day in days)
    return FIGURES.pack(*days_told, licensed_until, *fees, _style(listing), _practice(listing.practice))


def _style(listing: Listing) -> int:
    return int.from_bytes([listing.style.get(line, 0) for line in STYLE_LINES], "little")


def _practice(name: str) -> int:
    """A number for a practice's name, 0 for none, so that two of one practice are known by it."""
    told = name.strip().casefold().encode("utf-8")
    return int.from_bytes(blake2b(told, digest_size=4).digest(), "little", signed=True) if told else 0


def facet_terms(listing: Listing) -> Iterator[str]:
    """Everything to filter and count by, as "group:slug"; some may come twice."""
    for group, slugs in listing.facets.items():
        yield from (f"{group}:{slug}" for slug in slugs)
    main = frozenset(listing.main_concerns)
    yield from (f"main:{slug}" for slug in main)
    yield from (f"also:{slug}" for slug in listing.concerns if slug not in main)
    yield from (f"way:{slug}" for slug in listing.approaches)
    if listing.fee_low_minor is not None and listing.currency:
        yield f"currency:{listing.currency}"
    if listing.sliding_scale:
        yield "sliding:yes"


def points(listing: Listing) -> bytes:
    """Where a listing's rooms are, each packed as POINT."""
    return b"".join(POINT.pack(*point) for point in listing.points)


def places(listing: Listing) -> bytes:
    """The countries and regions whose licence a listing has, and until when, each packed as PLACE."""
    return b"".join(_places(listing))


def _places(listing: Listing) -> Iterator[bytes]:
    for group in ("country", "region"):
        for value in listing.facets.get(group, ()):
            last_day = licence_day(value, listing)
            if last_day is not None:
                yield PLACE.pack(f"{group[0]}:{value}".encode()[:PLACE_LENGTH], last_day.toordinal())


def licence_day(place: str, listing: Listing) -> date | None:
    """The last day on which a licence counts in this country or region; None when no licence of the listing covers it.

    A unit answers for itself, a country for any unit inside it ("US" by "US-CA"), a region by the country that is its
    unit ("AU-VIC" by "AU").
    """
    units = listing.jurisdictions
    if place in units:
        return units[place]
    inside = [day for unit, day in units.items() if unit.startswith(place + "-")]
    return max(inside, default=units.get(place.partition("-")[0]))
