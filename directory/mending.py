"""Comparing the index with the database, listing by listing, and putting right what differs.

Following the changes is follower.py's: it needs none of this unless files were damaged or rows written past profiles.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

from directory import changes, profiles
from directory.follower import Follower
from search_index.comparing import Comparison
from search_index.errors import IndexUnavailable
from search_index.listing import Change, Listing

TURNS, TURN_WAIT_S = 40, 0.25
# With more listings than this to put right, the index is built anew.
MOST_REPLACED = 1000


@dataclass(frozen=True, slots=True)
class Verified:
    """How many listings were missing in the index, different there, there for nothing, and right already.

    ``rebuilt`` says why nothing could be compared and the index had to be built anew. ``mended`` is false when it was
    only looked, or another process kept the index for itself.
    """

    added: int
    refreshed: int
    removed: int
    right: int
    mended: bool
    rebuilt: str = ""

    @property
    def sound(self) -> bool:
        """Was everything right already?"""
        return not (self.added or self.refreshed or self.removed or self.rebuilt)


def verify(follower: Follower, *, mend: bool = True, progress: Callable[[int], None] | None = None) -> Verified:
    """Compare everything that the index holds of every listing with the database; put right what differs.

    Without ``mend`` nothing is written. Changes that the index has yet to take are none of its faults. ``progress``
    hears how many listings are compared. Raises IndexUnavailable when it can't be mended.
    """
    if mend:
        level(follower)
    try:
        compared = _compare(follower, progress)
    except IndexUnavailable as problem:
        return _built_anew(follower, str(problem), mend)
    told = (len(compared.missing), len(compared.different), len(compared.surplus), compared.right)
    wrong = [*compared.missing, *compared.different, *compared.surplus]
    return Verified(*told, mended=not wrong or (mend and _put_right(follower, wrong)))


def level(follower: Follower) -> None:
    """Bring the index level with the database now, as the thread of a server does; a broken one is built anew."""
    follower.index.status()
    while follower.step():
        pass


def _compare(follower: Follower, progress: Callable[[int], None] | None) -> Comparison:
    with follower.app.app_context():
        cursor = follower.index.cursor()
        if cursor is None:
            raise IndexUnavailable(follower.index.status().problem or "The index can't be read.")
        if not changes.known(*cursor):
            raise IndexUnavailable("It was made from another database, or from an older copy of this one.")
    # The database is read in a transaction that begins after the index was opened: what it lacks is not newer there.
    with follower.app.app_context():
        compared = follower.index.compare(lambda: profiles.everyone(follower.vocabulary), progress)
        return compared.without({listing_id for _, _, listing_id in changes.since(cursor[0], changes.KEPT_CHANGES)})


def _built_anew(follower: Follower, problem: str, mend: bool) -> Verified:
    with follower.app.app_context():
        listings = profiles.count_published()
    return Verified(listings, 0, 0, 0, mended=mend and follower.rebuild(), rebuilt=problem)


def _put_right(follower: Follower, ids: list[str]) -> bool:
    """Write these listings as they are now, under the cursor that stands. False when the index stays taken."""
    if len(ids) > MOST_REPLACED:
        return follower.rebuild()
    for _ in range(TURNS):
        cursor = follower.index.cursor()
        if cursor is not None and follower.index.catch_up(_as_now(follower, ids, cursor), after=cursor):
            return True
        time.sleep(TURN_WAIT_S)
    return False


def _as_now(follower: Follower, ids: list[str], cursor: tuple[int, str]) -> list[Change]:
    with follower.app.app_context():
        listings: dict[str, Listing | None] = profiles.listings_for(ids, follower.vocabulary)
    return [Change(*cursor, listings[one], one) for one in ids]
