"""The database rooms on PostgreSQL: tables, saves, changes, and two therapists' tabs in two processes at once."""

import threading
from collections.abc import Iterator

import postgresql
import pytest
from flask import Flask
from planted import plant, therapist, today
from sqlalchemy import select
from sqlalchemy.exc import InternalError

from directory import changes, migrations, profiles
from directory.db import db, writing
from directory.errors import EditedMeanwhile
from directory.models import Account, AuditLine, ChangeCounter
from search_index.listing import Query
from tests.opening import open_database

HERE = Account(therapist_id="axxxxxxxxx")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The database rooms over one listing."""
    with postgresql.cluster() as address:
        bare = open_database(tmp_path_factory.mktemp("unused") / "unused", address)
        with bare.app_context():
            migrations.upgrade()
            plant(therapist("a", headline="Neither tab."))
        yield bare
        with bare.app_context():
            db.session.remove()
            db.engine.dispose()


def test_the_tables_of_the_models_are_made_and_can_be_searched(house, words):
    with house.app_context():
        migrations.check()
        asked = Query(today(), filters={"concern": ("shame",), "country": ("GB",)}, fee_max_minor=7000, currency="GBP")
        assert [hit.id for hit in profiles.plain_search(asked, words).hits] == ["axxxxxxxxx"]
        assert [listing.id for listing in profiles.everyone(words)] == ["axxxxxxxxx"]


def test_a_write_that_nobody_announced_is_refused(house):
    with house.app_context(), pytest.raises(InternalError, match="read-only"):
        changes.record(["axxxxxxxxx"])


def save(house: Flask, headline: str, told: dict[str, str], both_have_read: threading.Barrier) -> None:
    with house.app_context(), writing():
        person = profiles.own(HERE)
        version = person.about_version
        both_have_read.wait(10)
        try:
            profiles.save(person, "about", {"headline": headline}, version=version, account_id=None)
            told[headline] = "kept"
        except EditedMeanwhile:
            told[headline] = "refused"


def test_of_two_tabs_that_save_at_once_one_is_kept_and_the_other_is_told(house):
    told: dict[str, str] = {}
    barrier = threading.Barrier(2)
    tabs = [threading.Thread(target=save, args=(house, words, told, barrier)) for words in ("One tab.", "Another.")]
    for tab in tabs:
        tab.start()
    for tab in tabs:
        tab.join()
    assert sorted(told.values()) == ["kept", "refused"]
    with house.app_context():
        kept = profiles.own(HERE)
        assert told[kept.headline] == "kept" and kept.about_version == 2
        assert len(db.session.scalars(select(AuditLine)).all()) == 1
        assert changes.latest()[0] == db.session.scalar(select(ChangeCounter.number)) == 2
