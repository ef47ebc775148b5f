"""Listings as a list of people shows them: four plain reads, where the whole of each person would take seven.

What a person's own page or an edit needs is reading.py's.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Column, ColumnElement, Row, Select, bindparam, select

from directory.db import db
from directory.models import ConsultOffer, Fee, Licence, Place, Therapist, TherapistTerm
from directory.profiles.reading import is_visible

GROUPS = ("concerns", "formats", "languages")


class ListedTerm(NamedTuple):
    """See models.TherapistTerm."""

    group: str
    slug: str
    role: str


class ListedPlace(NamedTuple):
    """See models.Place."""

    town: str
    postal_area: str


class ListedLicence(NamedTuple):
    """See models.Licence."""

    unit: str
    title: str
    standing: str
    state: str
    checked_on: date | None
    expires_on: date | None


class ListedFee(NamedTuple):
    """See models.Fee."""

    currency: str
    full_from_minor: int
    full_to_minor: int | None
    sliding_from_minor: int | None
    session_minutes: int
    reduced_places: int | None


class ListedConsult(NamedTuple):
    """See models.ConsultOffer."""

    kind: str
    minutes: int | None
    price_minor: int
    channels: str
    reply_days: int | None


class Listed(NamedTuple):
    """One person of a list, by the names that models.Therapist has; ``terms`` are of GROUPS only."""

    id: str
    name: str
    title: str
    headline: str
    bio_approach: str
    bio_working: str
    bio_first_session: str
    availability: str
    availability_note: str
    back_on: date | None
    confirmed_on: date | None
    fee: ListedFee | None
    consult: ListedConsult | None
    terms: tuple[ListedTerm, ...]
    places: tuple[ListedPlace, ...]
    licences: tuple[ListedLicence, ...]


def _columns(model: Any, names: Iterable[str]) -> tuple[Column[Any], ...]:
    return tuple(model.__table__.columns["term_group" if name == "group" else name] for name in names)


def _one_of(column: ColumnElement[Any], n: int) -> ColumnElement[bool]:
    """Of ``n`` values named v0, v1 ...: so the statement stays the same, where a list is written into it each time."""
    return column.in_([bindparam(f"v{number}") for number in range(n)])


def _by_person(model: Any, names: Iterable[str], n: int) -> Select[Any]:
    """The rows of ``n`` people, in the therapist's own order."""
    own, place = _columns(model, ("therapist_id", "position"))
    return select(own, *_columns(model, names)).where(_one_of(own, n)).order_by(place)


ABOUT, FEE, CONSULT = Listed._fields[:11], ListedFee._fields, ListedConsult._fields


# Made once for each number of people: making a statement takes longer than reading with it.
@lru_cache(maxsize=32)
def _details(n: int) -> tuple[Select[Any], ...]:
    terms = _by_person(TherapistTerm, ListedTerm._fields, n).where(TherapistTerm.group.in_(GROUPS))
    return terms, _by_person(Place, ListedPlace._fields, n), _by_person(Licence, ListedLicence._fields, n)


@lru_cache(maxsize=32)
def _people(today: date, n: int) -> Select[Any]:
    therapists, fees, consults = (model.__table__ for model in (Therapist, Fee, ConsultOffer))
    return (
        select(*_columns(Therapist, ABOUT), *_columns(Fee, FEE), *_columns(ConsultOffer, CONSULT))
        .select_from(
            therapists.outerjoin(fees, fees.columns["therapist_id"] == therapists.columns["id"]).outerjoin(
                consults, consults.columns["therapist_id"] == therapists.columns["id"]
            )
        )
        .where(_one_of(therapists.columns["id"], n), *is_visible(today))
    )


def listed(ids: Iterable[str], today: date) -> list[Listed]:
    """The listings with these ids that may be shown today, in the order asked; the others are left out."""
    wanted = list(ids)
    named, reading = {f"v{number}": one for number, one in enumerate(wanted)}, db.session.connection()
    rows = {row[0]: row for row in reading.execute(_people(today, len(wanted)), named).all()}
    terms, places, licences = (
        _of_each(reading.execute(statement, named).all(), make)
        for statement, make in zip(_details(len(wanted)), (ListedTerm, ListedPlace, ListedLicence), strict=True)
    )
    return [_listed(rows[one], terms[one], places[one], licences[one]) for one in wanted if one in rows]


def _of_each(rows: Sequence[Row[Any]], make: Any) -> Mapping[str, list[Any]]:
    """``rows``: whose it is, then what ``make`` holds."""
    found: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        found[row[0]].append(make._make(row[1:]))
    return found


def _listed(row: Row[Any], terms: list[Any], places: list[Any], licences: list[Any]) -> Listed:
    about, rest = row[: len(ABOUT)], row[len(ABOUT) :]
    fee = ListedFee(*rest[: len(FEE)]) if rest[0] is not None else None
    consult = ListedConsult(*rest[len(FEE) :]) if rest[len(FEE)] is not None else None
    return Listed._make((*about, fee, consult, tuple(terms), tuple(places), tuple(licences)))
