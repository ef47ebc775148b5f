"""Every published listing in memory, for matching. Follows the numbered changes; keeps nothing about who is matched."""

import threading
from collections.abc import Collection

from flask import current_app

from directory import changes, profiles
from directory.vocabulary import Vocabulary
from search_index.listing import Listing


class Candidates:
    """The published listings of one database, brought up to date when they are asked for, and before."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._listings: dict[str, Listing] = {}
        self._cursor: tuple[int, str] | None = None
        self._lock = threading.Lock()

    def all(self) -> tuple[Listing, ...]:
        """Every published listing, hidden by time or not (the matching looks at the day)."""
        self.follow()
        return tuple(self._listings.values())

    def follow(self) -> None:
        """Take in what changed. Whoever comes while another does it goes on with what is here; only the first wait.

        Looks in a transaction of its own, under the lock: a request that began before the last change would take the
        newer state for a foreign one and go back behind it.
        """
        if changes.latest() == self._cursor or not self._lock.acquire(blocking=self._cursor is None):
            return
        try:
            with current_app.app_context():
                self._take(changes.latest())
        finally:
            self._lock.release()

    def _take(self, latest: tuple[int, str]) -> None:
        if latest == self._cursor:
            return
        if self._cursor is None or not changes.known(*self._cursor):
            self._listings = {listing.id: listing for listing in profiles.everyone(self._vocabulary)}
        else:
            while new := changes.since(self._cursor[0]):
                self._renew({listing_id for _, _, listing_id in new})
                self._cursor = new[-1][:2]
        self._cursor = latest

    def _renew(self, ids: Collection[str]) -> None:
        fresh = profiles.listings_for(sorted(ids), self._vocabulary)
        left = {one: listing for one, listing in self._listings.items() if one not in fresh}
        self._listings = left | {one: listing for one, listing in fresh.items() if listing}
