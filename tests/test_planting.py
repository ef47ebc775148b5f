"""Listings from seed files: days counted back from today, and nobody planted twice."""

from datetime import date

from planted import today
from sqlalchemy import select

from directory import changes, profiles
from directory.db import db, writing
from directory.models import Therapist
from directory.profiles.planting import id_for, therapist_from


def seed() -> dict:
    licence = {"unit": "GB", "title": "gb-bacp", "number": "DEMO-1", "state": "verified", "expires_in_days": 30}
    return {
        "name": "Amina Example",
        "title": "Counsellor",
        "headline": "I listen.",
        "bio": {"approach": "a", "working": "b", "first_session": "c"},
        "concerns": [{"slug": "shame", "main": True, "evidence": "Ten years."}],
        "fee": {"currency": "GBP", "full": 65, "sliding_from": 40.5},
        "consult": {"kind": "free-15", "minutes": 15},
        "availability": {"status": "open-now", "confirmed_days_ago": 6},
        "licences": [licence],
    }


KINDS = {"gb-bacp": "register", "us-lpc": "licensed"}


def planted_from(*stems: str) -> int:
    with writing():
        return list(profiles.plant([(stem, seed()) for stem in stems], today(), KINDS))[-1]


def test_a_seed_becomes_a_listing_with_its_days_counted_back_from_today():
    person = therapist_from("gb-amina-example", seed(), date(2026, 3, 31), KINDS)
    assert (person.id, person.country, person.state) == (id_for("gb-amina-example"), "GB", "published")
    assert person.confirmed_on == date(2026, 3, 25) and person.licences[0].expires_on == date(2026, 4, 30)
    assert (person.fee.full_from_minor, person.fee.sliding_from_minor) == (6500, 4050)


def test_a_licence_keeps_the_kind_that_its_title_has_in_the_vocabulary():
    told = seed()
    told["licences"].append({**told["licences"][0], "unit": "US-NY", "title": "us-lpc"})
    person = therapist_from("gb-amina-example", told, date(2026, 3, 31), KINDS)
    assert [one.kind for one in person.licences] == ["register", "licensed"]


def test_planting_again_adds_only_what_is_new(database):
    assert planted_from("gb-a", "gb-b") == 2
    assert planted_from("gb-a", "gb-b", "gb-c") == 3
    assert sorted(db.session.scalars(select(Therapist.id))) == sorted(id_for(stem) for stem in ("gb-a", "gb-b", "gb-c"))
    assert changes.latest()[0] == 3


def test_an_id_is_ten_letters_that_never_change_for_a_seed_file():
    assert id_for("gb-meera-vanterpool") == id_for("gb-meera-vanterpool") != id_for("gb-meera-vanterpoole")
    assert len(id_for("x")) == 10 and id_for("x").isalnum()
