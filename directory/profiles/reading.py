"""Reading listings: the ones that may be shown today, one's own, and a plain search when there is no index."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, or_, select, true

from directory.db import db
from directory.errors import NotYours, ProfileNotFound
from directory.models import Account, ConsultOffer, Fee, Licence, Therapist, TherapistTerm
from directory.profiles.findable import COMPACT, FACET_OF, FREE_CONSULTS, VISIBLE_DAYS, WHOLE, listing_of
from directory.vocabulary import Vocabulary
from search_index.listing import SLIDING_SCALE, Hit, Listing, Page, Query

GROUPS_OF: dict[str, list[tuple[str, str]]] = {}
for _key, _facet in FACET_OF.items():
    GROUPS_OF.setdefault(_facet, []).append(_key)


def _current_licence(today: date) -> ColumnElement[bool]:
    return (
        (Licence.therapist_id == Therapist.id)
        & (Licence.state == "verified")
        & or_(Licence.expires_on.is_(None), Licence.expires_on >= today)
    )


def is_visible(today: date) -> list[ColumnElement[bool]]:
    """Who is visible (docs/decisions/0007) in the database's words; twin: ``findable.visible_until``."""
    return [
        Therapist.state == "published",
        Therapist.published_on <= today,
        Therapist.confirmed_on >= today - timedelta(days=VISIBLE_DAYS),
        or_(Therapist.availability != "paused", Therapist.back_on <= today),
        exists().where(_current_licence(today), Licence.standing != COMPACT),
    ]


def published(ids: Iterable[str], today: date) -> list[Therapist]:
    """The listings with these ids that may be shown today, in the order asked; the others are left out."""
    wanted = list(ids)
    rows = db.session.scalars(select(Therapist).where(Therapist.id.in_(wanted), *is_visible(today)).options(*WHOLE))
    by_id = {therapist.id: therapist for therapist in rows}
    return [by_id[one] for one in wanted if one in by_id]


def find(listing_id: str, today: date) -> Therapist:
    """One listing that may be shown today. Raises ProfileNotFound."""
    found = published([listing_id], today)
    if not found:
        raise ProfileNotFound(listing_id)
    return found[0]


def own(account: Account) -> Therapist:
    """The listing that this account keeps, whatever its state. Raises NotYours when it keeps none."""
    if account.therapist_id is None:
        raise NotYours
    therapist = db.session.scalar(select(Therapist).where(Therapist.id == account.therapist_id).options(*WHOLE))
    if therapist is None:
        raise NotYours
    return therapist


def count(today: date) -> int:
    """How many listings may be shown today."""
    return db.session.scalar(select(func.count()).select_from(Therapist).where(*is_visible(today))) or 0


def count_published() -> int:
    """How many listings are published, hidden by time or not."""
    return db.session.scalar(select(func.count()).where(Therapist.state == "published")) or 0


def any_at_all() -> bool:
    """Does the database hold any listing, in whatever state?"""
    return db.session.scalar(select(Therapist.id).limit(1)) is not None


def recent(today: date) -> list[tuple[str, str, date]]:
    """(id, name, last saved or confirmed) of every listing that may be shown today, for the sitemap."""
    shown = select(Therapist.id, Therapist.name, Therapist.confirmed_on).where(*is_visible(today))
    return [(row.id, row.name, row.confirmed_on) for row in db.session.execute(shown.order_by(Therapist.id))]


def listings_for(ids: Sequence[str], vocabulary: Vocabulary) -> dict[str, Listing | None]:
    """The findable form of each id; None for one that is gone or not published, so that an index forgets it."""
    rows = db.session.scalars(select(Therapist).where(Therapist.id.in_(ids)).options(*WHOLE))
    found = {row.id: listing_of(row, vocabulary) for row in rows if row.state == "published"}
    return {one: found.get(one) for one in ids}


def _has_term(facet: str, slugs: Iterable[str], vocabulary: Vocabulary) -> ColumnElement[bool]:
    group, _ = GROUPS_OF[facet][0]
    roles = [role for _, role in GROUPS_OF[facet]]
    wider = set().union(*(vocabulary.descendants(group, slug) for slug in slugs))
    here = (TherapistTerm.therapist_id == Therapist.id) & (TherapistTerm.group == group)
    return exists().where(here & TherapistTerm.role.in_(roles) & TherapistTerm.slug.in_(wider))


def _in_place(values: Iterable[str], today: date) -> ColumnElement[bool]:
    here = or_(*(Licence.unit.startswith(value, autoescape=True) for value in values))
    return exists().where(_current_licence(today) & here)


def _consult(values: Collection[str]) -> ColumnElement[bool]:
    kinds = set(values) | (FREE_CONSULTS if "free" in values else frozenset())
    return exists().where((ConsultOffer.therapist_id == Therapist.id) & ConsultOffer.kind.in_(kinds))


def _fee(query: Query) -> Iterator[ColumnElement[bool]]:
    own = Fee.therapist_id == Therapist.id
    if SLIDING_SCALE in query.musts():
        yield exists().where(own & Fee.sliding_from_minor.is_not(None))
    if query.fee_max_minor is not None:
        lowest = func.coalesce(Fee.sliding_from_minor, Fee.full_from_minor)
        comparable = Fee.currency == query.currency if query.currency else true()
        yield exists().where(own & comparable & (lowest <= query.fee_max_minor))


def _musts(query: Query, vocabulary: Vocabulary) -> Iterator[ColumnElement[bool]]:
    """Every filter that applies as a must, as in the index: whoever hasn't said is left out. No distance is known."""
    if query.within_km is not None and query.here:
        yield _in_place(query.here, query.today)
    for facet, values in query.musts().items():
        if facet in GROUPS_OF:
            yield _has_term(facet, values, vocabulary)
        elif facet in {"country", "region"}:
            yield _in_place(values, query.today)
        elif facet == "availability":
            yield Therapist.availability.in_(set(values) - {"unknown"})
        elif facet == "consult":
            yield _consult(values)
    yield from _fee(query)


def _plain_words(query: Query, vocabulary: Vocabulary) -> Iterator[ColumnElement[bool]]:
    for concern, _ in query.concepts[:1]:
        yield _has_term("concern", [concern], vocabulary)
    for word in query.words.split()[:6] if query.required and not query.concepts else []:
        named = (Therapist.name, Therapist.headline, Therapist.bio_approach, Therapist.bio_working)
        yield or_(*(column.icontains(word, autoescape=True) for column in named))
    for word in query.name:
        yield Therapist.name.icontains(word, autoescape=True)


def plain_search(query: Query, vocabulary: Vocabulary) -> Page:
    """One page of the people found, without counts, from the database alone: for the minutes without an index.

    Words must stand in the text as typed, the first concept must be named, and nothing is ranked but by what was
    confirmed last.
    """
    wanted: Select[Any] = select(Therapist.id).where(
        *is_visible(query.today), *_musts(query, vocabulary), *_plain_words(query, vocabulary)
    )
    total = db.session.scalar(select(func.count()).select_from(wanted.subquery())) or 0
    ordered = wanted.order_by(Therapist.confirmed_on.desc(), Therapist.id)
    shown = db.session.scalars(ordered.offset((query.page - 1) * query.per_page).limit(query.per_page))
    hits = tuple(Hit(one, 0.0) for one in shown)
    return Page(total=total, hits=hits, facets={}, unknown={}, set_aside=query.set_aside())
