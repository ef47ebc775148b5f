"""How Alembic reaches this house's database: through the running app, with the writes allowed."""

from alembic import context
from sqlalchemy import create_engine

from directory import models  # noqa: F401
from directory.db import Base


def run() -> None:
    """Run the wanted migrations in one transaction, on the connection given or on the address in the settings."""
    given = context.config.attributes.get("connection")
    connection = (
        given if given is not None else create_engine(context.config.get_main_option("sqlalchemy.url")).connect()
    )
    context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=True, compare_type=True)
    with context.begin_transaction():
        context.run_migrations()


run()
