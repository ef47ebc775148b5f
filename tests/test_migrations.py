"""The tables: migrations and models agree, every step goes up and down, and a step that fails leaves nothing behind."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from planted import plant, therapist
from sqlalchemy import event, inspect, select, text

from directory import changes, migrations
from directory.db import Base, db, writing
from directory.errors import TablesUnfit
from directory.models import Therapist
from tests.opening import open_database

REVISIONS = [step.revision for step in ScriptDirectory(str(migrations.FOLDER)).walk_revisions()][::-1]


@pytest.fixture
def nothing(tmp_path):
    """The database rooms over a file without a table."""
    bare = open_database(tmp_path / "nothing.sqlite3")
    with bare.app_context():
        yield bare
        db.session.remove()
        db.engine.dispose()


def differences() -> list:
    """How the tables differ from the models."""
    with db.engine.connect() as connection:
        return compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), Base.metadata)


def schema() -> list[str]:
    """Every table and index as the database itself would write them down."""
    made = "select sql from sqlite_master where sql is not null and name not like 'alembic%' order by name"
    with db.engine.connect() as connection:
        return list(connection.execute(text(made)).scalars())


def pretend(revision: str) -> None:
    with writing():
        db.session.execute(text("update alembic_version set version_num = :revision"), {"revision": revision})
        db.session.commit()


def test_migrations_make_exactly_the_tables_of_the_models(nothing):
    migrations.upgrade()
    assert differences() == []


def test_an_empty_file_has_no_revision_and_an_upgraded_one_the_newest(nothing):
    assert migrations.current() is None
    migrations.upgrade()
    assert migrations.current() == migrations.newest() == REVISIONS[-1]


@pytest.mark.parametrize("revision", REVISIONS)
def test_each_step_down_leads_back_to_the_tables_before_it(nothing, revision):
    before = ["base", *REVISIONS][REVISIONS.index(revision)]
    if before != "base":
        migrations.upgrade(before)
    tables = schema()
    migrations.upgrade(revision)
    assert schema() != tables
    migrations.downgrade(before)
    assert schema() == tables
    migrations.upgrade(revision)
    assert migrations.current() == revision


def test_the_way_down_to_nothing_leaves_no_table(database):
    migrations.downgrade("base")
    assert inspect(db.engine).get_table_names() == ["alembic_version"]
    assert migrations.current() is None


def test_upgrading_again_keeps_every_row_and_the_numbering(database):
    plant(therapist("a"), therapist("b"))
    before = changes.latest()
    migrations.upgrade()
    assert sorted(db.session.scalars(select(Therapist.name))) == ["Invented A", "Invented B"]
    assert changes.latest() == before


def stop_at(statement: int):
    """Let so many statements through, then break."""
    left = iter(range(statement))

    def listen(*_told) -> None:
        if next(left, None) is None:
            raise KeyboardInterrupt

    return listen


def upgraded_until(statement: int) -> bool:
    """Upgrade, broken off at a statement. Did it get through?"""
    told = (db.engine, "before_cursor_execute", stop_at(statement))
    event.listen(*told)
    try:
        migrations.upgrade()
        return True
    except KeyboardInterrupt:
        return False
    finally:
        event.remove(*told)


def test_an_upgrade_that_stops_at_any_statement_leaves_no_table_and_can_be_run_again(nothing):
    statement = 0
    while not upgraded_until(statement):
        assert schema() == [], f"half a migration stayed after statement {statement}"
        statement += 1
    assert statement > len(Base.metadata.tables)
    assert differences() == []


def test_tables_of_an_unknown_revision_are_said_so_in_plain_words(database):
    pretend("9999")
    assert migrations.current() == "9999"
    with pytest.raises(TablesUnfit, match="9999.*newer version"):
        migrations.upgrade()
    assert migrations.current() == "9999"


def test_the_check_before_serving_accepts_only_the_newest_tables(database):
    migrations.check()
    pretend("9999")
    with pytest.raises(TablesUnfit, match="9999"):
        migrations.check()
    pretend(REVISIONS[-1])
    migrations.downgrade("base")
    with pytest.raises(TablesUnfit, match="holdspace upgrade"):
        migrations.check()
