"""A text's words -> how much they speak of each concern: by known phrases, phrases nearly said, and single words.

All of it is data handed in: families of phrases, and the vocabulary's labels, other names and sentences.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from search_index.folding import STOP_WORDS, stem
from search_index.lexicon import Lexicon, folded, names

# Strength of one piece of evidence; pieces join as independent hints: 1 - the product of what each leaves open.
WHOLE_PHRASE, NAME, LONE_WORD_NAME = 0.8, 0.75, 0.6
NEARLY_SAID = 0.6
LEAST_NEAR = 0.6
BY_RANK = (1.0, 0.75, 0.55)
WORDS_HALF = 14.0
MOST_BY_WORDS = 0.5
SURE = 0.5
# A word that is half a label ("Grief and loss") is a name too, unless more phrases than this use it ("Work").
OFTEN = 2

_NAME_WEIGHT, _PHRASE_WEIGHT, _SENTENCE_WEIGHT = 2.0, 1.0, 1.0


@dataclass(slots=True)
class _Phrase:
    """The telling stems of one phrase, and how strongly it speaks of each of its concerns."""

    stems: frozenset[str]
    concerns: Mapping[str, float]


@dataclass(slots=True)
class Evidence:
    """Per concern: ``score`` in [0, 1), and whether something said outright (not single words) carries it.

    ``hinted`` are the concerns that one everyday word, and nothing else, speaks of.
    """

    score: dict[str, float] = field(default_factory=dict)
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
        self._phrases: list[_Phrase] = []
        self._parts: list[tuple[tuple[str, ...], str]] = []
        self._by_stem: dict[str, list[int]] = defaultdict(list)
        self._profiles: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
        self._rarity: dict[str, float] = {}
        self._tells: dict[str, list[tuple[str, float]]] = {}

    def add_concern(self, slug: str, label: str, aka: Iterable[str], sentence: str) -> None:
        """One concern's own words. A name that several concerns share counts less for each."""
        self._parts += [(_stems(folded(part)), slug) for part in label.split(" and ") if " and " in label]
        for name in names(label, aka):
            stems = _stems(folded(name))
            self._add_said(stems, {slug: NAME if len(stems) > 1 else LONE_WORD_NAME})
            self._add_near(stems, {slug: 1.0})
            self._profile(slug, stems, _NAME_WEIGHT)
        self._profile(slug, _stems(folded(sentence)), _SENTENCE_WEIGHT)

    def add_family(self, phrases: Iterable[str], slugs: Sequence[str]) -> None:
        """Ways to say one thing; the first concern is meant most."""
        weights = dict(zip(slugs, BY_RANK, strict=False))
        for phrase in phrases:
            stems = _stems(folded(phrase))
            self._add_said(stems, {slug: WHOLE_PHRASE * weight for slug, weight in weights.items()})
            self._add_near(stems, weights)
            for slug, weight in weights.items():
                self._profile(slug, stems, _PHRASE_WEIGHT * weight)

    def settle(self) -> None:
        """Weigh words by how few phrases and concerns use them. Call once, after everything is added."""
        seen = Counter(word for phrase in self._phrases for word in phrase.stems)
        self._rarity = {word: math.log(1 + len(self._phrases) / count) for word, count in seen.items()}
        for stems, slug in self._parts:
            if len(stems) == 1 and seen[stems[0]] <= OFTEN and stems not in self._said:
                self._add_said(stems, {slug: LONE_WORD_NAME})
        used = Counter(word for profile in self._profiles.values() for word in profile)
        tells: dict[str, list[tuple[str, float]]] = defaultdict(list)
        for slug, profile in self._profiles.items():
            for word, weight in profile.items():
                rarity = math.log(1 + len(self._profiles) / used[word])
                tells[word].append((slug, rarity * weight / (weight + 1.5)))
        self._tells = dict(tells)

    def read(self, sentences: Sequence[Sequence[str]], wished: Collection[str] = ()) -> Evidence:
        """Evidence in a text given as the folded words of its sentences. ``wished`` words are no hint by themselves."""
        outright: dict[str, float] = {}
        pieces: dict[str, set[str]] = defaultdict(set)
        by_words: dict[str, float] = defaultdict(float)
        for words in sentences:
            stems = _stems(words)
            whole = list(self._whole(words, stems))
            here = dict(self._near(stems))  # a phrase that is said whole is nearly said too, and counts once
            for slug, usual in (*((said.slug, said.usual) for said in whole), *((slug, "") for slug in here)):
                pieces[slug].add(usual)
            for slug, strength in _joined((said.slug, said.strength) for said in whole).items():
                here[slug] = max(strength, here.get(slug, 0.0))
            outright = _joined((*outright.items(), *here.items()))
        lone = {word for words in sentences for word in words} - set(wished)
        for word in set(_telling(_stems(lone))):
            for slug, told in self._tells.get(word, ()):
                by_words[slug] += told
        scores = {}
        for slug in {*outright, *by_words}:
            hint = MOST_BY_WORDS * by_words[slug] / (by_words[slug] + WORDS_HALF)
            scores[slug] = 1 - (1 - outright.get(slug, 0.0)) * (1 - hint)
        hinted = frozenset(slug for slug, usual in pieces.items() if len(usual) == 1 and "" not in usual)
        return Evidence(scores, outright, hinted)

    def _add_said(self, stems: tuple[str, ...], strengths: Mapping[str, float]) -> None:
        self._said.add(stems, {**(self._said.get(stems) or {}), **strengths})

    def _add_near(self, stems: tuple[str, ...], concerns: Mapping[str, float]) -> None:
        telling = frozenset(_telling(stems))
        if len(telling) > 1:
            for word in telling:
                self._by_stem[word].append(len(self._phrases))
            self._phrases.append(_Phrase(telling, concerns))

    def _profile(self, slug: str, stems: Iterable[str], weight: float) -> None:
        for word in _telling(stems):
            self._profiles[slug][word] += weight

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


def _telling(stems: Iterable[str]) -> Iterable[str]:
    return (word for word in stems if word not in _PLAIN)


_PLAIN = frozenset(stem(word) for word in STOP_WORDS) | frozenset(
    stem(word)
    for word in "because dont cant im ive really very much lot get got go going know think want like make also even "
    "still one now all always never any anything something someone people thing things time day way feel feeling say "
    "said tell told than while over after before until about again since being did didnt doesnt isnt wont thats "
    "youre".split()
)
