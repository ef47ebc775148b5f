"""What names of terms stand for in a person's words ("Tamil", "schema therapist"). When they count is wishes.py's.

"Tamil" names a language and a community. Spoken ("speaks Tamil", "Tamil-speaking", "in Tamil") it is the language. Said
of somebody ("Tamil therapist") it is the community, since that is whom people describe so; a name that is the
language's own but only part of the community's ("punjabi": Punjabi and Sikh) asks for both; a name that a community
only goes by ("Polish": Eastern European) is the language.
"""

from collections.abc import Collection, Iterable
from typing import NamedTuple

from search_index.lexicon import Lexicon, folded, names
from search_index.sources import VocabularySource

FILTER_GROUPS = {
    "approaches": "approach",
    "communities": "community",
    "faiths": "faith",
    "affirming": "affirming",
    "populations": "population",
    "languages": "language",
}
MORE_GROUPS = {
    "themes": "theme",
    "accessibility": "accessibility",
    "payments": "payment",
    "insurers": "insurance",
    "faith_stances": "faith_stance",
}
# "Lao and Hmong" goes by either name.
PEOPLES = ("communities", "languages", "faiths")
ORDER = (*FILTER_GROUPS.values(), *MORE_GROUPS.values())


class Named(NamedTuple):
    """One value that a name stands for. ``own``: it is the term's label or part of it; ``whole``: all of the label."""

    group: str
    slug: str
    own: bool
    whole: bool


def lexicon_of(vocabulary: VocabularySource, plain: Collection[tuple[str, ...]]) -> Lexicon[list[Named]]:
    """Every name of every term that may be a wish, but for the ``plain`` ones, and all that each stands for."""
    lexicon: Lexicon[list[Named]] = Lexicon()
    for terms, group in {**FILTER_GROUPS, **MORE_GROUPS}.items():
        for term in vocabulary.terms(terms):
            parts = term.label.split(" and ") if terms in PEOPLES else ()
            own, whole = ({folded(name) for name in names(term.label, more)} for more in (parts, ()))
            for words in own | _ways_to_say(names(term.label, term.aka)):
                if words not in plain:
                    meant = Named(group, term.slug, words in own, words in whole)
                    lexicon.add(words, [*(lexicon.get(words) or []), meant])
    return lexicon


def _ways_to_say(written: Iterable[str]) -> set[tuple[str, ...]]:
    """A name as it stands, without "and", and of a therapy also the one who does it ("schema therapist")."""
    said = {folded(name) for name in written}
    said |= {tuple(word for word in words if word != "and") for words in said}
    return said | {(*words[:-1], "therapist") for words in said if words[-1:] == ("therapy",)}


def groups_meant(meanings: Collection[Named], groups: Collection[str], *, spoken: bool) -> tuple[str, ...]:
    """Which of the ``groups`` that a name may stand for it does stand for. ``spoken``: it is said as a language."""
    if spoken and "language" in groups:
        return ("language",)
    own = {one.group for one in meanings if one.own and one.group in groups}
    if "faith" in own:
        return ("faith",)
    if {"language", "community"} <= set(groups):
        if any(one.whole for one in meanings if one.group == "community"):
            return ("community",)
        return ("language", "community") if {"language", "community"} <= own else ("language",)
    return tuple(group for group in ORDER if group in groups)[:1]
