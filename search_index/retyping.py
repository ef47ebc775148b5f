"""A typed text as its words, and the text again with some of them mended. Which are wrong is spelling.py's."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from search_index.called import CALLED, TITLES
from search_index.folding import fold

_LETTERS = re.compile(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)*")
_CHUNK = re.compile(r"\S+")
_NO_PROSE = re.compile(r"[@\d_]|://|\w\.\w")
_OF_SOMEBODY = re.compile("['\u2019]s$")
_BEFORE_NAMES = TITLES | CALLED


@dataclass(frozen=True, slots=True)
class Typed:
    """One word of a text, from ``start`` to ``end``; ``called``: a capital letter inside a sentence makes it a name."""

    start: int
    end: int
    folded: str
    called: bool


class Mended(NamedTuple):
    """From ``start`` to ``end`` of a text stands ``right`` instead."""

    start: int
    end: int
    right: str


def words_of(text: str) -> list[str]:
    """The folded words of a text of ours, without the endings of "child's" and "children's"."""
    return [fold(_OF_SOMEBODY.sub("", word)) for word in _LETTERS.findall(text)]


def typed_in(text: str) -> Iterator[Typed]:
    """The words of a text; addresses, and what has digits in it, are left out."""
    titled = False
    for chunk in _CHUNK.finditer(text):
        if _NO_PROSE.search(chunk[0]):
            continue
        for found in _LETTERS.finditer(text, *chunk.span()):
            plain = _OF_SOMEBODY.sub("", found[0])
            capital = plain[0].isupper() and not plain.isupper() and not _begins(text, found.start())
            folded = fold(plain)
            yield Typed(found.start(), found.start() + len(plain), folded, capital or titled)
            titled = folded in _BEFORE_NAMES


def _begins(text: str, start: int) -> bool:
    """Does a sentence begin here?"""
    before = text[max(0, start - 4) : start].rstrip(" \t\"'(\u2018\u201c-")
    return not before.strip() or before[-1] in ".!?\n\u2026"


def written(text: str, mended: Iterable[Mended]) -> str:
    """The text with what was mended, in the capitals of what stood there."""
    parts, done = [], 0
    for start, end, right in mended:
        old = text[start:end]
        parts += [text[done:start], right.upper() if old.isupper() else right.capitalize() if old.istitle() else right]
        done = end
    return "".join((*parts, text[done:]))
