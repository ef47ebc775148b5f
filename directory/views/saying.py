"""Sentences and labels in the reader's language, as flask_babel says them, with what it looks up kept for the request.

A page of people says hundreds. Which sentences and labels there are is told where they are said.
"""

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeVar

from flask import Flask, has_request_context
from flask_babel import get_locale, get_translations
from markupsafe import Markup

from directory.house import House, house

Told = TypeVar("Told")


@dataclass(frozen=True, slots=True, eq=False)
class Saying:
    """How this request speaks: its house, its locale as a string, its sentences, and what was said of them so far.

    ``said``: sentences as text and as markup; ``labels``: terms, and whatever else is ``kept``.
    """

    house: House
    locale: str
    sentences: Any
    said: dict[str, tuple[str, Markup]]
    labels: dict[tuple[str, str], Any]

    @property
    def language(self) -> str:
        """The locale's language alone: "en"."""
        return self.locale.split("_")[0]


@lru_cache(maxsize=16)
def _said(_house: House, _language: str) -> dict[str, tuple[str, Markup]]:
    """One house's sentences in one language, filled as they are said. Only the code and the templates say any."""
    return {}


@lru_cache(maxsize=16)
def _labels(_house: House, _language: str) -> dict[tuple[str, str], Any]:
    """One house's labels in one language, filled as they are said."""
    return {}


_now: ContextVar[Saying | None] = ContextVar("saying", default=None)


def saying() -> Saying:
    """How the running request speaks."""
    kept = _now.get()
    if kept is None:
        locale, the_house = str(get_locale() or "en"), house()
        kept = Saying(the_house, locale, get_translations(), _said(the_house, locale), _labels(the_house, locale))
        if has_request_context():
            _now.set(kept)
    return kept


def _sentence(sentence: str) -> tuple[str, Markup]:
    """A sentence in the reader's language, as text and as markup."""
    now = saying()
    told = now.said.get(sentence)
    if told is None:
        said = str(now.sentences.ugettext(sentence))
        told = now.said[sentence] = said, Markup(said)
    return told


def gettext(sentence: str, **values: Any) -> str:
    """A sentence in the reader's language, with its values."""
    said = _sentence(sentence)[0]
    return said % values if values else said


def ngettext(singular: str, plural: str, num: int, **values: Any) -> str:
    """The sentence for this many, in the reader's language."""
    said = str(saying().sentences.ungettext(singular, plural, num))
    return said % {"num": num, **values}


def label(group: str, slug: str) -> str:
    """A vocabulary term's label in the reader's language."""
    now = saying()
    said: str | None = now.labels.get((group, slug))
    if said is None:
        said = now.labels[group, slug] = now.house.vocabulary.label(group, slug, now.language)
    return said


def kept(what: str, say: Callable[[], Told]) -> Told:
    """What ``say`` says in this house and language: said once, then kept."""
    said = saying().labels
    told: Told | None = said.get(("", what))
    if told is None:
        told = said["", what] = say()
    return told


def _in_a_template(sentence: str, **values: Any) -> Markup:
    """As ``gettext``, with what is put into the sentence escaped."""
    said = _sentence(sentence)[1]
    return said % values if "%" in said else said


def _counted_in_a_template(singular: str, plural: str, num: int, **values: Any) -> Markup:
    return Markup(saying().sentences.ungettext(singular, plural, num)) % {"num": num, **values}


def _forget(_error: BaseException | None = None) -> None:
    _now.set(None)


def register(app: Flask) -> None:
    """Let templates say their sentences so. Each request, and each inside another, begins by asking how it speaks."""
    app.jinja_env.globals |= {"_": _in_a_template, "gettext": _in_a_template, "ngettext": _counted_in_a_template}
    app.before_request(_forget)
    app.teardown_request(_forget)
