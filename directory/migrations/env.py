"""How Alembic reaches this house's database: through the running app, with the writes allowed."""

from alembic import context

from directory import models  # noqa: F401
from directory.db import Base


def run() -> None:
    """Run the wanted migrations in one transaction, on the connection that ``migrations`` hands over."""
    connection = context.config.attributes["connection"]
    context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=True, compare_type=True)
    with context.begin_transaction():
        context.run_migrations()


run()
