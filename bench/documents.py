"""The same listings for every engine: visible ones, cut into the same stems. Kept under build/bench/ between runs."""

import pickle
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from bench.corpus import FIRST_DAY, listings
from search_index.folding import STOP_WORDS, WORD, WORD_LENGTH, fold, stem
from search_index.listing import COUNTED_GROUPS, Listing
from search_index.schema import NO_FEE, facet_terms, licence_day, texts

FOLDER = Path(__file__).parent.parent / "build" / "bench"
AT_A_TIME = 1_000
GROUPS = (*COUNTED_GROUPS, "currency")
# More listings than anybody asks for: what is not visible is left out, until there are enough.
ENDLESS = 1 << 40


class Document(NamedTuple):
    """A listing as every engine takes it: stems by field, joined by spaces, "group:value" facets, the fee in minor
    units (NO_FEE without one).
    """

    id: str
    stems: Mapping[str, str]
    facets: tuple[str, ...]
    fee: int


def visible(size: int, seed: int) -> Iterator[Listing]:
    """``size`` listings that are visible on FIRST_DAY, with current licences only: no engine needs the rule of days."""
    shown = (one for one in listings(ENDLESS, seed) if _is_visible(one))
    return (_settled(one) for one in islice(shown, size))


def document(listing: Listing) -> Document:
    """A listing's words cut as our own index cuts them."""
    stems = {field: " ".join(_stems(text)) for field, text in texts(listing).items()}
    facets = tuple(sorted({term for term in facet_terms(listing) if term.partition(":")[0] in GROUPS}))
    fee = listing.fee_low_minor
    return Document(listing.id, stems, facets, NO_FEE if fee is None else fee)


class Corpus:
    """The listings of one size and seed, from a file that is made at the first use."""

    def __init__(self, size: int, seed: int) -> None:
        self.size, self.seed = size, seed
        self.folder = FOLDER / f"{size}-{seed}"
        self._file = self.folder / "corpus.pickle"
        self.folder.mkdir(parents=True, exist_ok=True)
        if not self._file.exists():
            self._write()

    def listings(self) -> Iterator[Listing]:
        """Every listing, in order."""
        with self._file.open("rb") as file:
            for _ in range(-(-self.size // AT_A_TIME)):
                yield from pickle.load(file)

    def documents(self) -> Iterator[Document]:
        """The same as documents."""
        return map(document, self.listings())

    def _write(self) -> None:
        beside = self._file.with_suffix(".part")
        with beside.open("wb") as file:
            for some in _batches(visible(self.size, self.seed)):
                pickle.dump(some, file, pickle.HIGHEST_PROTOCOL)
        beside.rename(self._file)


def _is_visible(one: Listing) -> bool:
    licensed = any(FIRST_DAY <= last for last in one.jurisdictions.values())
    return one.visible_from <= FIRST_DAY <= one.visible_until and licensed


def _settled(one: Listing) -> Listing:
    current = {group: tuple(v for v in one.facets[group] if _is_licensed(one, v)) for group in ("country", "region")}
    return replace(one, facets={**one.facets, **current}, style={})


def _is_licensed(one: Listing, place: str) -> bool:
    last = licence_day(place, one)
    return last is not None and FIRST_DAY <= last


def _stems(text: str) -> Iterator[str]:
    return (stem(word[:WORD_LENGTH]) for word in WORD.findall(fold(text)) if word not in STOP_WORDS)


def _batches(each: Iterable[Listing]) -> Iterator[list[Listing]]:
    left = iter(each)
    while some := list(islice(left, AT_A_TIME)):
        yield some
