"""A text's words -> ranked concerns, each sure or not: what is said outright (concerns.py) and what is meant
(likeness.py), joined. It knows nothing of filters and wishes, but that a word that is a wish is no sign of trouble.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, NamedTuple

from search_index.concerns import NAME, Concerns, Evidence, telling
from search_index.learnt import Arrays, Learnt
from search_index.lexicon import folded, names
from search_index.likeness import Example, Likeness, learn
from search_index.sources import TermSource
from search_index.vectors import Vectors

MOST_CONCERNS = 12
# A concern that is only meant is shown from this probability on, when the text has this many telling words that are no
# everyday ones; what a lone word or something like a known phrase says, from this share of all concerns on; what is
# said whole, always.
SURE, LEAST_TELLING, SHARE_IF_SAID = 0.2, 3, 0.1
LEAST_SHARE, LEAST_LEFT = 0.02, 1e-9
NOTHING, NO_CONCERN = "nothing", ""


class Spoken(NamedTuple):
    """One concern that a text speaks of: its probability, and whether it is plain enough to show and to filter by.

    ``denied``: somebody says that they don't have it.
    """

    slug: str
    score: float
    sure: bool
    denied: bool


class OwnWords:
    """Reads concerns in texts. Made once."""

    def __init__(
        self, said: Mapping[str, Any], terms: Sequence[TermSource], vectors: Vectors | None, learnt: Learnt
    ) -> None:
        """``said``: the tables ``family``, ``everyday`` and ``sayings`` (by concern, or ``nothing``) of the seeds.

        ``learnt``: where what is learnt from them is kept.
        """
        self._known = frozenset(term.slug for term in terms)
        self._everyday = frozenset(word for written in said.get("everyday", ()) for word in folded(written))
        self._outright = Concerns(self._everyday)
        for term in terms:
            self._outright.add_concern(term.slug, term.label, term.aka)
        for family in said.get("family", ()):
            self._outright.add_family(family["phrases"], family.get("concerns", ()))
        self._outright.settle()
        told = [(term.slug, term.label, term.aka, term.sentence) for term in terms]
        seen = (told, said.get("family"), said.get("sayings"), vectors is not None)
        arrays = learnt.get("own-words", seen, lambda: self._learn(said, terms, vectors))
        self._likeness = Likeness(arrays, vectors)

    def read(self, sentences: Sequence[Sequence[str]], wished: Collection[str] = ()) -> tuple[Spoken, ...]:
        """Concerns in a text, likeliest first, at most 12. ``sentences``: its folded words; ``wished``: those that are
        wishes."""
        evidence, named = self._outright.read(sentences), self._outright.only_named(sentences, wished)
        denied = self._outright.denied(sentences)
        words = {word for sentence in sentences for word in sentence} - set(wished)
        told = {word for word in telling(words) if self._likeness.knows(word)}
        if not told and not evidence.outright:
            return ()
        likely = self._likeness.read(sentences)
        enough = len(told - self._everyday) >= LEAST_TELLING
        ranked = self._ranked(likely, evidence, enough, named)
        every = (Spoken(slug, score, sure and slug not in denied, slug in denied) for slug, score, sure in ranked)
        return tuple(islice(every, MOST_CONCERNS))

    def _learn(self, said: Mapping[str, Any], terms: Sequence[TermSource], vectors: Vectors | None) -> Arrays:
        known = self._known | {NO_CONCERN}
        return learn([each for each in _examples(said, terms) if each.concern in known], vectors)

    def _ranked(
        self, likely: Mapping[str, float], evidence: Evidence, enough: bool, named: Collection[str]
    ) -> Iterator[tuple[str, float, bool]]:
        """Each concern, its probability, and whether it is sure.

        ``enough``: are there words enough to be sure of what is only meant? ``named``: all that is said is these names.
        """
        nothing = likely[NO_CONCERN]
        for slug, score in sorted(likely.items(), key=lambda pair: (-pair[1], pair[0])):
            share = score / max(1 - nothing, LEAST_LEFT)  # its part of what does speak of a concern
            if slug != NO_CONCERN and (share >= LEAST_SHARE or slug in evidence.outright):
                said = evidence.sure(slug) and (share >= SHARE_IF_SAID or evidence.outright[slug] >= NAME)
                yield slug, score, slug in named or said or (enough and score >= max(SURE, nothing))


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
