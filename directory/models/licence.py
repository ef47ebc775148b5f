"""Credentials as they are remembered: licences and register entries, and trainings that a steward may have seen."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from directory.db import Base


class Licence(Base):
    """A licence or register entry in one unit (US state, Canadian province, else country).

    ``state`` is unverified, in-review, verified or suspended; only verified counts, until ``expires_on`` (its last
    day), or without end where the unit's register has none. ``title`` is a slug of the credentials vocabulary.
    ``standing`` is independent, supervised or compact.
    """

    __tablename__ = "licences"

    id: Mapped[int] = mapped_column(primary_key=True)
    therapist_id: Mapped[str] = mapped_column(ForeignKey("therapists.id", ondelete="CASCADE"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    unit: Mapped[str] = mapped_column(String(6))
    title: Mapped[str] = mapped_column(String(60))
    body: Mapped[str] = mapped_column(String(120), default="")
    number: Mapped[str] = mapped_column(String(40), default="")
    standing: Mapped[str] = mapped_column(String(12), default="independent")
    state: Mapped[str] = mapped_column(String(12), default="unverified")
    method: Mapped[str] = mapped_column(String(20), default="")
    checked_on: Mapped[date | None]
    expires_on: Mapped[date | None]
    register_url: Mapped[str] = mapped_column(String(300), default="")

    __table_args__ = (
        CheckConstraint("state in ('unverified', 'in-review', 'verified', 'suspended')", name="licence_state_known"),
    )


class Training(Base):
    """A named training; ``seen_on`` is the day on which a steward saw the certificate."""

    __tablename__ = "trainings"

    id: Mapped[int] = mapped_column(primary_key=True)
    therapist_id: Mapped[str] = mapped_column(ForeignKey("therapists.id", ondelete="CASCADE"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    name: Mapped[str] = mapped_column(String(140))
    provider: Mapped[str] = mapped_column(String(120), default="")
    year: Mapped[int | None]
    approach: Mapped[str] = mapped_column(String(60), default="")
    seen_on: Mapped[date | None]
