"""The state of the database's tables: bring them to the newest migration, or say where they stand."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from directory.db import db, writing

FOLDER = Path(__file__).parent


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    return config


def newest() -> str | None:
    """The revision that this code expects."""
    return ScriptDirectory.from_config(_config()).get_current_head()


def current() -> str | None:
    """The revision that the database has; None when it is empty."""
    with db.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def upgrade(revision: str = "head") -> None:
    """Bring the database to ``revision``."""
    _run(command.upgrade, revision)


def downgrade(revision: str) -> None:
    """Take the database back to ``revision`` ("base" for an empty one)."""
    _run(command.downgrade, revision)


def _run(step: object, revision: str) -> None:
    config = _config()
    with writing(), db.engine.begin() as connection:
        config.attributes["connection"] = connection
        step(config, revision)  # type: ignore[operator]
