"""Did you mean: a text whose misspelt words are mended, by the words that the vocabulary, people and listings use.

What is right is left alone: names, places, English words of either spelling, and whatever the directory itself says.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import OSA, JaroWinkler
from rapidfuzz.process import cdist

from search_index import english
from search_index.folding import STOP_WORDS, WORD, fold, stem
from search_index.lookups import Lookups
from search_index.retyping import Mended, Typed, typed_in, words_of, written
from search_index.sounds import sound
from search_index.sources import PlacesSource
from search_index.words import TEXT_LENGTH

SHORTEST, LONGEST = 4, 24
# Words of the index that so few listings use may be misspelt themselves.
FEW, FEW_OF = 3, 2_000
SAID_OFTEN = 2
MOST_WORDS = 10_000
# A text of at most so many words is a search for them. A longer one, and one of mostly unknown words, which may be
# names or another language, is mended only where it is plain.
KEYWORDS = 4
MOST_UNKNOWN = 5
LONGEST_PLACE = 3
# A right word is at most so much longer or shorter, and so many edits away; an edit for each letter beyond three. One
# that the vocabulary uses beside the same neighbour is meant when it is so near.
MOST_LONGER, MOST_EDITS, TOO_SHORT, EDITS_BESIDE = 3, 4, 3, 2

# What parts a typed word from a right one, in edits. A word that people and listings use often is likelier meant.
BY_EDIT, BY_SOUND, BY_LETTERS, OTHER_START, OTHER_PLURAL, OTHER_END = 0.5, 0.7, 12.0, 1.0, 1.0, 0.5
BY_USE, RELATED_USE = 1.6, 2.0
OWN_USE, LISTED_USE = 5.0, 170.0
NEAR, NEAR_A_LETTER, PLAIN = 2.0, 0.25, 0.0

_DRAWN_OUT = re.compile(r"(.)\1{2,}")
_PLURAL_OF_Y = re.compile("[^aeiou]ys$")


class _Read(NamedTuple):
    """A text's words; the unknown ones, each with the right one or None; which are surely names; where places are."""

    typed: tuple[Typed, ...]
    right: Mapping[str, str | None]
    named: set[str]
    places: Lookups

    def right_for(self, place: int) -> str | None:
        """What stands here instead; None for a right word, and for part of a name or what stands beside one."""
        word = self.typed[place]
        right = self.right.get(word.folded)
        if right is None or word.called:
            return None
        beside = {near.folded for near in self.typed[max(0, place - 1) : place + 2]}
        return right if self.named.isdisjoint(beside) else None

    def is_place(self, place: int) -> bool:
        """Is this word a place's name, or part of one?"""
        runs = (
            self.typed[start : start + length]
            for length in range(1, LONGEST_PLACE + 1)
            for start in range(max(0, place - length + 1), place + 1)
        )
        return any(self.places.find(" ".join(word.folded for word in run)) for run in runs)


