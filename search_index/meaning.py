"""A person's own words -> ranked concerns, filters, and whether it is urgent. Nothing is kept, no network is asked.

Concerns are own_words.py's, practical wishes are wishes.py's; all data comes from seeds, handed in.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from search_index import vectors
from search_index.danger import Danger
from search_index.learnt import Learnt
from search_index.lexicon import Lexicon, Word, folded, sentences
from search_index.own_words import OwnWords
from search_index.professions import Professions, quoted
from search_index.sources import PlacesSource, VocabularySource
from search_index.wishes import WishReader
from search_index.words import TEXT_LENGTH, typed_words

MOST_REQUIRED = 4
# More words than these fit into 4,000 letters only when they are shorter than anybody's.
MOST_WORDS = 1_000
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
    concern, only order. Beside a concern, a profession is such a keyword, and the only one. ``urgent``: somebody is in
    danger now. ``safety`` is "helpline" when the help box should stand by. ``did_you_mean`` is a better spelling.
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

    def __init__(
        self,
        phrases: Mapping[str, Any],
        vocabulary: VocabularySource,
        places: PlacesSource,
        learnt: Learnt | None = None,
    ) -> None:
        """``phrases``: everything in seeds/phrases.toml, wishes.toml, danger.toml and sayings/, as one table.

        ``learnt``: where what is learnt from them is kept; None keeps nothing.
        """
        terms = vocabulary.terms("concerns")
        loaded = vectors.load()
        self.has_vectors = loaded is not None
        self._labels = {term.slug: term.label for term in terms}
        self._helped = {term.slug for term in terms if term.extra.get("safety")}
        self._danger = Danger(phrases, learnt or Learnt())
        self._families: Lexicon[Mapping[str, Any]] = Lexicon()
        for family in phrases.get("family", ()):
            for phrase in family["phrases"]:
                self._families.add(folded(phrase), family)
        self._concerns = OwnWords(phrases, terms, loaded, learnt or Learnt())
        self._wishes = WishReader(phrases, vocabulary, places)
        self._professions = Professions(vocabulary.terms("credentials"))

    @property
    def hears_order(self) -> bool:
        """Is danger heard by the order of words too? Asked for the first time, it takes a quarter of a second."""
        return self._danger.hears_order

    def understand(self, text: str, names: Collection[str] = ()) -> Understanding:
        """Read a text; what is over 4,000 letters is left out. Any string is fine.

        ``names``: the folded words of the names that people in the index go by.
        """
        spoken = list(_spoken(text[:TEXT_LENGTH]))
        words = [[word.folded for word in sentence] for sentence in spoken]
        families = [run.payload for sentence in words for run in self._families.find_all(sentence)]
        wishes = self._wishes.read(text[:TEXT_LENGTH], spoken, names)
        spoken_of = self._concerns.read(words, wishes.said_by)
        concerns = tuple(Concept(one.slug, self._labels[one.slug], one.score, one.sure) for one in spoken_of)
        said_of = {one.slug for one in spoken_of if one.sure or one.denied}
        urgent = self._danger.in_any(words)
        safe = {family["safety"] for family in families if family.get("safety")}
        sure = {concept.slug for concept in concerns if concept.confident}
        professions = list(self._professions.read(spoken, wishes.said_by))
        known = {word.folded for said in professions for word in said} | wishes.said_by
        asked_for = tuple(dict.fromkeys(map(quoted, professions)))
        telling = (*asked_for, *typed_words(text, known))
        if wishes.keywords and sure and asked_for:
            telling = asked_for
        return Understanding(
            concerns=concerns,
            filters=_with_families(wishes.filters, families, "filters"),
            more=_with_families(wishes.more, families, "more"),
            words=telling,
            required=wishes.keywords and bool(asked_for or not sure) and len(telling) <= MOST_REQUIRED,
            urgent=urgent,
            safety=HELPLINE if safe or urgent or said_of & self._helped else None,
        )


def _spoken(text: str) -> Iterator[list[Word]]:
    """Its sentences, each once however often it is said, up to a thousand words in all."""
    left = MOST_WORDS
    for words in dict.fromkeys(map(tuple, sentences(text))):
        if left:
            yield list(words[:left])
            left -= len(words[:left])


def _with_families(said: Mapping[str, Any], families: Iterable[Mapping[str, Any]], key: str) -> dict[str, Any]:
    joined = dict(said)
    for family in families:
        for group, values in family.get(key, {}).items():
            joined.setdefault(group, tuple(values) if isinstance(values, list) else values)
    return joined
