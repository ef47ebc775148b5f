"""The numbered changes that the index follows: take the next numbers, list what came since, name the latest."""

import secrets
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, func, select, update

from directory.db import db
from directory.models import Change, ChangeCounter

KEPT_DAYS = 40
KEPT_CHANGES = 100_000


def record(listing_ids: Sequence[str]) -> None:
    """Take the next numbers for these listings.

    The last thing before a commit, so that numbers become visible in order.
    """
    counter = update(ChangeCounter).where(ChangeCounter.id == 1)
    last = db.session.execute(
        counter.values(number=ChangeCounter.number + len(listing_ids)).returning(ChangeCounter.number)
    ).scalar_one()
    at = datetime.now(UTC).replace(tzinfo=None)
    first = last - len(listing_ids) + 1
    for number, listing_id in enumerate(listing_ids, first):
        db.session.add(Change(number=number, mark=secrets.token_hex(8), listing_id=listing_id, at=at))
    db.session.flush()


def latest() -> tuple[int, str]:
    """Number and mark of the last change; (0, "") in an empty house."""
    row = db.session.execute(select(Change.number, Change.mark).order_by(Change.number.desc()).limit(1)).first()
    return (row.number, row.mark) if row else (0, "")


def known(number: int, mark: str) -> bool:
    """Does this database hold the change that an index took last? If not, it is another database, or an older one."""
    if number == 0:
        oldest = db.session.execute(select(func.min(Change.number))).scalar()
        return oldest in (None, 1)
    return db.session.execute(select(Change.mark).where(Change.number == number)).scalar() == mark


def since(number: int, limit: int = 1000) -> list[tuple[int, str, str]]:
    """(number, mark, listing id) of the changes after ``number``, in order, at most ``limit``."""
    wanted = select(Change.number, Change.mark, Change.listing_id).where(Change.number > number)
    rows = db.session.execute(wanted.order_by(Change.number).limit(limit))
    return [(row.number, row.mark, row.listing_id) for row in rows]


def tidy() -> int:
    """Forget changes older than 40 days, or beyond the newest 100,000. Returns how many were forgotten."""
    last, _ = latest()
    before = datetime.now(UTC).replace(tzinfo=None) - timedelta(days=KEPT_DAYS)
    old = delete(Change).where(Change.number < last, (Change.at < before) | (Change.number <= last - KEPT_CHANGES))
    gone = len(db.session.scalars(old.returning(Change.number)).all())
    db.session.commit()
    return gone
