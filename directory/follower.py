"""The index follows the database: one thread per worker looks for new changes and brings the index up to date.

What the matching holds in memory follows too, so that nobody's matches wait for it.

No request waits for it. Whoever holds the index's one lock does the work for every worker of the machine
(docs/decisions/0001).
"""

import logging
import threading
from collections.abc import Callable, Sequence

from flask import Flask

from directory import changes, profiles
from directory.candidates import Candidates
from directory.vocabulary import Vocabulary
from search_index.engine import SearchIndex
from search_index.listing import Change

log = logging.getLogger("holdspace.follower")
LOOK_EVERY_S = 0.25


class Follower:
    """Follows the changes of ``app``'s database with ``index`` and ``candidates``."""

    def __init__(self, app: Flask, index: SearchIndex, vocabulary: Vocabulary, candidates: Candidates) -> None:
        self.app, self.index, self.vocabulary, self.candidates = app, index, vocabulary, candidates
        self._poked = threading.Event()
        self._started = threading.Lock()

    def step(self) -> int:
        """Bring the index up to date once.

        Returns how many changes it took (a rebuild counts as one); 0 when there was nothing.
        """
        with self.app.app_context():
            cursor = self.index.cursor()
            if cursor is None or not changes.known(*cursor):
                return int(self.rebuild())
            new = self._since(cursor[0])
            return len(new) if new and self.index.catch_up(new, after=cursor) else 0

    def rebuild(self, progress: Callable[[int], None] | None = None) -> bool:
        """Build the index anew beside the one that serves, and switch. False when another worker is at it."""
        with self.app.app_context():
            number, mark = changes.latest()
            everyone = profiles.everyone(self.vocabulary)
            return self.index.rebuild(everyone, number=number, mark=mark, since=self._since, progress=progress)

    def _since(self, number: int) -> Sequence[Change]:
        """The next batch of changes after ``number``, with the listings as they are now.

        In a context, so a transaction, of its own: the one in which a rebuild reads everybody sees nothing newer.
        """
        with self.app.app_context():
            new = changes.since(number)
            listings = profiles.listings_for(list({listing_id for _, _, listing_id in new}), self.vocabulary)
            return [Change(number, mark, listings[listing_id], listing_id) for number, mark, listing_id in new]

    def remember(self) -> None:
        """Bring what the matching holds in memory up to date."""
        with self.app.app_context():
            self.candidates.follow()

    def poke(self) -> None:
        """Say that something was saved, so that the follower looks at once."""
        self._poked.set()

    def start(self) -> None:
        """Begin to follow, once per process, after the fork."""
        if self._started.acquire(blocking=False):
            threading.Thread(target=self._follow, name="index-follower", daemon=True).start()

    def _follow(self) -> None:
        while True:
            self._poked.wait(LOOK_EVERY_S)
            self._poked.clear()
            try:
                while self.step():
                    pass
                self.remember()
            except Exception as error:
                log.warning("The index could not be brought up to date: %s", type(error).__name__)
                self._poked.wait(LOOK_EVERY_S * 4)
