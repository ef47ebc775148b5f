"""The only reader and writer of listings: what is saved, what becomes findable, and on which days."""

import dataclasses
import sqlite3
from datetime import date, timedelta

import pytest
from planted import days_ago, licence, plant, therapist, today
from sqlalchemy import Boolean, Date, DateTime, Float, Integer, String, event, select, update

from directory import changes, profiles
from directory.db import Base, db, writing
from directory.errors import EditedMeanwhile, NotYours, ProfileNotFound
from directory.models import Account, AuditLine, ConsultOffer, Fee, Place, Therapist, TherapistTerm, Training
from directory.profiles.writing import SECTIONS
from search_index.listing import Listing

NEW = {
    "fee": {"currency": "GBP", "full_from_minor": 7000, "sliding_from_minor": 4000, "note": "Ask me."},
    "about": {"headline": "I listen closely.", "bio_working": "We talk and we walk."},
    "availability": {"availability": "paused", "availability_note": "Back soon.", "back_on": date(2031, 5, 1)},
}


def one(listing_id: str = "axxxxxxxxx") -> Therapist:
    return profiles.own(Account(therapist_id=listing_id))


def save(section: str = "about", *, version: int = 1, **values) -> None:
    with writing():
        profiles.save(one(), section, values or NEW[section], version=version, account_id=7)


def everything(file) -> list[str]:
    """The whole database as text."""
    db.session.remove()
    with sqlite3.connect(file) as database:
        return list(database.iterdump())


# Saving


@pytest.mark.parametrize("section", SECTIONS)
def test_a_save_writes_the_fields_an_audit_line_and_a_change(database, section):
    plant(therapist("a"))
    save(section)
    person = one()
    kept = person.fee if section == "fee" else person
    assert {name: getattr(kept, name) for name in NEW[section]} == NEW[section]
    line = db.session.scalars(select(AuditLine)).one()
    assert (line.action, line.therapist_id, line.account_id) == (f"save {section}", person.id, 7)
    assert [(number, listing) for number, _, listing in changes.since(1)] == [(2, person.id)]


def test_the_audit_line_holds_only_what_changed_with_its_old_value(database):
    plant(therapist("a"))
    save("about", headline="I listen.", bio_working="We draw.")
    line = db.session.scalars(select(AuditLine)).one()
    assert (line.before, line.after) == ('{"bio_working": ""}', '{"bio_working": "We draw."}')


def test_a_first_fee_can_be_saved_by_someone_who_had_none(database):
    plant(therapist("a", fee=None))
    save("fee")
    assert one().fee.full_from_minor == 7000


def test_a_field_of_another_section_is_refused_and_nothing_is_written(database, tmp_path):
    plant(therapist("a"))
    before = everything(tmp_path / "rooms.sqlite3")
    for strange in ("state", "name", "confirmed_on", "availability", "fee_version", "id"):
        with pytest.raises(KeyError, match=strange):
            save("about", headline="I listen.", **{strange: "published"})
    assert everything(tmp_path / "rooms.sqlite3") == before


def test_a_form_opened_before_another_tab_saved_is_refused_and_the_first_save_stays(database, tmp_path):
    plant(therapist("a"))
    save("about", headline="The first tab.", version=1)
    after_first = everything(tmp_path / "rooms.sqlite3")
    with pytest.raises(EditedMeanwhile):
        save("about", headline="The second tab.", version=1)
    assert everything(tmp_path / "rooms.sqlite3") == after_first
    save("about", headline="The second tab, read again.", version=2)
    assert one().headline == "The second tab, read again."


def test_a_save_that_another_process_made_after_the_listing_was_read_is_not_overwritten(database):
    plant(therapist("a"))
    with writing():
        person = one()
        newer = {"about_version": 2, "headline": "The first process."}
        db.session.execute(update(Therapist).values(newer), execution_options={"synchronize_session": False})
        with pytest.raises(EditedMeanwhile):
            profiles.save(person, "about", {"headline": "The second."}, version=1, account_id=7)
        assert person.about_version == 2, "so that the form can be sent again"
        db.session.commit()
    assert one().headline == "The first process."


def test_tabs_of_two_sections_do_not_disturb_each_other(database):
    plant(therapist("a"))
    save("about", version=1)
    save("availability", version=1)
    assert (one().about_version, one().availability_version, one().fee_version) == (2, 2, 1)