class Spelling:
    """Mends texts. Made once, from the house's own words; the index's words are handed in and may change."""

    def __init__(self, own: Iterable[str], said: Iterable[str], places: PlacesSource) -> None:
        """``own``: the vocabulary's labels, other names and sentences. ``said``: how people say things."""
        self._own: Counter[str] = Counter()
        self._together: dict[str, str] = {}
        self._beside: dict[str, set[str]] = defaultdict(set)
        for text in own:
            words = words_of(text)
            self._own.update(words)
            for one, other in pairwise(words):
                self._beside[one].add(other)
                self._beside[other].add(one)
            self._together |= {a + b: f"{a} {b}" for a, b in pairwise(words) if not {a, b} & STOP_WORDS}
        self._said = Counter(word for text in said for word in words_of(text))
        self._places = places
        self._lands = _lands(places)
        self._book: tuple[Mapping[str, int], _Book] | None = None

    def words(self, indexed: Mapping[str, int]) -> list[str]:
        """Every word that the vocabulary, people's sayings and the index know, in order."""
        return sorted({*self._own, *_often(self._said, SAID_OFTEN), *indexed})

    def mended(self, text: str, indexed: Mapping[str, int], names: Set[str]) -> str | None:
        """The text with its misspelt words mended, all else as typed; None when there is nothing to mend.

        ``indexed``: the folded words of the listings and how many listings have each, the same object as long as
        nothing changed. ``names``: the folded words of the listings' names. What is over 4,000 letters is not read.
        """
        typed = tuple(typed_in(text[:TEXT_LENGTH]))
        book = self._book_for(indexed)
        folded = {word.folded for word in typed}
        unknown = book.unknown(folded - self._lands - names)
        places = sum(word.folded in unknown for word in typed)
        if not unknown or len(unknown) > MOST_UNKNOWN:
            return None
        known = any(_mendable(word) for word in folded - unknown)
        keywords = len(typed) == 1 or (known and 2 * places <= len(typed) <= KEYWORDS)
        right = {word: book.nearest(word, keyword=keywords) for word in unknown} | self._neighbours(typed, unknown)
        if 2 * places > max(len(typed), KEYWORDS) and None in right.values():
            return None
        mended = self._mended(_Read(typed, right, book.unknown(folded & names), Lookups(self._places)))
        doubtful = len(typed) <= KEYWORDS and 2 * places >= len(typed) and len(mended) < places
        return written(text, mended) if mended and not doubtful else None

    def _neighbours(self, typed: Sequence[Typed], unknown: Set[str]) -> dict[str, str]:
        """For unknown words, the right one that the vocabulary uses beside the word that stands beside them here."""
        right: dict[str, str] = {}
        for one, other in pairwise(word.folded for word in typed):
            for word, neighbour in ((one, other), (other, one)):
                most = (
                    min(EDITS_BESIDE, len(word) - TOO_SHORT) if word in unknown and neighbour not in STOP_WORDS else 0
                )
                near = [(OSA.distance(word, known), known) for known in self._beside.get(neighbour, ()) if most > 0]
                if near and min(near)[0] <= most:
                    right[word] = min(near)[1]
        return right

    def _book_for(self, indexed: Mapping[str, int]) -> "_Book":
        if self._book is None or self._book[0] is not indexed:
            self._book = (indexed, _Book(self._own, self._said, indexed, self._together))
        return self._book[1]

    def _mended(self, read: _Read) -> list[Mended]:
        mended: list[Mended] = []
        for place, word in enumerate(read.typed):
            if mended and mended[-1].end > word.start:
                continue
            if whole := self._joined(read, place):
                mended.append(whole)
            elif (right := read.right_for(place)) and not read.is_place(place):
                mended.append(Mended(word.start, word.end, right))
        return mended

    def _joined(self, read: _Read, place: int) -> Mended | None:
        """Two pieces that are one word of ours: "coun selling"."""
        if place + 1 == len(read.typed):
            return None
        one, other = read.typed[place : place + 2]
        whole = one.folded + other.folded
        strange = one.folded in read.right or other.folded in read.right
        return Mended(one.start, other.end, whole) if strange and whole in self._own else None


