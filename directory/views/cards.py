"""One person of a list, in words: what an entry prints of them, made once for as long as it stays true."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from markupsafe import Markup

from directory.house import House, house
from directory.profiles import Listed
from directory.views import saying
from directory.views.asking import today
from directory.views.saying import gettext as _
from directory.views.saying import label
from directory.views.shown import (
    checked_line,
    fact_rows,
    fee_lines,
    first_line,
    labels,
    may_see_lines,
    meets_lines,
    opening_lines,
    person_url,
    portrait_of,
    reply_line,
    slugs,
    title_line,
)

SHOWN_CONCERNS = 4
# So many people's cards are kept in mind: each takes some ten kilobytes, most of it the person's own texts.
CARDS = 500


@dataclass(frozen=True, slots=True)
class Entry:
    """One person in a list, in words.

    ``works`` pairs a label with "was it asked for?"; ``facts`` pairs a name with its lines, and ``printed`` is all of
    them as markup.
    """

    id: str
    name: str
    url: str
    title_line: str
    checked_line: str
    portrait: Markup
    why: tuple[Any, ...]
    worth: tuple[Any, ...]
    works: tuple[tuple[str, bool], ...]
    first: str
    reply: str
    facts: tuple[tuple[str, tuple[str, ...]], ...]
    printed: Markup
    points: tuple[Any, ...] = ()


class Card(NamedTuple):
    """What stands in an Entry whoever asks, and for what."""

    title_line: str
    checked_line: str
    first: str
    reply: str
    facts: tuple[tuple[str, tuple[str, ...]], ...]
    printed: Markup


def _works(person: Any, asked: Iterable[str]) -> tuple[tuple[str, bool], ...]:
    """The concerns shown under a name: those asked for first, then main ones, at most four."""
    wanted = set(asked)
    own = slugs(person, "concerns", "main") + slugs(person, "concerns", "also")
    chosen = sorted(own, key=lambda slug: slug not in wanted)[:SHOWN_CONCERNS]
    return tuple((label("concerns", slug), slug in wanted) for slug in chosen)


def _card(person: Any, away: str = "") -> Card:
    facts = [(_("Meets"), meets_lines(person, away)), (_("Sees people in"), may_see_lines(person))]
    if languages := labels(person, "languages", "session"):
        facts.append((_("Speaks"), (", ".join(languages),)))
    facts += [(_("Fee"), fee_lines(person)), (_("Openings"), opening_lines(person))]
    lines = title_line(person), checked_line(person), first_line(person), reply_line(person)
    return Card(*lines, tuple(facts), fact_rows(facts))


@lru_cache(maxsize=CARDS)
def _kept_card(person: Listed, _house: House, _locale: str, _today: date) -> Card:
    """Found by everything that the database says of the person, so that it can't be outdated."""
    return _card(person)


def entry(
    person: Any,
    *,
    why: Iterable[Any] = (),
    worth: Iterable[Any] = (),
    points: Iterable[Any] = (),
    asked: Iterable[str] = (),
    away: str = "",
) -> Entry:
    """One person of a list, ready to print; ``away``: how far their nearest room is from who asks."""
    the_same = isinstance(person, Listed) and not away
    card = _kept_card(person, house(), saying.saying().locale, today()) if the_same else _card(person, away)
    return Entry(
        id=person.id,
        name=person.name,
        url=person_url(person.id, person.name),
        title_line=card.title_line,
        checked_line=card.checked_line,
        portrait=portrait_of(person.id),
        why=tuple(why),
        worth=tuple(worth),
        works=_works(person, asked),
        first=card.first,
        reply=card.reply,
        facts=card.facts,
        printed=card.printed,
        points=tuple(points),
    )
