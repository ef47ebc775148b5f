"""The questions of each kind, drawn from the corpus by a printed seed: the same for every engine, each once."""

import random
from collections import Counter
from itertools import islice

from bench.documents import Corpus
from bench.engines.asking import Asked
from search_index import words
from search_index.listing import Listing

KINDS = {
    "a": "one of the hundred commonest words",
    "a2": "one of the 2,000 commonest words",
    "b": "three words, all of them",
    "c": "a phrase",
    "d": "one misspelt word",
    "e": "a word, five filters, all facets",
    "e2": "a common word, two filters, all facets",
    "f": "four filters, all facets",
    "g": "the beginning of a word",
    "h": "three words, with their places marked",
}
QUESTIONS = 2_000
# Everything is drawn from every so-many-th listing.
SAMPLE = 10_000
COMMON, COMMONEST = 2_400, 100
FEES = (8_000, 10_000, 12_000, 15_000, 18_000, 20_000, 25_000)
TRIES = 400


class Questions:
    """Draws questions that somebody in the corpus answers."""

    def __init__(self, corpus: Corpus, seed: int) -> None:
        step = max(1, corpus.size // SAMPLE)
        self._people = list(islice(corpus.listings(), 0, None, step))
        counted = Counter(word for one in self._people for word in set(one.text.split()))
        self._common = [word for word, _ in counted.most_common(COMMON) if words.read(word).terms]
        self._labels = sorted({word for one in self._people for word in one.tags.lower().split() if word.isalpha()})
        self._seed = seed
        self._commonest = iter(self._common)

    @property
    def commonest(self) -> str:
        """The word that most people have."""
        return self._common[0]

    def of(self, kind: str, number: int = QUESTIONS) -> list[Asked]:
        """``number`` distinct questions of a kind, or as many as there are, in an order of their own."""
        rng = random.Random(f"{self._seed}{kind}")
        drawn: dict[str, Asked] = {}
        self._commonest = iter(self._common)
        for _ in range(number * TRIES):
            one = getattr(self, f"_{kind}")(rng)
            if one is not None:
                drawn.setdefault(repr(one), one)
            if len(drawn) == (COMMONEST if kind == "a" else number):
                break
        found = list(drawn.values())
        rng.shuffle(found)
        return found

    def _a(self, rng: random.Random) -> Asked | None:
        return _words("a", rng.choice(self._common[:COMMONEST]))

    def _a2(self, rng: random.Random) -> Asked | None:
        return _words("a2", next(self._commonest, ""))

    def _b(self, rng: random.Random) -> Asked | None:
        return _words("b", " ".join(rng.sample(rng.choice(self._people).text.split(), 3)), 3)

    def _c(self, rng: random.Random) -> Asked | None:
        typed = rng.choice(self._people).text.split()
        at = rng.randrange(len(typed) - 3)
        quoted = " ".join(typed[at : at + rng.choice((2, 2, 3))])
        read = words.read(f'"{quoted}"')
        return Asked("c", f'"{quoted}"', read.terms, read.phrases[0]) if read.phrases else None

    def _d(self, rng: random.Random) -> Asked | None:
        meant = rng.choice(self._labels)
        if len(meant) < 5:
            return None
        typed = _misspelt(meant, rng)
        terms = words.read(typed).terms
        return None if typed in self._labels or len(terms) != 1 else Asked("d", typed, terms, meant=meant)

    def _e(self, rng: random.Random) -> Asked | None:
        one = rng.choice(self._people)
        filters = _filters(one, ("region", "format", "availability"))
        if filters is None or one.currency != "USD":
            return None
        filters["concern"] = tuple(sorted(rng.sample(one.concerns, 2)))
        fee = rng.choice([fee for fee in FEES if fee >= (one.fee_low_minor or 0)] or [FEES[-1]])
        word = rng.choice([word for word in one.text.split() if word in self._common] or [self._common[0]])
        return _words("e", word, filters=filters, fee_max=fee, facets=True)

    def _e2(self, rng: random.Random) -> Asked | None:
        word = rng.choice(self._common)
        filters = {
            "format": (rng.choice(("video", "in-person", "phone")),),
            "availability": (rng.choice(("open-now", "waitlist-under-4w")),),
        }
        return _words("e2", word, filters=filters, facets=True)

    def _f(self, rng: random.Random) -> Asked | None:
        one = rng.choice(self._people)
        filters = _filters(one, ("region", "format", "availability", "language"))
        if filters is None or one.currency != "USD":
            return None
        return Asked("f", filters=filters, fee_max=rng.choice(FEES), facets=True)

    def _g(self, rng: random.Random) -> Asked | None:
        word = rng.choice(rng.choice(self._people).text.split())
        begun = word[: rng.choice((3, 4, 5))]
        return Asked("g", begun, prefix=begun) if words.read(begun).terms == (begun,) else None

    def _h(self, rng: random.Random) -> Asked | None:
        return _words("h", " ".join(rng.sample(rng.choice(self._people).text.split(), 3)), 3)


def _words(kind: str, typed: str, distinct: int = 1, **rest: object) -> Asked | None:
    terms = words.read(typed).terms
    return Asked(kind, typed, terms, **rest) if len(terms) == distinct else None  # type: ignore[arg-type]


def _filters(one: Listing, groups: tuple[str, ...]) -> dict[str, tuple[str, ...]] | None:
    told = {group: one.facets.get(group, ())[:1] for group in groups}
    return told if all(told.values()) else None


def _misspelt(word: str, rng: random.Random) -> str:
    at = rng.randrange(1, len(word) - 1)
    swapped = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    doubled = word[:at] + word[at] + word[at:]
    dropped = word[:at] + word[at + 1 :]
    return rng.choice((swapped, doubled, dropped))
