"""The controlled vocabulary: terms, their relations and labels. Only read, never changed.

Not here: how the files are read and checked (reading), which terms a listing has, what typed text means.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from directory.vocabulary.reading import TERM_KEYS, Draft, Table, VocabularyError, read, reference

__all__ = ["Term", "Vocabulary", "VocabularyError", "load"]


@dataclass(frozen=True, slots=True)
class Term:
    """One term. ``related`` keeps ``slug`` or ``group:slug`` as written; ``extra`` holds the group's own keys."""

    group: str
    slug: str
    label: str
    sentence: str
    aka: tuple[str, ...] = ()
    parents: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    section: str = ""
    hidden: bool = False
    replaced_by: str | None = None
    extra: Mapping[str, Any] = field(default_factory=dict, compare=False)
    translations: Mapping[str, Mapping[str, str]] = field(default_factory=dict, compare=False)


class Vocabulary:
    """Every group and term of this house. Built by ``load``; nothing in it changes afterwards."""

    def __init__(self, drafts: Mapping[str, Draft]) -> None:
        self._headings = {group: (draft.heading, draft.translations) for group, draft in drafts.items()}
        self._terms = {
            group: {slug: _term(group, table) for slug, table in draft.terms.items()} for group, draft in drafts.items()
        }
        self.digest = _digest(drafts)

    def groups(self) -> tuple[str, ...]:
        """Names of all groups, in alphabetical order."""
        return tuple(self._terms)

    def heading(self, group: str, locale: str = "en") -> str:
        """The facet heading of a group."""
        heading, translations = self._headings[group]
        return str(_translated(translations, locale, "label") or heading)

    def section(self, group: str, section: str, locale: str = "en") -> str:
        """A section's heading in ``locale``; as written where the host gave no translation."""
        sections = _translated(self._headings[group][1], locale, "sections") or {}
        return str(sections.get(section, section))

    def terms(self, group: str, *, hidden: bool = False) -> tuple[Term, ...]:
        """Terms in file order, without hidden ones unless asked."""
        return tuple(term for term in self._terms[group].values() if hidden or not term.hidden)

    def get(self, group: str, slug: str) -> Term | None:
        """The term, hidden or not; None for an unknown group or slug."""
        return self._terms.get(group, {}).get(slug)

    def label(self, group: str, slug: str, locale: str = "en") -> str:
        """The label, translated where possible; the slug's own words for an unknown term."""
        term = self.get(group, slug)
        if term is None:
            return slug.replace("-", " ").capitalize()
        return str(_translated(term.translations, locale, "label") or term.label)

    def sentence(self, group: str, slug: str, locale: str = "en") -> str:
        """The plain sentence, translated where possible; empty for an unknown term."""
        term = self.get(group, slug)
        if term is None:
            return ""
        return str(_translated(term.translations, locale, "sentence") or term.sentence)

    def ancestors(self, group: str, slug: str) -> frozenset[str]:
        """The term and its parents; empty for an unknown term."""
        term = self.get(group, slug)
        return frozenset({slug, *term.parents}) if term else frozenset()

    def descendants(self, group: str, slug: str) -> frozenset[str]:
        """The term and its children; empty for an unknown term."""
        if self.get(group, slug) is None:
            return frozenset()
        return frozenset({slug, *(term.slug for term in self._terms[group].values() if slug in term.parents)})

    def related(self, group: str, slug: str) -> tuple[tuple[str, str], ...]:
        """Nearby terms as (group, slug), hidden ones left out, in the order written."""
        term = self.get(group, slug)
        pairs = [reference(group, written) for written in term.related] if term else []
        return tuple(pair for pair in pairs if not self._terms[pair[0]][pair[1]].hidden)


def load(folder: Path, overlay: Path | None = None) -> Vocabulary:
    """The groups in ``folder`` with a host's own files laid over them.

    Raises VocabularyError that lists every problem found, not only the first."""
    return Vocabulary(read(folder, overlay))


def _term(group: str, table: Table) -> Term:
    extra = {key: value for key, value in table.items() if key not in TERM_KEYS}
    return Term(
        group=group,
        slug=table["slug"],
        label=table["label"],
        sentence=table["sentence"],
        aka=tuple(table.get("aka", ())),
        parents=tuple(table.get("parents", ())),
        related=tuple(table.get("related", ())),
        section=table.get("section", ""),
        hidden=table.get("hidden", False),
        replaced_by=table.get("replaced_by"),
        extra=MappingProxyType(extra),
        translations=MappingProxyType(table.get("translations", {})),
    )


def _translated(translations: Mapping[str, Any], locale: str, key: str) -> Any:
    """The value for ``hi-IN``, else for ``hi``, else None."""
    exact = locale.replace("_", "-")
    for name in (exact, exact.split("-")[0]):
        if value := translations.get(name, {}).get(key):
            return value
    return None


def _digest(drafts: Mapping[str, Draft]) -> str:
    """SHA-256 of all that was read, so that an index knows when words it was built on have changed."""
    read = {name: [each.heading, each.translations, list(each.terms.values())] for name, each in drafts.items()}
    return hashlib.sha256(json.dumps(read, sort_keys=True, default=str).encode()).hexdigest()
