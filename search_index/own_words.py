"""A text's words -> ranked concerns, each sure or not: what is said outright (concerns.py) and what is meant
(likeness.py), joined. It knows nothing of filters and wishes, but that a word that is a wish is no sign of trouble.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, NamedTuple

from search_index.concerns import NAME, Concerns, Evidence, telling
from search_index.lexicon import folded, names
from search_index.likeness import Example, Likeness
from search_index.sources import TermSource
from search_index.vectors import Vectors

MOST_CONCERNS = 12
# From this probability on a concern is shown: when a lone word or something like a known phrase says it (a phrase said
# whole needs none, nor does any in a text of so few telling words); and when it is only meant, and the text has this
# many telling words that are no everyday ones.
SURE_IF_SAID, SURE, LEAST_TELLING = 0.1, 0.2, 3
FEW_TELLING = 2
LEAST_SCORE = 0.02
NOTHING, NO_CONCERN = "nothing", ""


class Spoken(NamedTuple):
    """One concern that a text speaks of: its probability, and whether it is plain enough to show and to filter by."""

    slug: str
    score: float
    sure: bool


class OwnWords:
    """Reads concerns in texts. Made once."""

    def __init__(self, said: Mapping[str, Any], terms: Sequence[TermSource], vectors: Vectors | None) -> None:
        """``said``: the tables ``family``, ``everyday`` and ``sayings`` (by concern, or ``nothing``) of the seeds."""
        self._known = frozenset(term.slug for term in terms)
        self._everyday = frozenset(word for written in said.get("everyday", ()) for word in folded(written))
        self._outright = Concerns(self._everyday)
        for term in terms:
            self._outright.add_concern(term.slug, term.label, term.aka)
        for family in said.get("family", ()):
            self._outright.add_family(family["phrases"], family.get("concerns", ()))
        self._outright.settle()
        examples = [each for each in _examples(said, terms) if each.concern in self._known | {NO_CONCERN}]
        self._likeness = Likeness(examples, vectors)

    def read(self, sentences: Sequence[Sequence[str]], wished: Collection[str] = ()) -> tuple[Spoken, ...]:
        """Concerns in a text, likeliest first, at most 12. ``sentences``: its folded words; ``wished``: those that are
        wishes."""
        evidence = self._outright.read(sentences)
        words = {word for sentence in sentences for word in sentence} - set(wished)
        told = {word for word in telling(words) if self._likeness.knows(word)}
        if not told and not evidence.outright:
            return ()
        likely = self._likeness.read(sentences)
        enough = len(told - self._everyday) >= LEAST_TELLING
        least = 0.0 if len(told) <= FEW_TELLING else SURE_IF_SAID
        return tuple(islice(self._ranked(likely, evidence, enough, least), MOST_CONCERNS))

    def _ranked(
        self, likely: Mapping[str, float], evidence: Evidence, enough: bool, least_if_said: float
    ) -> Iterator[Spoken]:
        """``enough``: are there words enough to be sure of what is only meant?"""
        least = LEAST_SCORE * (1 - likely[NO_CONCERN])
        for slug, score in sorted(likely.items(), key=lambda pair: (-pair[1], pair[0])):
            if slug != NO_CONCERN and (score >= least or slug in evidence.outright):
                said = evidence.sure(slug) and (score >= least_if_said or evidence.outright[slug] >= NAME)
                yield Spoken(slug, score, said or (enough and score >= max(SURE, likely[NO_CONCERN])))


def _examples(said: Mapping[str, Any], terms: Sequence[TermSource]) -> Iterator[Example]:
    for term in terms:
        for name in (*names(term.label, term.aka), term.sentence):
            yield Example(folded(name), term.slug)
    for family in said.get("family", ()):
        for phrase in family["phrases"] if family.get("concerns") else ():
            yield Example(folded(phrase), family["concerns"][0])
    for slug, sayings in said.get("sayings", {}).items():
        for saying in sayings:
            yield Example(folded(saying), NO_CONCERN if slug == NOTHING else slug)
