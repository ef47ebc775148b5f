"""Planting listings from seed files (see seeds/README.md), in batches of at most 100, never twice."""

import base64
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from babel.numbers import get_currency_precision
from sqlalchemy import select

from directory import changes
from directory.db import db
from directory.models import ConsultOffer, Fee, Licence, Place, Therapist, TherapistTerm, Training
from directory.profiles.findable import BATCH

Seed = Mapping[str, Any]
TERM_ROLES = {
    "populations": ("populations", "has"),
    "communities_served": ("communities", "serves"),
    "communities_belonging": ("communities", "belongs"),
    "languages": ("languages", "session"),
    "greetings": ("languages", "greeting"),
    "faith_own": ("faiths", "own"),
    "faith_stances": ("faith_stances", "has"),
    "affirming": ("affirming", "has"),
    "accessibility": ("accessibility", "has"),
    "formats": ("formats", "has"),
    "times": ("times", "has"),
    "frequencies": ("frequencies", "has"),
    "payments": ("payments", "has"),
    "insurers": ("insurers", "has"),
}
PLAIN = ("name", "pronouns", "title", "practice", "headline", "practising_since")
NOTED = {"concerns": "evidence", "approaches": "note", "themes": "how"}


def id_for(stem: str) -> str:
    """Ten characters that belong to a seed file for good, so that its address and portrait survive a new start."""
    return base64.b32encode(hashlib.sha256(stem.encode()).digest()).decode().lower()[:10]


def _minor(amount: float | None, currency: str) -> int | None:
    return None if amount is None else round(amount * 10 ** get_currency_precision(currency))


def _terms(seed: Seed) -> Iterator[TherapistTerm]:
    for group, note in NOTED.items():
        for item in seed.get(group, ()):
            role = ("main" if item.get("main") else "also") if group == "concerns" else "has"
            yield TherapistTerm(group=group, slug=item["slug"], role=role, note=item.get(note, ""))
    for key, (group, role) in TERM_ROLES.items():
        yield from (TherapistTerm(group=group, slug=slug, role=role) for slug in seed.get("terms", {}).get(key, ()))
    if "gender" in seed:
        yield TherapistTerm(group="genders", slug=seed["gender"])
    if "age_band" in seed:
        yield TherapistTerm(group="age_bands", slug=seed["age_band"])


def _fee(seed: Seed) -> Fee | None:
    told = seed.get("fee")
    if not told:
        return None
    currency = told["currency"]
    return Fee(
        currency=currency,
        full_from_minor=_minor(told["full"], currency),
        full_to_minor=_minor(told.get("full_to"), currency),
        sliding_from_minor=_minor(told.get("sliding_from"), currency),
        session_minutes=told.get("minutes", 50),
        reduced_places=told.get("reduced_places"),
        cancellation_hours=told.get("cancellation_hours"),
        note=told.get("note", ""),
    )


def _consult(stem: str, seed: Seed) -> ConsultOffer:
    """The first conversation; messages go to an invented address, for those who chose the relay."""
    told, currency = seed["consult"], seed.get("fee", {}).get("currency", "USD")
    return ConsultOffer(
        kind=told["kind"],
        minutes=told.get("minutes"),
        price_minor=_minor(told.get("price", 0), currency),
        channels=" ".join(told.get("channels", ())),
        booking_url=told.get("booking_url", ""),
        reply_days=told.get("reply_days"),
        note=told.get("note", ""),
        relay_to=f"{seed['email_name']}@{stem}.example" if told.get("relay") else "",
    )


def _licence(told: Seed, position: int, today: date, kinds: Mapping[str, str]) -> Licence:
    checked, expires = told.get("checked_days_ago"), told.get("expires_in_days")
    return Licence(
        position=position,
        unit=told["unit"],
        title=told["title"],
        kind=kinds.get(told["title"], "licensed"),
        body=told.get("body", ""),
        number=told["number"],
        standing=told.get("standing", "independent"),
        state=told["state"],
        method=told.get("method", ""),
        checked_on=None if checked is None else today - timedelta(days=checked),
        expires_on=None if expires is None else today + timedelta(days=expires),
    )


def _training(told: Seed, position: int, today: date) -> Training:
    seen = told.get("seen_days_ago")
    kept = {key: told[key] for key in ("name", "provider", "year", "approach") if key in told}
    return Training(position=position, seen_on=None if seen is None else today - timedelta(days=seen), **kept)


def therapist_from(stem: str, seed: Seed, today: date, kinds: Mapping[str, str]) -> Therapist:
    """A published listing from one seed file; every "days ago" counts back from ``today``.

    ``kinds`` says of each credential whether it is licensed, of a register or unregulated; an unknown one is licensed.
    """
    therapist = Therapist(id=id_for(stem), state="published", country=stem[:2].upper())
    for key in PLAIN:
        setattr(therapist, key, seed.get(key, None if key == "practising_since" else ""))
    for part in ("approach", "working", "first_session"):
        setattr(therapist, f"bio_{part}", " ".join(seed["bio"][part].split()))
    for theme, value in seed.get("style", {}).items():
        setattr(therapist, f"style_{theme}", value)
    offered = seed["availability"]
    therapist.availability, therapist.availability_note = offered["status"], offered.get("note", "")
    therapist.back_on = today + timedelta(days=offered["back_in_days"]) if "back_in_days" in offered else None
    therapist.confirmed_on = today - timedelta(days=offered["confirmed_days_ago"])
    therapist.published_on = therapist.confirmed_on - timedelta(days=200)
    therapist.terms = list(_terms(seed))
    for position, term in enumerate(therapist.terms):
        term.position = position
    therapist.fee, therapist.consult = _fee(seed), _consult(stem, seed)
    therapist.places = [Place(position=n, **told) for n, told in enumerate(seed.get("places", ()))]
    therapist.licences = [_licence(told, n, today, kinds) for n, told in enumerate(seed["licences"])]
    therapist.trainings = [_training(told, n, today) for n, told in enumerate(seed.get("trainings", ()))]
    return therapist


def plant(seeds: Sequence[tuple[str, Seed]], today: date, kinds: Mapping[str, str]) -> Iterator[int]:
    """Add every seed (file stem, content) that isn't there yet; yields how many are done after each batch."""
    there = set(db.session.scalars(select(Therapist.id)))
    for start in range(0, len(seeds), BATCH):
        batch = [(stem, seed) for stem, seed in seeds[start : start + BATCH] if id_for(stem) not in there]
        rows = [therapist_from(stem, seed, today, kinds) for stem, seed in batch]
        db.session.add_all(rows)
        if rows:
            db.session.flush()
            changes.record([row.id for row in rows])
        db.session.commit()
        yield min(start + BATCH, len(seeds))