def broken_off(act, statement: int) -> bool:
    """Do ``act`` but break at its n-th statement to the database. Was it broken off?"""
    left = iter(range(statement))

    def stop(*_told) -> None:
        if next(left, None) is None:
            raise KeyboardInterrupt

    event.listen(db.engine, "before_cursor_execute", stop)
    try:
        act()
        return False
    except KeyboardInterrupt:
        return True
    finally:
        event.remove(db.engine, "before_cursor_execute", stop)


def confirm() -> None:
    with writing():
        profiles.confirm(one(), today(), account_id=7)


WRITES = {"save": lambda: save("fee"), "confirm": confirm}
TABLES_OF_A_WRITE = 3  # the row, the audit line and the change


@pytest.mark.parametrize("act", WRITES)
def test_a_write_that_stops_at_any_statement_leaves_everything_as_it_was(database, tmp_path, act):
    plant(therapist("a", confirmed_on=days_ago(30)))
    file = tmp_path / "rooms.sqlite3"
    before, statement = everything(file), 0
    while broken_off(WRITES[act], statement):
        assert everything(file) == before, f"half a write stayed after statement {statement}"
        statement += 1
    assert statement > TABLES_OF_A_WRITE
    assert everything(file) != before


def test_a_write_that_fails_at_the_commit_leaves_everything_as_it_was(database, tmp_path, monkeypatch):
    plant(therapist("a"))
    before = everything(tmp_path / "rooms.sqlite3")
    with monkeypatch.context() as patched:
        patched.setattr(db.session, "commit", lambda: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            save()
    assert everything(tmp_path / "rooms.sqlite3") == before


def test_confirming_counts_from_today_and_leaves_a_trace(database):
    plant(therapist("a", confirmed_on=days_ago(91)))
    assert profiles.published(["axxxxxxxxx"], today()) == []
    confirm()
    assert [person.id for person in profiles.published(["axxxxxxxxx"], today())] == ["axxxxxxxxx"]
    assert db.session.scalars(select(AuditLine.action)).one() == "confirm"
    assert changes.latest()[0] == 2


# Whose listing


def test_ones_own_listing_is_found_in_whatever_state_and_another_is_not(database):
    plant(therapist("a", state="draft"), therapist("b"))
    assert one().state == "draft"
    for keeper in (Account(therapist_id=None), Account(therapist_id="nobodyxxxx")):
        with pytest.raises(NotYours):
            profiles.own(keeper)


def test_a_listing_that_may_not_be_shown_is_not_found(database):
    plant(therapist("a"), therapist("b", state="withdrawn"))
    assert profiles.find("axxxxxxxxx", today()).name == "Invented A"
    for hidden in ("bxxxxxxxxx", "nobodyxxxx"):
        with pytest.raises(ProfileNotFound):
            profiles.find(hidden, today())


def test_published_keeps_the_order_asked_for(database):
    plant(*(therapist(key) for key in "abc"))
    ids = ["cxxxxxxxxx", "axxxxxxxxx", "nobodyxxxx", "bxxxxxxxxx"]
    assert [person.id for person in profiles.published(ids, today())] == ["cxxxxxxxxx", "axxxxxxxxx", "bxxxxxxxxx"]


def test_the_index_forgets_a_listing_that_is_no_longer_published(database, words):
    plant(therapist("a"), therapist("b", state="withdrawn"), therapist("c", state="draft"))
    found = profiles.listings_for(["axxxxxxxxx", "bxxxxxxxxx", "cxxxxxxxxx", "nobodyxxxx"], words)
    assert [one for one, listing in found.items() if listing] == ["axxxxxxxxx"]
    assert len(found) == 4


def test_everyone_goes_through_every_batch_once(database, words):
    plant(*(therapist(f"p{number:03}") for number in range(230)), therapist("draft", state="draft"))
    ids = [listing.id for listing in profiles.everyone(words)]
    assert len(ids) == len(set(ids)) == 230


# What becomes findable

MAY_APPEAR = {
    "therapists": "id name title headline bio_approach bio_working bio_first_session practice availability "
    "published_on confirmed_on style_leads style_feelings style_past style_gentle",
    "therapist_terms": "note",
    "fees": "currency full_to_minor sliding_from_minor",
    "places": "town postal_area latitude longitude",
    "trainings": "name",
    "licences": "unit expires_on",
    "consult_offers": "kind",
}
FINDABLE = {f"{table}.{column}" for table, columns in MAY_APPEAR.items() for column in columns.split()}
SET_BY_RULES = {"therapists.state": "published", "licences.state": "verified"}
OF_THE_VOCABULARY = {
    "therapist_terms.term_group": "approaches",
    "therapist_terms.slug": "emdr",
    "therapist_terms.role": "has",
}


def canaries() -> dict[str, object]:
    """A value for every column of every table that can be told from all others, wherever it turns up."""
    made: dict[str, object] = {}
    columns = [column for table in Base.metadata.sorted_tables for column in table.columns]
    for number, column in enumerate(columns):
        match column.type:
            case String():
                made[str(column)] = f"canary{number:03}"
            case Date() | DateTime():
                made[str(column)] = date(2300, 1, 1) + timedelta(days=number)
            case Float():
                made[str(column)] = 0.731 + number
            case Integer():
                made[str(column)] = 73_000 + number
            case Boolean():
                continue  # a yes looks like any other yes
            case strange:
                raise TypeError(f"what would tell a {strange} apart?")
    return made | SET_BY_RULES | OF_THE_VOCABULARY


def filled(model: type, values: dict[str, object]):
    """One row of a model with the canary of each of its columns."""
    mapper = model.__mapper__
    named = {mapper.get_property_by_column(column).key: values[str(column)] for column in mapper.columns}
    return model(**named)


def findable(words, **told) -> Listing:
    """The findable form of a listing that was kept and read again."""
    plant(therapist("a", **told))
    return profiles.listing_of(one(), words)


def told(listing: object) -> str:
    """Everything that a listing holds, as text."""
    return repr(dataclasses.asdict(listing))


def test_only_what_is_named_here_ever_becomes_findable(database, words):
    values = canaries()
    person = filled(Therapist, values)
    person.terms, person.licences = [filled(TherapistTerm, values)], [licence()]
    person.licences = [filled(type(person.licences[0]), values)]
    person.fee, person.consult = filled(Fee, values), filled(ConsultOffer, values)
    person.places, person.trainings = [filled(Place, values)], [filled(Training, values)]
    person.terms.append(TherapistTerm(group="formats", slug="in-person", role="has"))
    person.places[0].region = person.licences[0].unit
    seen = told(profiles.listing_of(person, words))
    watched = {name: value for name, value in values.items() if name not in SET_BY_RULES | OF_THE_VOCABULARY}
    found = {name for name, value in watched.items() if repr(value) in seen or str(value) in seen}
    assert found == FINDABLE, (sorted(found - FINDABLE), sorted(FINDABLE - found))


def test_without_a_sliding_scale_the_full_fee_becomes_findable(database, words):
    listing = findable(words, fee=Fee(currency="GBP", full_from_minor=6500))
    assert (listing.fee_low_minor, listing.fee_high_minor, listing.sliding_scale) == (6500, 6500, False)


def test_a_sliding_scale_that_begins_at_nothing_is_findable_at_nothing(database, words):
    listing = findable(words, fee=Fee(currency="GBP", full_from_minor=6500, sliding_from_minor=0))
    assert (listing.fee_low_minor, listing.fee_high_minor, listing.sliding_scale) == (0, 6500, True)


def test_a_term_that_the_house_no_longer_knows_is_left_out_of_the_facets(database, words):
    terms = [TherapistTerm(group="concerns", slug=slug, role="also") for slug in ("shame", "gone-from-the-house")]
    listing = findable(words, terms=terms)
    assert "gone-from-the-house" not in listing.facets["concern"]


def test_faith_gender_and_age_can_be_filtered_by_but_never_typed_into_the_box(database, words):
    own = TherapistTerm(group="faiths", slug="hindu", role="own")
    terms = [own, TherapistTerm(group="genders", slug="woman", role="has")]
    listing = findable(words, terms=terms)
    assert listing.facets["faith"] == ("hindu",) and listing.facets["gender"] == ("woman",)
    assert listing.tags == ""
