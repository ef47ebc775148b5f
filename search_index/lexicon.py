"""Finding known runs of words in a text: the longest first, each word used once. Knows nothing of what they mean."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Generic, TypeVar

from search_index.folding import WORD_LENGTH, fold

Payload = TypeVar("Payload")

_CLAUSE_END = ("", ",", ":", ")", "/", "|")
_SENTENCE_END = re.compile(r"[.!?;\n\u0964]+")
_BRACKETED = re.compile(r"\(([^()]*)\)")
_WORD = re.compile(r"[^\W_][\w'\u2019\u0900-\u0dff]*")


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a text: as typed, folded for comparing, and whether a comma or the sentence's end follows it."""

    typed: str
    folded: str
    last: bool = True


@dataclass(frozen=True, slots=True)
class Run(Generic[Payload]):
    """Words ``start`` to ``end`` (exclusive) are a known run that stands for ``payload``."""

    start: int
    end: int
    payload: Payload


class Lexicon(Generic[Payload]):
    """Runs of folded words and what they stand for."""

    def __init__(self) -> None:
        self._runs: dict[tuple[str, ...], Payload] = {}
        self._lengths: dict[str, set[int]] = {}

    def __contains__(self, words: Sequence[str]) -> bool:
        return tuple(words) in self._runs

    def __iter__(self) -> Iterator[tuple[str, ...]]:
        return iter(self._runs)

    def add(self, words: Sequence[str], payload: Payload) -> None:
        """Later additions of the same words replace earlier ones. No words: nothing is added."""
        if words:
            self._runs[tuple(words)] = payload
            self._lengths.setdefault(words[0], set()).add(len(words))

    def get(self, words: Sequence[str]) -> Payload | None:
        """What exactly these words stand for."""
        return self._runs.get(tuple(words))

    def find(self, words: Sequence[str]) -> Iterator[Run[Payload]]:
        """Known runs from left to right; where several begin at one word, the longest."""
        start, beginnings = 0, self._lengths
        while start < len(words):
            run = self._longest(words, start) if words[start] in beginnings else None
            if run is not None:
                yield run
            start = run.end if run else start + 1

    def find_all(self, words: Sequence[str]) -> Iterator[Run[Payload]]:
        """Every known run, overlapping ones too."""
        for start, word in enumerate(words):
            for length in self._lengths.get(word, ()):
                run = tuple(words[start : start + length])
                if len(run) == length and run in self._runs:
                    yield Run(start, start + length, self._runs[run])

    def _longest(self, words: Sequence[str], start: int) -> Run[Payload] | None:
        for length in sorted(self._lengths.get(words[start], ()), reverse=True):
            run = tuple(words[start : start + length])
            if len(run) == length and run in self._runs:
                return Run(start, start + length, self._runs[run])
        return None


def sentences(text: str) -> list[list[Word]]:
    """A text as its sentences, each a list of words; sentences without a word are left out."""
    split = (list(_words(part)) for part in _SENTENCE_END.split(text))
    return [words for words in split if words]


def folded(text: str) -> tuple[str, ...]:
    """The folded words of a label, a name or a phrase."""
    return tuple(plain for typed in _WORD.findall(text) if (plain := _folded(typed[:WORD_LENGTH])))


def names(label: str, others: Iterable[str] = ()) -> Iterator[str]:
    """Every way to write a label: "Eye movement (EMDR)" is "Eye movement (EMDR)", "Eye movement" and "EMDR"."""
    for written in (label, *others):
        yield written
        inside = _BRACKETED.findall(written)
        if inside:
            yield _BRACKETED.sub(" ", written)
            yield from inside


def _words(text: str) -> Iterator[Word]:
    for found in _WORD.finditer(text):
        typed = found[0][:WORD_LENGTH]
        plain = _folded(typed)
        if plain:
            rest = text[found.end() : found.end() + 2].lstrip()
            yield Word(typed, plain, rest[:1] in _CLAUSE_END)


@lru_cache(maxsize=16_384)
def _folded(typed: str) -> str:
    return fold(typed).replace("'", "").replace("\u2019", "")
