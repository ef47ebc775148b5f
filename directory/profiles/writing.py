"""Writing listings: one transaction writes the fields, the audit line and the change; the index follows."""

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import update

from directory import changes
from directory.db import db
from directory.errors import EditedMeanwhile
from directory.models import AuditLine, ConsultOffer, Fee, Therapist

SECTIONS: Mapping[str, tuple[str, ...]] = {
    "fee": (
        "currency",
        "full_from_minor",
        "full_to_minor",
        "sliding_from_minor",
        "session_minutes",
        "reduced_places",
        "note",
    ),
    "about": ("headline", "bio_approach", "bio_working", "bio_first_session"),
    "availability": ("availability", "availability_note", "back_on"),
}


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)


def _audit(therapist: Therapist, account_id: int | None, action: str, before: object, after: object) -> None:
    told = {"before": json.dumps(before, default=str), "after": json.dumps(after, default=str)}
    line = AuditLine(at=_now(), account_id=account_id, therapist_id=therapist.id, action=action, **told)
    db.session.add(line)


def _kept(therapist: Therapist, section: str) -> Fee | Therapist:
    """The row that keeps a section's fields."""
    if section != "fee":
        return therapist
    if therapist.fee is None:
        therapist.fee = Fee(currency="", full_from_minor=0)
    return therapist.fee


def _take_version(therapist: Therapist, section: str, version: int) -> None:
    """Count the section's version on, where it still is ``version``.

    The database compares, and holds the row until the commit: what was read before may be old by now. Raises
    EditedMeanwhile; ``therapist`` then knows the version that stands.
    """
    name = f"{section}_version"
    if getattr(therapist, name) == version:
        column = getattr(Therapist, name)
        still = update(Therapist).where(Therapist.id == therapist.id, column == version).values({name: version + 1})
        if db.session.execute(still.returning(Therapist.id)).first():
            return
    db.session.refresh(therapist, [name])
    raise EditedMeanwhile


def save(
    therapist: Therapist, section: str, values: Mapping[str, Any], *, version: int, account_id: int | None
) -> None:
    """Write one section of a listing and commit. Unknown fields are refused (KeyError); other fields stay as they are.

    ``version`` is the section's version that the form was opened with; raises EditedMeanwhile when another tab saved
    since.
    """
    if strange := set(values) - set(SECTIONS[section]):
        raise KeyError(", ".join(sorted(strange)))
    _take_version(therapist, section, version)
    row = _kept(therapist, section)
    before = {name: getattr(row, name) for name in values}
    for name, value in values.items():
        setattr(row, name, value)
    changed = {name: value for name, value in values.items() if before[name] != value}
    _audit(therapist, account_id, f"save {section}", {name: before[name] for name in changed}, changed)
    changes.record([therapist.id])
    db.session.commit()


def confirm(therapist: Therapist, today: date, *, account_id: int | None) -> None:
    """The therapist says that everything here is still right. Shows the listing again if only its age hid it."""
    before, therapist.confirmed_on = therapist.confirmed_on, today
    _audit(therapist, account_id, "confirm", {"confirmed_on": before}, {"confirmed_on": today})
    changes.record([therapist.id])
    db.session.commit()


def take_messages(therapist: Therapist, address: str, *, account_id: int | None) -> None:
    """From now on messages to the therapist are passed on to ``address``; empty: they take none.

    The audit line says that it was switched, not to which address.
    """
    if therapist.consult is None:
        therapist.consult = ConsultOffer(kind="none")  # as a page without an offer says already
    before, therapist.consult.relay_to = bool(therapist.consult.relay_to), address
    _audit(therapist, account_id, "take messages", {"taken": before}, {"taken": bool(address)})
    changes.record([therapist.id])
    db.session.commit()
