"""Listings as a list of people shows them: four plain reads, where the whole of each person would take seven.

What a person's own page or an edit needs is reading.py's.
"""

from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, Column, Row, Select, bindparam, select

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
    terms: list[ListedTerm]
    places: list[ListedPlace]
    licences: list[ListedLicence]


IDS: BindParameter[Any] = bindparam("ids", expanding=True)


def _columns(model: Any, names: Iterable[str]) -> tuple[Column[Any], ...]:
    return tuple(model.__table__.columns["term_group" if name == "group" else name] for name in names)


def _by_person(model: Any, names: Iterable[str]) -> Select[Any]:
    """The rows of these people, in the therapist's own order."""
    own, place = _columns(model, ("therapist_id", "position"))
    return select(own, *_columns(model, names)).where(own.in_(IDS)).order_by(place)


# Made once: making a statement takes longer than reading with it.
ABOUT, FEE, CONSULT = Listed._fields[:11], ListedFee._fields, ListedConsult._fields
TERMS = _by_person(TherapistTerm, ListedTerm._fields).where(TherapistTerm.group.in_(GROUPS))
PLACES = _by_person(Place, ListedPlace._fields)
LICENCES = _by_person(Licence, ListedLicence._fields)


@lru_cache(maxsize=2)
def _people(today: date) -> Select[Any]:
    therapists, fees, consults = (model.__table__ for model in (Therapist, Fee, ConsultOffer))
    return (
        select(*_columns(Therapist, ABOUT), *_columns(Fee, FEE), *_columns(ConsultOffer, CONSULT))
        .select_from(
            therapists.outerjoin(fees, fees.columns["therapist_id"] == therapists.columns["id"]).outerjoin(
                consults, consults.columns["therapist_id"] == therapists.columns["id"]
            )
        )
        .where(therapists.columns["id"].in_(IDS), *is_visible(today))
    )


def listed(ids: Iterable[str], today: date) -> list[Listed]:
    """The listings with these ids that may be shown today, in the order asked; the others are left out."""
    wanted = {"ids": list(ids)}
    reading = db.session.connection()
    rows = {row[0]: row for row in reading.execute(_people(today), wanted)}
    parts: list[dict[str, list[Any]]] = []
    for statement, make in ((TERMS, ListedTerm), (PLACES, ListedPlace), (LICENCES, ListedLicence)):
        of_each: dict[str, list[Any]] = {one: [] for one in wanted["ids"]}
        for row in reading.execute(statement, wanted):
            of_each[row[0]].append(make(*row[1:]))
        parts.append(of_each)
    terms, places, licences = parts
    return [_listed(rows[one], terms[one], places[one], licences[one]) for one in wanted["ids"] if one in rows]


def _listed(row: Row[Any], terms: list[Any], places: list[Any], licences: list[Any]) -> Listed:
    about, rest = row[: len(ABOUT)], row[len(ABOUT) :]
    fee = ListedFee(*rest[: len(FEE)]) if rest[0] is not None else None
    consult = ListedConsult(*rest[len(FEE) :]) if rest[len(FEE)] is not None else None
    return Listed._make((*about, fee, consult, terms, places, licences))
