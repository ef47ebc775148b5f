"""What the index follows: numbered changes with a random mark each, and the counter that hands the numbers out."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from directory.db import Base


class Change(Base):
    """Listing ``listing_id`` was written in change ``number``; ``mark`` tells this database's change from another's."""

    __tablename__ = "changes"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    mark: Mapped[str] = mapped_column(String(16))
    listing_id: Mapped[str] = mapped_column(String(10))
    at: Mapped[datetime]


class ChangeCounter(Base):
    """One row: the last number handed out. Locked by whoever takes the next, so numbers become visible in order."""

    __tablename__ = "change_counter"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(default=0)
