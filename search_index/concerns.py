"""A text's words -> which concerns are said outright: by name, by a known phrase, or by one nearly said.

All of it is data handed in: families of phrases, and the vocabulary's labels and other names. What is only meant is
likeness.py's.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from search_index.folding import STOP_WORDS, stem
from search_index.lexicon import Lexicon, folded, names
from search_index.words import ASKING

# Strength of one piece of evidence; pieces join as independent hints: 1 - the product of what each leaves open.
WHOLE_PHRASE, NAME, LONE_WORD_NAME = 0.8, 0.75, 0.6
NEARLY_SAID = 0.6
LEAST_NEAR = 0.6
BY_RANK = (1.0, 0.75, 0.55)
SURE = 0.5
# "I am not depressed": then it is named and not meant; "not sleeping" is what is meant.
DENYING, DOING = frozenset("not isnt arent wasnt never".split()), "ing"
# A word that is half a label ("Grief and loss") is a name too, unless more phrases than this use it ("Work").
OFTEN = 2


@dataclass(slots=True)
class _Phrase:
    """The telling stems of one phrase, and how strongly it speaks of each of its concerns."""

    stems: frozenset[str]
    concerns: Mapping[str, float]


@dataclass(slots=True)
class Evidence:
    """``outright``: how plainly each concern is said, in (0, 1).

    ``hinted`` are the concerns that one everyday word, and nothing else, speaks of.
    """

    outright: dict[str, float] = field(default_factory=dict)
    hinted: frozenset[str] = frozenset()

    def sure(self, slug: str) -> bool:
        """Was it said plainly enough to show and to filter by?"""
        return self.outright.get(slug, 0.0) >= SURE and slug not in self.hinted


class _Said(NamedTuple):
    """One phrase or name that was said whole; ``usual`` is its stem when it is an everyday word, else empty."""

    slug: str
    strength: float
    usual: str


class Concerns:
    """The evidence of a whole vocabulary. ``add_name`` and ``add_phrases`` first, then ``settle``, then ``read``."""

    def __init__(self, everyday: Iterable[str] = ()) -> None:
        """``everyday``: words so common that one alone, said however often, makes nothing sure."""
        self._everyday = frozenset(word for written in everyday for word in folded(written))
        self._said: Lexicon[dict[str, float]] = Lexicon()
        self._names: Lexicon[frozenset[str]] = Lexicon()
        self._written: set[tuple[str, ...]] = set()
        self._phrases: list[_Phrase] = []
        self._parts: list[tuple[tuple[str, ...], str]] = []
        self._by_stem: dict[str, list[int]] = defaultdict(list)
        self._rarity: dict[str, float] = {}

    def add_concern(self, slug: str, label: str, aka: Iterable[str]) -> None:
        """One concern's own names. A name that several concerns share counts less for each."""
        self._parts += [(_stems(folded(part)), slug) for part in label.split(" and ") if " and " in label]
        for name in names(label, (*aka, slug.replace("-", " "))):
            stems = _stems(folded(name))
            self._written.add(folded(name))
            self._names.add(stems, (self._names.get(stems) or frozenset()) | {slug})
            self._add_said(stems, {slug: NAME if len(stems) > 1 else LONE_WORD_NAME})
            self._add_near(stems, {slug: 1.0})

    def add_family(self, phrases: Iterable[str], slugs: Sequence[str]) -> None:
        """Ways to say one thing; the first concern is meant most."""
        weights = dict(zip(slugs, BY_RANK, strict=False))
        for phrase in phrases:
            stems = _stems(folded(phrase))
            self._add_said(stems, {slug: WHOLE_PHRASE * weight for slug, weight in weights.items()})
            self._add_near(stems, weights)

    def settle(self) -> None:
        """Weigh words by how few phrases use them. Call once, after everything is added."""
        seen = Counter(word for phrase in self._phrases for word in phrase.stems)
        self._rarity = {word: math.log(1 + len(self._phrases) / count) for word, count in seen.items()}
        for stems, slug in self._parts:
            if len(stems) == 1 and seen[stems[0]] <= OFTEN and stems not in self._said:
                self._add_said(stems, {slug: LONE_WORD_NAME})

    def read(self, sentences: Iterable[Sequence[str]]) -> Evidence:
        """What is said outright in a text given as the folded words of its sentences."""
        outright: dict[str, float] = {}
        pieces: dict[str, set[str]] = defaultdict(set)
        for words in sentences:
            stems = _stems(words)
            whole = list(self._whole(words, stems))
            here = dict(self._near(stems))  # a phrase that is said whole is nearly said too, and counts once
            for slug, usual in (*((said.slug, said.usual) for said in whole), *((slug, "") for slug in here)):
                pieces[slug].add(usual)
            for slug, strength in _joined((said.slug, said.strength) for said in whole).items():
                here[slug] = max(strength, here.get(slug, 0.0))
            outright = _joined((*outright.items(), *here.items()))
        hinted = frozenset(slug for slug, usual in pieces.items() if len(usual) == 1 and "" not in usual)
        return Evidence(outright, hinted)

    def only_named(self, sentences: Sequence[Sequence[str]], wished: Collection[str]) -> frozenset[str]:
        """The concerns of sentences that only say their names ("depression and anxiety"), ``wished`` words apart."""
        found: set[str] = set()
        for words in sentences:
            runs = list(self._names.find(_stems(words)))
            named = [run for run in runs if self._tells(words[run.start : run.end], words, len(sentences) == 1)]
            covered = {place for run in named for place in range(run.start, run.end)}
            left = (word for place, word in enumerate(words) if place not in covered and word not in wished)
            if not any(True for _ in telling(left)):
                found.update(*(run.payload for run in named))
        return frozenset(found)

    def denied(self, sentences: Iterable[Sequence[str]]) -> frozenset[str]:
        """The concerns that somebody says they don't have."""
        return frozenset(
            slug
            for words in sentences
            for run in (self._names.find(_stems(words)) if not DENYING.isdisjoint(words) else ())
            if run.start and words[run.start - 1] in DENYING and not words[run.start].endswith(DOING)
            for slug in run.payload
        )

    def _tells(self, name: Sequence[str], words: Sequence[str], alone: bool) -> bool:
        """Does a name say anything in this sentence? An everyday word does as it is written, in no other sentence's
        company (``alone``); one of little words ("DID") only by itself.
        """
        usual = len(name) == 1 and name[0] in self._everyday
        if usual and not (alone and tuple(name) in self._written):
            return False
        return len(name) == len(words) or any(True for _ in telling(name))

    def _add_said(self, stems: tuple[str, ...], strengths: Mapping[str, float]) -> None:
        self._said.add(stems, {**(self._said.get(stems) or {}), **strengths})

    def _add_near(self, stems: tuple[str, ...], concerns: Mapping[str, float]) -> None:
        telling = frozenset(_telling(stems))
        if len(telling) > 1:
            for word in telling:
                self._by_stem[word].append(len(self._phrases))
            self._phrases.append(_Phrase(telling, concerns))

    def _whole(self, words: Sequence[str], stems: Sequence[str]) -> Iterable[_Said]:
        for run in self._said.find(stems):
            lone = run.end - run.start == 1
            share = 1 / math.sqrt(len(run.payload)) if lone else 1.0
            usual = stems[run.start] if lone and words[run.start] in self._everyday else ""
            for slug, strength in run.payload.items():
                yield _Said(slug, strength * share, usual)

    def _near(self, stems: Sequence[str]) -> Iterable[tuple[str, float]]:
        here = set(_telling(stems))
        shared = Counter(number for word in here for number in self._by_stem.get(word, ()))
        best: dict[str, float] = {}
        for number, count in shared.items():
            if count > 1:
                self._weigh(self._phrases[number], here, best)
        return best.items()

    def _weigh(self, phrase: _Phrase, here: set[str], best: dict[str, float]) -> None:
        whole = sum(self._rarity[word] for word in phrase.stems)
        covered = sum(self._rarity[word] for word in phrase.stems & here) / whole
        if covered >= LEAST_NEAR:
            for slug, weight in phrase.concerns.items():
                best[slug] = max(best.get(slug, 0.0), NEARLY_SAID * weight * covered**2)


def _joined(hints: Iterable[tuple[str, float]]) -> dict[str, float]:
    """Independent hints of the same concern make it likelier together."""
    joined: dict[str, float] = {}
    for slug, strength in hints:
        joined[slug] = 1 - (1 - joined.get(slug, 0.0)) * (1 - strength)
    return joined


def _stems(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(stem(word) for word in words)


def telling(words: Iterable[str]) -> Iterator[str]:
    """The folded words that are not on everybody's lips, or on those of everybody who asks."""
    return (word for word in words if not word.isdigit() and stem(word) not in _ASKED_OR_PLAIN)


def _telling(stems: Iterable[str]) -> Iterator[str]:
    return (word for word in stems if word not in _PLAIN)


_PLAIN = frozenset(stem(word) for word in STOP_WORDS) | frozenset(
    stem(word)
    for word in "because dont cant im ive really very much lot get got go going know think want like make also even "
    "still one now all always never any anything something someone people thing things time day way feel feeling say "
    "said tell told than while over after before until about again since being did didnt doesnt isnt wont thats "
    "youre".split()
)
_ASKED_OR_PLAIN = _PLAIN | ASKING