class _Book:
    """The words that one generation's texts are mended to, shortest first, and all that is right."""

    def __init__(
        self, own: Mapping[str, int], said: Mapping[str, int], indexed: Mapping[str, int], together: Mapping[str, str]
    ) -> None:
        most = max(indexed.values(), default=1)
        listed = {word for word in _often(indexed, max(FEW, most // FEW_OF)) if not _PLURAL_OF_Y.search(word)}
        self._right = own.keys() | said.keys() | listed
        self._together = together
        use = {
            word: OWN_USE * own.get(word, 0) + LISTED_USE * indexed.get(word, 0) / most + said.get(word, 0)
            for word in {*own, *_often(said, SAID_OFTEN), *indexed}
            if _mendable(word)
        }
        strange = english.unknown(use.keys() - self._right)
        chosen = sorted(use.keys() - strange, key=lambda word: (-use[word], word))[:MOST_WORDS]
        self._words = sorted(chosen, key=lambda word: (len(word), word))
        self._sounds = [sound(word) for word in self._words]
        self._lengths = np.array([len(word) for word in self._words])
        self._starts, self._ends = (np.array([word[end] for word in self._words]) for end in (0, -1))
        related: dict[str, float] = defaultdict(float)
        for word in self._words:
            related[stem(word)] += use[word]
        self._use = np.log10([1 + use[word] + RELATED_USE * related[stem(word)] for word in self._words])

    def unknown(self, words: Collection[str]) -> set[str]:
        """Which of these are neither right nor English. Two right words together are right ("wellbeing").

        So is a right word drawn out ("soooo").
        """
        strange = english.unknown({word for word in words if _mendable(word) and word not in self._right})
        plain = {
            word: _DRAWN_OUT.sub(r"\1", word) for word in strange if word in self._together or not self._is_two(word)
        }
        wrong = english.unknown(set(plain.values()) - self._right)
        return {word for word, squeezed in plain.items() if squeezed in wrong}

    def nearest(self, word: str, *, keyword: bool) -> str | None:
        """The word that was most likely meant; None when no word is near enough. Plainly so, but for a ``keyword``."""
        if word in self._together:
            return self._together[word]
        first, last = np.searchsorted(self._lengths, (len(word) - MOST_LONGER, len(word) + MOST_LONGER + 1))
        edits = cdist([word], self._words[first:last], scorer=OSA.distance, dtype=np.uint8)[0]
        near = first + np.flatnonzero(edits <= min(MOST_EDITS, len(word) - TOO_SHORT))
        if not len(near):
            return None
        cost = BY_EDIT * edits[near - first] + self._unlikeness(word, near)
        best = int(cost.argmin())
        most = min(NEAR, NEAR_A_LETTER * len(word)) if keyword else PLAIN
        return self._words[near[best]] if cost[best] <= most else None

    def _unlikeness(self, word: str, near: NDArray[np.intp]) -> NDArray[np.float64]:
        """(len(near),) what else than edits parts a word from each of these, less for those in use."""
        words, sounds = [self._words[n] for n in near], [self._sounds[n] for n in near]
        heard = cdist([sound(word)], sounds, scorer=OSA.distance, dtype=np.uint8)[0]
        seen = cdist([word], words, scorer=JaroWinkler.distance, dtype=np.float32)[0]
        ends = self._ends[near]
        otherwise = OTHER_START * (self._starts[near] != word[0]) + OTHER_END * (ends != word[-1])
        otherwise += OTHER_PLURAL * ((ends == "s") != word.endswith("s"))
        cost: NDArray[np.float64] = BY_SOUND * heard + BY_LETTERS * seen + otherwise - BY_USE * self._use[near]
        return cost

    def _is_two(self, word: str) -> bool:
        cuts = range(SHORTEST, len(word) - SHORTEST + 1)
        return any(word[:cut] in self._right and word[cut:] in self._right for cut in cuts)


def _often(counted: Mapping[str, int], least: int) -> set[str]:
    return {word for word, count in counted.items() if count >= least}


def _mendable(word: str) -> bool:
    """Longer than what is too short to tell, and written in the letters whose misspellings we know."""
    return SHORTEST <= len(word) <= LONGEST and word.isascii() and word.isalpha()


def _lands(places: PlacesSource) -> frozenset[str]:
    """The folded words of the names of countries and regions."""
    countries = places.countries()
    names = [name for country in countries for name in (country.name, *country.aka)]
    names += [region.name for country in countries for region in places.regions(country.code)]
    return frozenset(word for name in names for word in WORD.findall(fold(name)))
