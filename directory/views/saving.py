"""The list of people that somebody makes: how it travels, sealed, and what a page needs to offer Save.

What can be done with the list is in shortlist.py.
"""

import re
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from flask import url_for
from werkzeug.datastructures import MultiDict

from directory import profiles
from directory.house import house
from directory.views.asking import opened, today

MAX_SAVED = 20
SAVE, UNSAVE = "save", "unsave"
LISTING_ID = re.compile(r"[a-z0-9]{10}", re.ASCII)


def ids_in(held: Any) -> tuple[str, ...]:
    """The listing ids that a sealed link holds: each once, at most twenty, whatever else it may hold."""
    return _read(held if isinstance(held, list) else [])[:MAX_SAVED]


def _read(told: Iterable[Any]) -> tuple[str, ...]:
    """What may be a listing's id, each once."""
    return tuple(dict.fromkeys(one for one in told if isinstance(one, str) and LISTING_ID.fullmatch(one)))


@dataclass(frozen=True)
class Saved:
    """The list as a page knows it: listing ids in the order in which they were saved.

    ``compare`` are those of them that stand side by side. Links hold these ids and nothing else.
    """

    ids: tuple[str, ...] = ()
    compare: tuple[str, ...] = ()

    @property
    def full(self) -> bool:
        """Is there no room for another person?"""
        return len(self.ids) >= MAX_SAVED

    @cached_property
    def token(self) -> str:
        """The list, sealed for its thirty days; an empty one is no token."""
        told: Mapping[str, Iterable[str]] = {"ids": self.ids, "compare": self.compare}
        held = {name: list(ids) for name, ids in told.items() if ids}
        return house().sealer.seal("shortlist", held, now=int(time.time())) if held else ""

    @property
    def url(self) -> str:
        """The address of the list."""
        token = self.token
        return url_for("shortlist.people", sealed=token) if token else url_for("shortlist.empty")

    def with_more(self, ids: Iterable[str]) -> "Saved":
        """The list with these people at its end, as far as there is room; an id that is nobody's falls away."""
        new = [one for one in _read(ids) if one not in self.ids][: MAX_SAVED * 2]
        known = [person.id for person in profiles.published(new, today())] if new and not self.full else []
        return Saved((*self.ids, *known)[:MAX_SAVED])

    def without(self, ids: Iterable[str]) -> "Saved":
        """The list without these people."""
        gone = set(ids)
        return Saved(tuple(one for one in self.ids if one not in gone))


def from_token(token: str) -> Saved:
    """The list that a sealed link holds. Raises LinkExpired or LinkAltered."""
    held = opened("shortlist", token)
    ids = ids_in(held.get("ids"))
    return Saved(ids, tuple(one for one in ids_in(held.get("compare")) if one in ids))


def pressed(form: MultiDict[str, str]) -> bool:
    """Was Save, or its taking back, pressed on this page?"""
    return SAVE in form or UNSAVE in form


def after(ids: Iterable[str], form: MultiDict[str, str]) -> tuple[str, ...]:
    """The ids of a list after what was pressed."""
    saved = Saved(tuple(ids)).without(form.getlist(UNSAVE))
    return saved.with_more(form.getlist(SAVE)).ids
