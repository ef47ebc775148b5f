"""A therapist's listing as it is remembered: the person, their terms, fee, places and consult offer."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from directory.db import Base
from directory.models.licence import Licence, Training


class Therapist(Base):
    """One listing. ``id`` is ten random characters and never changes; all text is plain text.

    ``state`` is draft, published or withdrawn. ``confirmed_on`` is the last UTC day on which the therapist said that
    everything here is still right. The four ``style_`` columns run from 1 to 5 between two words (see
    seeds/questionnaire.toml).
    """

    __tablename__ = "therapists"

    id: Mapped[str] = mapped_column(String(10), primary_key=True)
    state: Mapped[str] = mapped_column(String(12), default="draft")
    name: Mapped[str] = mapped_column(String(120))
    pronouns: Mapped[str] = mapped_column(String(40), default="")
    title: Mapped[str] = mapped_column(String(80))
    practice: Mapped[str] = mapped_column(String(120), default="")
    headline: Mapped[str] = mapped_column(String(270), default="")
    bio_approach: Mapped[str] = mapped_column(String(2000), default="")
    bio_working: Mapped[str] = mapped_column(String(2000), default="")
    bio_first_session: Mapped[str] = mapped_column(String(2000), default="")
    country: Mapped[str] = mapped_column(String(2))
    practising_since: Mapped[int | None]
    availability: Mapped[str] = mapped_column(String(20), default="unknown")
    availability_note: Mapped[str] = mapped_column(String(120), default="")
    back_on: Mapped[date | None]
    published_on: Mapped[date | None]
    confirmed_on: Mapped[date | None]
    style_leads: Mapped[int | None]
    style_feelings: Mapped[int | None]
    style_past: Mapped[int | None]
    style_gentle: Mapped[int | None]
    fee_version: Mapped[int] = mapped_column(default=1)
    about_version: Mapped[int] = mapped_column(default=1)
    availability_version: Mapped[int] = mapped_column(default=1)

    terms: Mapped[list["TherapistTerm"]] = relationship(
        cascade="all, delete-orphan", lazy="raise", order_by="TherapistTerm.position"
    )
    fee: Mapped["Fee | None"] = relationship(cascade="all, delete-orphan", lazy="raise", uselist=False)
    places: Mapped[list["Place"]] = relationship(cascade="all, delete-orphan", lazy="raise", order_by="Place.position")
    consult: Mapped["ConsultOffer | None"] = relationship(cascade="all, delete-orphan", lazy="raise", uselist=False)
    licences: Mapped[list[Licence]] = relationship(
        cascade="all, delete-orphan", lazy="raise", order_by=Licence.position
    )
    trainings: Mapped[list[Training]] = relationship(
        cascade="all, delete-orphan", lazy="raise", order_by=Training.position
    )

    __table_args__ = (
        CheckConstraint("state in ('draft', 'published', 'withdrawn')", name="state_known"),
        Index("ix_therapists_state_confirmed", "state", "confirmed_on"),
    )


class TherapistTerm(Base):
    """One vocabulary term of one listing.

    ``group`` is a vocabulary group; ``role`` says how the term is meant: "main" or "also" for concerns, "serves" or
    "belongs" for communities, "session" or "greeting" for languages, "own" or "stance" for faith, "has" for everything
    else. ``note`` is the therapist's own sentence about it (evidence for a main concern, what they do about a cultural
    theme).
    """

    __tablename__ = "therapist_terms"

    therapist_id: Mapped[str] = mapped_column(ForeignKey("therapists.id", ondelete="CASCADE"), primary_key=True)
    group: Mapped[str] = mapped_column("term_group", String(24), primary_key=True)
    slug: Mapped[str] = mapped_column(String(60), primary_key=True)
    role: Mapped[str] = mapped_column(String(10), primary_key=True, default="has")
    position: Mapped[int] = mapped_column(default=0)
    note: Mapped[str] = mapped_column(String(200), default="")


class Fee(Base):
    """What a session costs, in minor currency units. ``sliding_from_minor`` is the lowest fee of the sliding scale."""

    __tablename__ = "fees"

    therapist_id: Mapped[str] = mapped_column(ForeignKey("therapists.id", ondelete="CASCADE"), primary_key=True)
    currency: Mapped[str] = mapped_column(String(3))
    full_from_minor: Mapped[int]
    full_to_minor: Mapped[int | None]
    sliding_from_minor: Mapped[int | None]
    session_minutes: Mapped[int] = mapped_column(default=50)
    reduced_places: Mapped[int | None]
    cancellation_hours: Mapped[int | None]
    note: Mapped[str] = mapped_column(String(160), default="")


class Place(Base):
    """Where the therapist meets people in person: town and outward postal area only, never a street."""

    __tablename__ = "places"

    id: Mapped[int] = mapped_column(primary_key=True)
    therapist_id: Mapped[str] = mapped_column(ForeignKey("therapists.id", ondelete="CASCADE"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    country: Mapped[str] = mapped_column(String(2))
    region: Mapped[str] = mapped_column(String(6), default="")
    town: Mapped[str] = mapped_column(String(80))
    postal_area: Mapped[str] = mapped_column(String(10), default="")
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    note: Mapped[str] = mapped_column(String(160), default="")


class ConsultOffer(Base):
    """The first conversation: length, price, channels (slugs of formats, joined by blanks), where to ask for it.

    ``relay_to`` is the address that messages from people looking are passed on to; empty: the therapist takes none. It
    is shown to nobody.
    """

    __tablename__ = "consult_offers"

    therapist_id: Mapped[str] = mapped_column(ForeignKey("therapists.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    minutes: Mapped[int | None]
    price_minor: Mapped[int] = mapped_column(default=0)
    channels: Mapped[str] = mapped_column(String(120), default="")
    booking_url: Mapped[str] = mapped_column(String(300), default="")
    reply_days: Mapped[int | None]
    note: Mapped[str] = mapped_column(String(160), default="")
    relay_to: Mapped[str] = mapped_column(String(254), default="", server_default="")
