"""A person's typed words -> capped, analysed terms and quoted phrases. Whoosh's query parser never sees them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from search_index.schema import ANALYSER

TEXT_LENGTH = 4_000
DISTINCT_WORDS = 24

_QUOTE = '"\u201c\u201d\u201e\u00ab\u00bb'
_QUOTED = re.compile(f"[{_QUOTE}]([^{_QUOTE}]+)[{_QUOTE}]")


@dataclass(frozen=True, slots=True)
class Words:
    """Stems in the order typed, at most 24 of them distinct, and quoted phrases as runs of stems (two or more)."""

    terms: tuple[str, ...] = ()
    phrases: tuple[tuple[str, ...], ...] = ()


def read(text: str) -> Words:
    """What to look for. Any string is fine, however long or strange; what is over the limits is left out."""
    text = text[:TEXT_LENGTH]
    kept = tuple(dict.fromkeys(analysed(text)))[:DISTINCT_WORDS]
    runs = (tuple(analysed(quoted)) for quoted in _QUOTED.findall(text))
    phrases = tuple(dict.fromkeys(run for run in runs if len(run) > 1 and set(run) <= set(kept)))
    quoted_terms = {term for phrase in phrases for term in phrase}
    return Words(tuple(term for term in kept if term not in ASKING or term in quoted_terms), phrases)


def analysed(text: str) -> Iterator[str]:
    """The stems of a text, stop words left out, repeats kept."""
    return (token.text for token in ANALYSER(text, mode="query"))


# Said by everyone who asks, so they tell nothing about whom.
ASKING = frozenset(
    analysed(
        "counselling counsellor find help get like looking need please psychologist search seek seeking someone "
        "somebody start talk therapist therapists therapy want"
    )
)
