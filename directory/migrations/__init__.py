"""The state of the database's tables: bring them to the newest migration, or say where they stand."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.exc import DBAPIError

from directory.db import db, writing
from directory.errors import DatabaseSilent, TablesUnfit

FOLDER = Path(__file__).parent


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    return config


def _known() -> tuple[str, ...]:
    """Every revision that this code knows, the newest first."""
    return tuple(step.revision for step in ScriptDirectory.from_config(_config()).walk_revisions())


def newest() -> str:
    """The revision that this code expects."""
    return _known()[0]


def current() -> str | None:
    """The revision that the database has; None when it is empty. Raises DatabaseSilent."""
    try:
        with db.engine.connect() as connection:
            return MigrationContext.configure(connection).get_current_revision()
    except DBAPIError as error:
        raise DatabaseSilent(f"The database does not answer: {error.orig}.") from error


def check() -> None:
    """Raises TablesUnfit unless the tables are those that this code expects, DatabaseSilent without a database."""
    stands = current()
    _refuse_unknown(stands)
    if stands != newest():
        told = f"The tables stand at {stands or 'nothing'}, this version needs {newest()}."
        raise TablesUnfit(f"{told} Run `holdspace upgrade`.")


def _refuse_unknown(revision: str | None) -> None:
    if revision is not None and revision not in _known():
        told = f"The tables stand at {revision}, which this version doesn't know: a newer version made them."
        raise TablesUnfit(f"{told} Run that version, or restore a backup from before it.")


def upgrade(revision: str = "head") -> None:
    """Bring the database to ``revision``. Raises TablesUnfit when a newer version made its tables, DatabaseSilent."""
    _refuse_unknown(current())
    _run(command.upgrade, revision)


def downgrade(revision: str) -> None:
    """Take the database back to ``revision`` ("base" for an empty one)."""
    _run(command.downgrade, revision)


def _run(step: object, revision: str) -> None:
    config = _config()
    with writing(), db.engine.begin() as connection:
        config.attributes["connection"] = connection
        step(config, revision)  # type: ignore[operator]
