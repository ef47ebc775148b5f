"""What of a listing becomes findable, and on which days. Nothing private can leak but through ``listing_of``."""

from collections.abc import Iterator
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from directory.db import db
from directory.models import Licence, Place, Therapist
from directory.vocabulary import Vocabulary
from search_index.listing import IN_A_ROOM, OFFICE, Listing

VISIBLE_DAYS = 90
BATCH = 100
WHOLE = (
    selectinload(Therapist.terms),
    selectinload(Therapist.fee),
    selectinload(Therapist.places),
    selectinload(Therapist.consult),
    selectinload(Therapist.licences),
    selectinload(Therapist.trainings),
)
FACET_OF = {
    ("concerns", "main"): "concern",
    ("concerns", "also"): "concern",
    ("approaches", "has"): "approach",
    ("formats", "has"): "format",
    ("languages", "session"): "language",
    ("communities", "serves"): "community",
    ("communities", "belongs"): "belongs",
    ("themes", "has"): "theme",
    ("faith_stances", "has"): "faith_stance",
    ("faiths", "own"): "faith",
    ("affirming", "has"): "affirming",
    ("populations", "has"): "population",
    ("payments", "has"): "payment",
    ("insurers", "has"): "insurance",
    ("genders", "has"): "gender",
    ("age_bands", "has"): "age_band",
    ("accessibility", "has"): "accessibility",
    ("times", "has"): "times",
    ("frequencies", "has"): "frequency",
}
COMPACT = "compact"
FREE_CONSULTS = frozenset({"free-15", "free-20-30", "written-first"})


def last_day(licence: Licence) -> date | None:
    """The last day on which this licence counts; None when it doesn't count (unverified, in review, suspended).

    One without end is of a register, or of a title that no law protects: of others the last day is known (see Licence).
    """
    if licence.state != "verified":
        return None
    return licence.expires_on or date.max


def jurisdictions(therapist: Therapist) -> dict[str, date]:
    """Each licence unit with the last day of its longest-lasting licence.

    What a compact between units allows lasts no longer than a full licence.
    """
    full = max(filter(None, (last_day(one) for one in therapist.licences if one.standing != COMPACT)), default=date.min)
    units: dict[str, date] = {}
    for licence in therapist.licences:
        ends = last_day(licence)
        if ends is not None:
            ends = min(ends, full) if licence.standing == COMPACT else ends
            units[licence.unit] = max(ends, units.get(licence.unit, ends))
    return {unit: ends for unit, ends in units.items() if ends > date.min}


def visible_from(therapist: Therapist) -> date:
    """The first day on which the listing may be shown: its publication, or the day of return if that is later."""
    if therapist.state != "published" or therapist.published_on is None:
        return date.max
    if therapist.availability == "paused":
        return max(therapist.back_on or date.max, therapist.published_on)
    return therapist.published_on


def visible_until(therapist: Therapist) -> date:
    """The last visible day: confirmed + 90 days or the last current licence, whichever is earlier."""
    units = jurisdictions(therapist)
    if therapist.state != "published" or therapist.confirmed_on is None or not units:
        return date.min
    return min(therapist.confirmed_on + timedelta(days=VISIBLE_DAYS), max(units.values()))


def rooms(therapist: Therapist) -> list[tuple[Place, str]]:
    """Where the therapist meets people, each place with the licence unit that counts there.

    None for who meets nobody in a room, and no place where they hold no licence of their own: what a compact between
    units allows is for meeting from afar.
    """
    if not set(_named(therapist, "formats", "has")) & set(IN_A_ROOM):
        return []
    own = {licence.unit for licence in therapist.licences if last_day(licence) and licence.standing != COMPACT}
    counted = ((place, {place.region, place.country} & own) for place in therapist.places)
    return [(place, unit) for place, units in counted for unit in units]


def _facets(therapist: Therapist, vocabulary: Vocabulary, units: dict[str, date]) -> dict[str, tuple[str, ...]]:
    found: dict[str, set[str]] = {}
    for term in therapist.terms:
        group = FACET_OF.get((term.group, term.role))
        if group:
            found.setdefault(group, set()).update(vocabulary.ancestors(term.group, term.slug))
    found["region"] = set(units)
    found["country"] = {unit[:2] for unit in units}
    found[OFFICE] = {unit for _, unit in rooms(therapist)}
    found["availability"] = {therapist.availability} - {"unknown"}
    if therapist.consult:
        found["consult"] = {therapist.consult.kind} | ({"free"} if therapist.consult.kind in FREE_CONSULTS else set())
    return {group: tuple(sorted(slugs)) for group, slugs in found.items() if slugs}


def _named(therapist: Therapist, group: str, *roles: str) -> tuple[str, ...]:
    return tuple(term.slug for term in therapist.terms if term.group == group and term.role in roles)


def _tags(therapist: Therapist, vocabulary: Vocabulary) -> str:
    """Every label and other name of the listing's public terms, as text to search in."""
    told = []
    for term in therapist.terms:
        known = vocabulary.get(term.group, term.slug)
        if known and (term.group, term.role) in FACET_OF and term.group not in {"faiths", "genders", "age_bands"}:
            told += [known.label, *known.aka, term.note]
    told += [f"{place.town} {place.postal_area}" for place in therapist.places]
    told += [training.name for training in therapist.trainings]
    return "\n".join(part for part in told if part)


def _first(told: int | None, otherwise: int) -> int:
    return otherwise if told is None else told


def listing_of(therapist: Therapist, vocabulary: Vocabulary) -> Listing:
    """The findable form of one listing. Licence numbers, accounts and addresses never enter it."""
    units, fee = jurisdictions(therapist), therapist.fee
    style = {name: getattr(therapist, f"style_{name}") for name in ("leads", "feelings", "past", "gentle")}
    return Listing(
        id=therapist.id,
        name=therapist.name,
        title=therapist.title,
        headline=therapist.headline,
        text="\n".join((therapist.bio_approach, therapist.bio_working, therapist.bio_first_session)),
        tags=_tags(therapist, vocabulary),
        facets=_facets(therapist, vocabulary, units),
        main_concerns=_named(therapist, "concerns", "main"),
        concerns=_named(therapist, "concerns", "main", "also"),
        approaches=_named(therapist, "approaches", "has"),
        jurisdictions=units,
        visible_from=visible_from(therapist),
        visible_until=visible_until(therapist),
        confirmed_on=therapist.confirmed_on or date.min,
        currency=fee.currency if fee else None,
        fee_low_minor=_first(fee.sliding_from_minor, fee.full_from_minor) if fee else None,
        fee_high_minor=_first(fee.full_to_minor, fee.full_from_minor) if fee else None,
        sliding_scale=bool(fee and fee.sliding_from_minor is not None),
        practice=therapist.practice,
        points=tuple(
            (room.latitude, room.longitude)
            for room, _ in rooms(therapist)
            if room.latitude is not None and room.longitude is not None
        ),
        style={name: value for name, value in style.items() if value is not None},
    )


def everyone(vocabulary: Vocabulary) -> Iterator[Listing]:
    """Every published listing, in batches of 100, for building an index anew."""
    last = ""
    while True:
        wanted = select(Therapist).where(Therapist.state == "published", Therapist.id > last)
        batch = db.session.scalars(wanted.order_by(Therapist.id).limit(BATCH).options(*WHOLE)).all()
        if not batch:
            return
        yield from (listing_of(therapist, vocabulary) for therapist in batch)
        last = batch[-1].id
        db.session.expunge_all()
