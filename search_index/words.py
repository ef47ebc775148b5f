"""A person's typed words -> capped, analysed terms and quoted phrases. Whoosh's query parser never sees them."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import lru_cache

from search_index.folding import STOP_WORDS, WORD, WORD_LENGTH, fold, stem

TEXT_LENGTH = 4_000
DISTINCT_WORDS = 24

_QUOTE = '"\u201c\u201d\u201e\u00ab\u00bb'
_QUOTED = re.compile(f"[{_QUOTE}]([^{_QUOTE}]+)[{_QUOTE}]")
_MARKS = "".join(chr(code) for code in range(33, 127) if not chr(code).isalnum())
_PHRASE_OR_WORD = re.compile(f"{_QUOTED.pattern}|[^\\s{_QUOTE}]+")


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


def typed_words(text: str, without: Collection[str] = ()) -> tuple[str, ...]:
    """The telling words as typed, at most 24, in order; a quoted phrase stays one, in its quotation marks.

    ``without``: folded words that are asked for in another way. Joined by spaces, what is given back asks for the
    same as ``text`` did.
    """
    text = text[:TEXT_LENGTH]
    told: dict[tuple[str, ...], str] = {}
    for found in _PHRASE_OR_WORD.finditer(text):
        stems = tuple(analysed(found[0])) if found[1] else _telling(found[0])
        said_otherwise = not found[1] and without and set(_plain_words(found[0])) <= set(without)
        if stems and not said_otherwise and len(told) < DISTINCT_WORDS:
            told.setdefault(stems, f'"{found[1]}"' if found[1] else found[0].strip(_MARKS)[:WORD_LENGTH])
    return tuple(told.values())


def quotations(text: str) -> tuple[tuple[str, ...], str]:
    """What stands in quotation marks, each as ``typed_words`` gives it back, and the text without them."""
    text = text[:TEXT_LENGTH]
    quoted = (quote for quote in _QUOTED.findall(text) if any(True for _ in analysed(quote)))
    return tuple(f'"{quote}"' for quote in dict.fromkeys(quoted)), _QUOTED.sub(" ", text)


def _plain_words(text: str) -> list[str]:
    return WORD.findall(fold(text))


def _telling(word: str) -> tuple[str, ...]:
    stems = _stems(word) if len(word) <= WORD_LENGTH else analysed(word)
    return tuple(term for term in stems if term not in ASKING)


@lru_cache(maxsize=16_384)
def _stems(word: str) -> tuple[str, ...]:
    return tuple(analysed(word))


def analysed(text: str) -> Iterator[str]:
    """The stems of a text, stop words left out, repeats kept: what the index's own analyser gives, at a third of its
    time.
    """
    return (stem(word[:WORD_LENGTH]) for word in WORD.findall(fold(text)) if word not in STOP_WORDS)


# Said by everyone who asks or tells, so they say nothing about whom.
ASKING = frozenset(
    analysed(
        "around available based counselling counsellor find help get like looking near need please prefer psychologist "
        "search seek seeking someone somebody speaks start talk therapist therapists therapy under want "
        "insurance per session week month max maximum min budget fee price cost between than within accept take cover "
        "spend preference gender registered accredited licensed qualified "
        # in Spanish
        "busco necesito quiero una un en que con para por favor hable habla psicologa psicologo terapeuta terapia "
        "ayuda "
        # and by those who tell
        "all also always anybody anyone anything because being days do even every everyone everything feel feeling "
        "give go going good got just keep know let live lives living lot make many maybe more most much myself never "
        "nobody nothing now often only really say see since something still tell thing things think tried try trying "
        "very wanted way why"
    )
)
