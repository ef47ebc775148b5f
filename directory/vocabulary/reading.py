"""Files of terms -> checked drafts, one for each group, with a host's own files laid over the seeds.

Lives here: every rule that a vocabulary file must keep, and its sentence. Not here: what a term is used for.
"""

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from directory.errors import HoldspaceError

Table = dict[str, Any]

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
GROUP_KEYS: Mapping[str, type] = {"group": str, "label": str, "retired": list, "translations": dict, "term": list}
TERM_KEYS: Mapping[str, type] = {
    "slug": str,
    "label": str,
    "sentence": str,
    "aka": list,
    "parents": list,
    "related": list,
    "section": str,
    "hidden": bool,
    "replaced_by": str,
    "translations": dict,
}
EXTRA_KEYS: Mapping[str, Mapping[str, type]] = {
    "approaches": {"kind": str, "requires_named_training": bool},
    "concerns": {"safety": str},
    "insurers": {"countries": list},
    "languages": {"family": str, "signed": bool},
    "payments": {"countries": list},
}
ANY_EXTRA = frozenset({"credentials"})
KINDS: Mapping[type, str] = {str: "a text", list: "a list of texts", dict: "a table", bool: "true or false"}


class VocabularyError(HoldspaceError):
    """The vocabulary cannot be used; ``problems`` holds one sentence for each fault, with its file and term."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("The vocabulary has problems:\n" + "\n".join(f"- {problem}" for problem in self.problems))


@dataclass(slots=True)
class Draft:
    """A group while it is read: plain tables, not yet trusted. ``origin`` names the file that last touched a term."""

    heading: str = ""
    translations: Table = field(default_factory=dict)
    retired: set[str] = field(default_factory=set)
    terms: dict[str, Table] = field(default_factory=dict)
    origin: dict[str, str] = field(default_factory=dict)


def read(folder: Path, overlay: Path | None = None) -> dict[str, Draft]:
    """Group name -> draft: every file in ``folder``, a host's own files laid over them, checked as a whole.

    Raises VocabularyError that lists every problem found, not only the first."""
    problems: list[str] = []
    drafts: dict[str, Draft] = {}
    for path in sorted(folder.glob("*.toml")):
        drafts[path.stem] = draft = Draft()
        _read(path, draft, problems, own=False)
    if not drafts:
        problems.append(f"{folder.name}: holds no vocabulary files.")
    for path in _overlay_files(overlay, problems):
        if path.stem in drafts:
            _read(path, drafts[path.stem], problems, own=True)
        else:
            problems.append(f"{_name(path)}: there is no group of this name to change.")
    problems.extend(_faults(drafts))
    if problems:
        raise VocabularyError(problems)
    return drafts


def _overlay_files(overlay: Path | None, problems: list[str]) -> list[Path]:
    if overlay is None:
        return []
    if not overlay.is_dir():
        problems.append(f"{overlay.name}: this folder of your own terms does not exist.")
    return sorted(overlay.glob("*.toml"))


def _read(path: Path, draft: Draft, problems: list[str], *, own: bool) -> None:
    """One file into its draft; ``own`` marks a host's file, which may change, hide and add."""
    try:
        table: Table = _clean(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        problems.append(f"{_name(path)}: cannot be read: {error}.")
        return
    faults = (*_wrong_keys(table, GROUP_KEYS), *_translation_faults(table, {"label": str, "sections": dict}))
    wrong = [f"{_name(path)}: {fault}" for fault in faults]
    if table.get("group", path.stem) != path.stem:
        wrong.append(f"{_name(path)}: group must be '{path.stem}', like the file's name.")
    problems.extend(wrong)
    if wrong:
        return
    draft.heading = table.get("label", draft.heading)
    draft.translations = _merged(draft.translations, table.get("translations", {}))
    draft.retired.update(table.get("retired", []))
    seen: set[str] = set()
    for number, term in enumerate(table.get("term", []), start=1):
        where = f"{_name(path)}: {term.get('slug') or f'term {number}'}"
        wrong = _term_faults(term, path.stem, seen) + (_reuse(term, draft) if own else [])
        problems.extend(f"{where}: {fault}" for fault in wrong)
        if not wrong:
            _put(draft, term, _name(path))


def _put(draft: Draft, term: Table, origin: str) -> None:
    """Lay a term over the one of the same slug, or add it after the last of its section."""
    slug = term["slug"]
    draft.origin[slug] = origin
    if known := draft.terms.get(slug):
        translations = _merged(known.get("translations", {}), term.get("translations", {}))
        draft.terms[slug] = known | term | {"translations": translations}
        return
    order = list(draft.terms)
    same = [place for place, other in enumerate(order) if draft.terms[other].get("section") == term.get("section")]
    order.insert(same[-1] + 1 if same else len(order), slug)
    draft.terms[slug] = term
    draft.terms = {each: draft.terms[each] for each in order}


def _term_faults(term: Table, group: str, seen: set[str]) -> list[str]:
    """What is wrong with a term by itself; ``seen`` gathers the slugs of its file."""
    slug = term.get("slug", "")
    if not isinstance(slug, str) or not SLUG.fullmatch(slug):
        return ["a slug needs small letters a-z, digits and single hyphens."]
    faults = list(_wrong_keys(term, {**TERM_KEYS, **EXTRA_KEYS.get(group, {})}, loose=group in ANY_EXTRA))
    faults.extend(_translation_faults(term, {"label": str, "sentence": str}))
    if slug in seen:
        faults.append("this slug stands twice in the file.")
    seen.add(slug)
    return faults


def _reuse(term: Table, draft: Draft) -> list[str]:
    """A slug once removed keeps its old meaning: links and listings may still hold it."""
    known = draft.terms.get(term.get("slug", ""), {})
    if term.get("slug") in draft.retired or (known.get("replaced_by") and not term.keys() <= {"slug", "translations"}):
        return ["this slug was removed and may not be used again; choose another."]
    return []


def _wrong_keys(table: Table, known: Mapping[str, type], *, loose: bool = False) -> Iterator[str]:
    """Sentences on unknown keys (unless ``loose``) and on values of a wrong type."""
    for key, value in table.items():
        if key not in known:
            if not loose:
                yield f"unknown key '{key}'."
        elif not isinstance(value, known[key]):
            yield f"'{key}' must be {KINDS[known[key]]}."
        elif isinstance(value, list) and not all(isinstance(item, dict if key == "term" else str) for item in value):
            yield f"'{key}' must be {KINDS[list] if key != 'term' else 'a list of [[term]] tables'}."


def _translation_faults(table: Table, allowed: Mapping[str, type]) -> Iterator[str]:
    translations = table.get("translations")
    for locale, texts in translations.items() if isinstance(translations, dict) else ():
        if isinstance(texts, dict):
            yield from (f"in the translation '{locale}', {fault}" for fault in _wrong_keys(texts, allowed))
        else:
            yield f"the translation '{locale}' must be a table."


def _faults(drafts: Mapping[str, Draft]) -> Iterator[str]:
    """What is wrong with the whole: headings, missing words, references that lead nowhere."""
    for group, draft in drafts.items():
        if draft.terms and not draft.heading:
            yield f"{group}.toml: the group has no label."
        for slug, term in draft.terms.items():
            for fault in _whole_faults(group, term, drafts):
                yield f"{draft.origin[slug]}: {slug}: {fault}"


def _whole_faults(group: str, term: Table, drafts: Mapping[str, Draft]) -> Iterator[str]:
    slug, draft = term["slug"], drafts[group]
    yield from (f"has no {key}." for key in ("label", "sentence") if not term.get(key))
    if slug in draft.retired:
        yield "is listed as retired and cannot also be a term."
    for parent in term.get("parents", []):
        if parent not in draft.terms:
            yield f"the parent '{parent}' does not exist."
        elif draft.terms[parent].get("parents"):
            yield f"the parent '{parent}' has a parent itself; one level is the limit, so that there are no circles."
    for written in term.get("related", []):
        other, target = reference(group, written)
        if other not in drafts or target not in drafts[other].terms or (other, target) == (group, slug):
            yield f"the related term '{written}' does not exist or is the term itself."
    yield from _successor_faults(term, draft)


def _successor_faults(term: Table, draft: Draft) -> Iterator[str]:
    successor = term.get("replaced_by")
    if successor is None:
        return
    if not term.get("hidden"):
        yield "a replaced term must be hidden."
    if successor not in draft.terms or draft.terms[successor].get("replaced_by"):
        yield f"the successor '{successor}' does not exist or was replaced itself."


def reference(group: str, written: str) -> tuple[str, str]:
    """``slug`` or ``group:slug``, as written in a term of ``group``, as (group, slug)."""
    other, colon, slug = written.partition(":")
    return (other, slug) if colon else (group, written)


def _merged(old: Table, new: Table) -> Table:
    """Two tables of translations, key by key within each locale."""
    return {locale: {**old.get(locale, {}), **new.get(locale, {})} for locale in {**old, **new}}


def _clean(value: Any) -> Any:
    """Every text in NFC, with single spaces."""
    if isinstance(value, str):
        return " ".join(unicodedata.normalize("NFC", value).split())
    if isinstance(value, list):
        return [_clean(item) for item in value]
    return {key: _clean(item) for key, item in value.items()} if isinstance(value, dict) else value


def _name(path: Path) -> str:
    return f"{path.parent.name}/{path.name}"
