"""Which terms of the vocabulary are close to which: parents, children and related ones of the same group."""

from collections.abc import Iterable, Sequence
from typing import Any, Protocol

from directory.matching.fit import Close

GROUPS = ("concerns", "approaches", "communities", "faiths")


class _Terms(Protocol):
    """What close_terms asks of a vocabulary."""

    def terms(self, group: str) -> Sequence[Any]: ...
    def related(self, group: str, slug: str) -> Iterable[tuple[str, str]]: ...


def close_terms(vocabulary: _Terms) -> Close:
    """For each group where closeness earns something: slug -> its parents, its children and its related terms."""
    return {group: _close_in(vocabulary, group) for group in GROUPS}


def _close_in(vocabulary: _Terms, group: str) -> dict[str, frozenset[str]]:
    close: dict[str, set[str]] = {term.slug: set() for term in vocabulary.terms(group)}
    for term in vocabulary.terms(group):
        near = {*term.parents, *(slug for other, slug in vocabulary.related(group, term.slug) if other == group)}
        close[term.slug] |= near
        for slug in near & set(close):
            close[slug].add(term.slug)
    return {slug: frozenset(near) for slug, near in close.items()}
