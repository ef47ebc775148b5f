"""A person's own words -> ranked concerns, filters, and whether it is urgent. By known words only; nothing is kept.

What each concern sounds like is concerns.py's, practical wishes are wishes.py's; all data comes from seeds, handed in.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from search_index.concerns import Concerns, Evidence
from search_index.danger import Danger
from search_index.lexicon import Lexicon, folded, sentences
from search_index.sources import PlacesSource, VocabularySource
from search_index.wishes import WishReader
from search_index.words import TEXT_LENGTH, typed_words

MOST_CONCERNS = 12
# Single words are weak hints; in a text of a few words they are none.
LEAST_SCORE, LEAST_IN_SHORT, SHORT = 0.05, 0.09, 8
MOST_REQUIRED = 4
HELPLINE = "helpline"


@dataclass(frozen=True, slots=True)
class Concept:
    """One concern that a text speaks of, ``score`` in 0..1. Only ``confident`` ones are shown and filter; all rank."""

    slug: str
    label: str
    score: float
    confident: bool


@dataclass(frozen=True, slots=True)
class Understanding:
    """What was understood.

    ``concerns`` best first, at most 12. ``filters`` and ``more`` hold only what the text says, by the names that search
    knows. ``words`` are the telling words as typed that no filter stands for, at most 24, quoted phrases kept together.
    ``required``: they are a few keywords, so that whoever is found has them all; a sentence's words, and those beside a
    concern, only order. ``urgent``: somebody is in danger now. ``safety`` is "helpline" when the help box should stand
    by. ``did_you_mean`` is a better spelling.
    """

    concerns: tuple[Concept, ...] = ()
    filters: Mapping[str, Any] = field(default_factory=dict)
    more: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    words: tuple[str, ...] = ()
    required: bool = False
    did_you_mean: str | None = None
    urgent: bool = False
    safety: str | None = None


class Meaning:
    """Reads texts. Made once, from the vocabulary, the places and the families of phrases."""

    def __init__(self, phrases: Mapping[str, Any], vocabulary: VocabularySource, places: PlacesSource) -> None:
        """``phrases``: everything in seeds/phrases.toml, wishes.toml and danger.toml, as one table."""
        terms = vocabulary.terms("concerns")
        self._labels = {term.slug: term.label for term in terms}
        self._helped = {term.slug for term in terms if term.extra.get("safety")}
        self._danger = Danger(phrases)
        self._families: Lexicon[Mapping[str, Any]] = Lexicon()
        self._concerns = Concerns(phrases.get("everyday", ()))
        for term in terms:
            self._concerns.add_concern(term.slug, term.label, term.aka, term.sentence)
        for family in phrases.get("family", ()):
            self._concerns.add_family(family["phrases"], family.get("concerns", ()))
            for phrase in family["phrases"]:
                self._families.add(folded(phrase), family)
        self._concerns.settle()
        self._wishes = WishReader(phrases, vocabulary, places)

    def understand(self, text: str, names: Collection[str] = ()) -> Understanding:
        """Read a text; what is over 4,000 letters is left out. Any string is fine.

        ``names``: the folded words of the names that people in the index go by.
        """
        spoken = sentences(text[:TEXT_LENGTH])
        words = [[word.folded for word in sentence] for sentence in spoken]
        families = [run.payload for sentence in words for run in self._families.find_all(sentence)]
        wishes = self._wishes.read(text[:TEXT_LENGTH], spoken, names)
        least = LEAST_SCORE if sum(map(len, words)) > SHORT else LEAST_IN_SHORT
        concerns = self._ranked(self._concerns.read(words, wishes.said_by), least)
        urgent = self._danger.in_any(words)
        safe = {family["safety"] for family in families if family.get("safety")}
        telling = typed_words(text, wishes.said_by)
        helped = safe or any(concept.confident and concept.slug in self._helped for concept in concerns)
        return Understanding(
            concerns=concerns,
            filters=_with_families(wishes.filters, families, "filters"),
            more=_with_families(wishes.more, families, "more"),
            words=telling,
            required=wishes.keywords and not concerns and len(telling) <= MOST_REQUIRED,
            urgent=urgent,
            safety=HELPLINE if helped or urgent else None,
        )

    def _ranked(self, evidence: Evidence, least: float) -> tuple[Concept, ...]:
        best = sorted(evidence.score.items(), key=lambda pair: (-pair[1], pair[0]))[:MOST_CONCERNS]
        return tuple(
            Concept(slug, self._labels[slug], score, evidence.sure(slug))
            for slug, score in best
            if slug in self._labels and score >= least
        )


def _with_families(said: Mapping[str, Any], families: Iterable[Mapping[str, Any]], key: str) -> dict[str, Any]:
    joined = dict(said)
    for family in families:
        for group, values in family.get(key, {}).items():
            joined.setdefault(group, tuple(values) if isinstance(values, list) else values)
    return joined
