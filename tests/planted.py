"""Invented listings for tests that need rows of their own: visible today unless a test says otherwise."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from directory import changes, profiles
from directory.db import db, writing
from directory.models import Account, Fee, Licence, Therapist, TherapistTerm


def today() -> date:
    return datetime.now(UTC).date()


def days_ago(days: int) -> date:
    return today() - timedelta(days=days)


def licence(unit: str = "GB", state: str = "verified", expires_on: date | None = None, **told: Any) -> Licence:
    """An entry in a voluntary register, without end unless a test says otherwise."""
    plain = {"title": "gb-bacp", "kind": "register", "number": "DEMO-1"}
    return Licence(unit=unit, state=state, expires_on=expires_on, **{**plain, **told})


def therapist(key: str = "a", **told: Any) -> Therapist:
    """A published listing, confirmed today, with one licence that has no end; ``told`` replaces any of it."""
    plain = {
        "id": key.ljust(10, "x"),
        "name": f"Invented {key.title()}",
        "title": "Counsellor",
        "country": "GB",
        "state": "published",
        "headline": "I listen.",
        "availability": "open-now",
        "published_on": days_ago(200),
        "confirmed_on": today(),
        "licences": [licence()],
        "terms": [TherapistTerm(group="concerns", slug="shame", role="main", note="Ten years of it.")],
        "fee": Fee(currency="GBP", full_from_minor=6500),
        "places": [],
        "trainings": [],
        "consult": None,
    }
    return Therapist(**{**plain, **told})


def plant(*people: Therapist) -> list[str]:
    """Keep these listings, with a change for each. Returns their ids."""
    with writing():
        db.session.add_all(people)
        db.session.flush()
        ids = [person.id for person in people]
        changes.record(ids)
        db.session.commit()
    return ids


def save(headline: str, listing_id: str = "axxxxxxxxx") -> None:
    """Save as the therapist does, through the one writer of listings."""
    with writing():
        person = profiles.own(Account(therapist_id=listing_id))
        profiles.save(person, "about", {"headline": headline}, version=person.about_version, account_id=None)


def withdraw(listing_id: str) -> None:
    """Take a listing back."""
    with writing():
        db.session.get_one(Therapist, listing_id).state = "withdrawn"
        changes.record([listing_id])
        db.session.commit()
