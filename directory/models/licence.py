"""Credentials as they are remembered: licences and register entries, and trainings that a steward may have seen."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from directory.db import Base

ENDS = "state <> 'verified' or kind <> 'licensed' or expires_on is not null"


class Licence(Base):
    """A licence or register entry in one unit (US state, Canadian province, else country).

    ``state`` is unverified, in-review, verified or suspended; only verified counts, until ``expires_on`` (its last
    day), or without end. ``title`` is a slug of the credentials vocabulary, and ``kind`` the kind that it had there
    when this was written: licensed, register or unregulated. A licence that a law asks for always ends, so a verified
    one without its last day is refused. ``standing`` is independent, supervised or compact.
    """

    __tablename__ = "licences"

    id: Mapped[int] = mapped_column(primary_key=True)
    therapist_id: Mapped[str] = mapped_column(ForeignKey("therapists.id", ondelete="CASCADE"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    unit: Mapped[str] = mapped_column(String(6))
    title: Mapped[str] = mapped_column(String(60))
    kind: Mapped[str] = mapped_column(String(12), default="licensed")
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
        CheckConstraint("kind in ('licensed', 'register', 'unregulated')", name="licence_kind_known"),
        CheckConstraint(ENDS, name="licence_ends"),
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
