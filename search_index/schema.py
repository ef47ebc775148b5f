"""The Whoosh fields and the analyser: how one Listing is written down. Reading it back is segment.py's.

Facets stand as keyword terms ``group:slug``, days and money in one fixed column, licence days in a second. Nothing is a
stored field, so that no text of a therapist lies readable in the index beside its postings.
"""

import struct
from collections.abc import Iterator
from datetime import date
from typing import Any

from whoosh.analysis import Filter, RegexTokenizer, StopFilter, Token
from whoosh.columns import FixedBytesColumn, VarBytesColumn
from whoosh.fields import COLUMN, ID, KEYWORD, TEXT, Schema

from search_index.folding import STOP_WORDS, WORD, WORD_LENGTH, fold, stem
from search_index.listing import Listing

SCHEMA_VERSION = 2

TEXT_BOOSTS = {"name": 2.0, "tags": 1.5, "text": 1.0}
# Words as written, only folded: to read and mend what people type, and to find somebody by name. Unscored.
NAME_WORDS, SURFACE_WORDS = "called", "word"
PLACE_LENGTH = 12
NO_FEE = -1
FIGURES = struct.Struct("<6i")
FIGURE_NAMES = ("visible_from", "visible_until", "confirmed_on", "licensed_until", "fee_low", "fee_high")
PLACE = struct.Struct(f"<{PLACE_LENGTH}si")
POINT = struct.Struct("<2d")


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


def schema() -> Schema:
    """The fields of one document, made anew for each writer, since Whoosh changes the schema it is given."""
    return Schema(
        key=ID(unique=True),
        id=COLUMN(VarBytesColumn()),
        figures=COLUMN(FixedBytesColumn(FIGURES.size)),
        places=COLUMN(VarBytesColumn()),
        points=COLUMN(VarBytesColumn()),
        facet=KEYWORD(scorable=False),
        **{field: ID() for field in (NAME_WORDS, SURFACE_WORDS)},
        **{field: TEXT(analyzer=ANALYSER, field_boost=boost) for field, boost in TEXT_BOOSTS.items()},
    )


def document(listing: Listing) -> dict[str, Any]:
    """What Whoosh is given for one listing, by field."""
    tags, text = "\n".join((listing.tags, listing.practice)), "\n".join((listing.title, listing.headline, listing.text))
    return {
        "key": listing.id,
        "id": listing.id.encode("utf-8"),
        "figures": _figures(listing),
        "places": b"".join(_places(listing)),
        "points": b"".join(POINT.pack(*point) for point in listing.points),
        "facet": sorted(set(_facet_terms(listing))),
        "name": listing.name,
        "tags": tags,
        "text": text,
        NAME_WORDS: _words(listing.name),
        SURFACE_WORDS: _words(f"{tags}\n{text}"),
    }


def _words(text: str) -> list[str]:
    return sorted({word[:WORD_LENGTH] for word in WORD.findall(fold(text)) if word not in STOP_WORDS})


def _figures(listing: Listing) -> bytes:
    licensed_until = max((day.toordinal() for day in listing.jurisdictions.values()), default=0)
    fees = (NO_FEE if fee is None else fee for fee in (listing.fee_low_minor, listing.fee_high_minor))
    days = (listing.visible_from, listing.visible_until, listing.confirmed_on)
    return FIGURES.pack(*(day.toordinal() for day in days), licensed_until, *fees)


def _facet_terms(listing: Listing) -> Iterator[str]:
    for group, slugs in listing.facets.items():
        yield from (f"{group}:{slug}" for slug in slugs)
    main = frozenset(listing.main_concerns)
    yield from (f"main:{slug}" for slug in main)
    yield from (f"also:{slug}" for slug in listing.concerns if slug not in main)
    if listing.fee_low_minor is not None and listing.currency:
        yield f"currency:{listing.currency}"
    if listing.sliding_scale:
        yield "sliding:yes"


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
