"""A name typed into a field of one line -> the terms that may be meant. By their names alone; nothing is kept.

First the names that begin with what was typed, then those with words that do, then those spelt nearly so.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np
from rapidfuzz.distance import OSA
from rapidfuzz.process import cdist

from search_index.folding import WORD, fold
from search_index.lexicon import names

MOST_SUGGESTED = 8
# Shorter texts begin too many names to be a misspelling of one.
LEAST_NEAR = 4
LETTERS_AN_EDIT = 3


class Suggestion(NamedTuple):
    """A term, the name that it was found by (its label or another one), and how many edits away that is."""

    slug: str
    label: str
    name: str
    edits: int = 0


class _Name(NamedTuple):
    slug: str
    label: str
    name: str
    folded: str

    @property
    def is_label(self) -> bool:
        return self.name == self.label


class Choices:
    """The names of one group's terms. Made once per group and language."""

    def __init__(self, terms: Iterable[tuple[str, str, Iterable[str]]]) -> None:
        """``terms``: each with its slug, its label and the other names that it goes by."""
        self._names = [
            _Name(slug, label, name.strip(), _plain(name))
            for slug, label, others in terms
            for name in dict.fromkeys(names(label, others))
            if _plain(name)
        ]

    def labels(self) -> list[str]:
        """Every label, in the order of the terms."""
        return list(dict.fromkeys(name.label for name in self._names))

    def suggest(self, text: str) -> list[Suggestion]:
        """At most eight terms for what was typed so far, each once, the likeliest first."""
        typed = _plain(text)
        found: dict[str, Suggestion] = {}
        for one in self._found(typed) if typed else ():
            found.setdefault(one.slug, one)
            if len(found) == MOST_SUGGESTED:
                break
        return list(found.values())

    def match(self, text: str) -> str | None:
        """The one term that somebody who typed this means; None when it is none of them or may be several."""
        typed = _plain(text)
        whole = [one.slug for one in sorted(self._names, key=_rank) if one.folded == typed]
        if whole:
            return whole[0]
        suggested = self.suggest(text)
        nearest = [one.slug for one in suggested if one.edits == suggested[0].edits]
        return nearest[0] if len(nearest) == 1 else None

    def _found(self, typed: str) -> Iterator[Suggestion]:
        ranked = sorted(self._names, key=_rank)
        begun = [one for one in ranked if one.folded.startswith(typed)]
        within = [one for one in ranked if _has_words(one.folded, typed)]
        yield from (Suggestion(one.slug, one.label, one.name) for one in (*begun, *within))
        if not within:
            yield from self._nearly(typed, ranked)

    def _nearly(self, typed: str, ranked: list[_Name]) -> Iterator[Suggestion]:
        """The names spelt nearly so, whole or as far as typed, nearest first."""
        if len(typed) < LEAST_NEAR:
            return
        whole = [one.folded for one in ranked]
        begun = [name[: len(typed)] for name in whole]
        edits = np.minimum(*(cdist([typed], part, scorer=OSA.distance)[0] for part in (whole, begun)))
        near = np.flatnonzero(edits <= len(typed) // LETTERS_AN_EDIT)
        for place in near[np.argsort(edits[near], kind="stable")]:
            one = ranked[place]
            yield Suggestion(one.slug, one.label, one.name, int(edits[place]))


def _plain(text: str) -> str:
    """The folded words of a text, one space between."""
    return " ".join(WORD.findall(fold(text)))


def _has_words(name: str, typed: str) -> bool:
    words = name.split()
    return all(any(word.startswith(part) for word in words) for part in typed.split())


def _rank(one: _Name) -> tuple[bool, str]:
    return not one.is_label, one.folded
