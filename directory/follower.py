"""The index follows the database: one thread per worker looks for new changes and brings the index up to date.

No request waits for it. Whoever holds the index's one lock does the work for every worker of the machine
(docs/decisions/0001). Comparing the two listing by listing is mending.py's.
"""

import logging
import os
import threading
import time
from collections.abc import Callable, Sequence

from flask import Flask

from directory import changes, profiles
from directory.vocabulary import Vocabulary
from search_index.engine import SearchIndex
from search_index.errors import IndexUnavailable
from search_index.listing import Change

log = logging.getLogger("holdspace.follower")
LOOK_EVERY_S = 0.25
# After a failure the thread waits, twice as long after each further one, up to the most.
FIRST_WAIT_S, MOST_WAIT_S = 1.0, 8.0
ATTEND_EVERY_S = 60.0
# Any text will do that no word alone decides about.
FIRST_TEXT = "I am scared of what happens next."


class Follower:
    """Follows the changes of ``app``'s database with ``index``."""

    def __init__(self, app: Flask, index: SearchIndex, vocabulary: Vocabulary) -> None:
        self.app, self.index, self.vocabulary = app, index, vocabulary
        self._poked = threading.Event()
        self._threads: dict[int, threading.Thread] = {}
        self._stuck_at: tuple[int, str] | None = None
        self._attend_at = 0.0
        self._has_read = False

    def step(self) -> int:
        """Bring the index up to date once.

        Returns how many changes it took (a rebuild counts as one); 0 when there was nothing.
        """
        with self.app.app_context():
            cursor = self.index.cursor()
            if cursor is None or not changes.known(*cursor):
                return int(self.rebuild())
            new = self._batch(cursor[0])
        return self._take(new, cursor) if new else 0

    def _take(self, new: Sequence[Change], cursor: tuple[int, str]) -> int:
        """Take a batch in. An index that can't be written to twice at the same change is built anew."""
        try:
            taken = self.index.catch_up(new, after=cursor)
        except IndexUnavailable:
            if self._stuck_at == cursor:
                return int(self.rebuild())
            self._stuck_at = cursor
            raise
        return len(new) if taken else 0

    def rebuild(self, progress: Callable[[int], None] | None = None) -> bool:
        """Build the index anew beside the one that serves, and switch. False when another worker is at it.

        Raises IndexUnavailable when it can't be written, or when the database was put back to an older copy meanwhile.
        """
        with self.app.app_context():
            number, mark = changes.latest()
            everyone = profiles.everyone(self.vocabulary)
            later = self._later(number, mark)
            return self.index.rebuild(everyone, number=number, mark=mark, since=later, progress=progress)

    def _later(self, number: int, mark: str) -> Callable[[int], Sequence[Change]]:
        """The changes after (number, mark), batch by batch, each only where the database still holds the one before.

        In a context, so a transaction, of its own: the one in which a rebuild reads everybody sees nothing newer.
        """
        marks = {number: mark}

        def since(before: int) -> Sequence[Change]:
            with self.app.app_context():
                if not changes.known(before, marks[before]):
                    raise IndexUnavailable("The database was put back to an older copy while the index was built.")
                new = self._batch(before)
            marks.update({change.number: change.mark for change in new[-1:]})
            return new

        return since

    def _batch(self, number: int) -> Sequence[Change]:
        """The next batch of changes after ``number``, with the listings as they are now."""
        new = changes.since(number)
        listings = profiles.listings_for(list({listing_id for _, _, listing_id in new}), self.vocabulary)
        return [Change(number, mark, listings[listing_id], listing_id) for number, mark, listing_id in new]

    def remember(self) -> None:
        """Bring what searching and matching hold in memory up to date, and once, load what reading texts needs.

        Else the first visitor with a text would wait for it, half a second.
        """
        self.index.status()
        if not self._has_read and (house := self.app.extensions.get("holdspace")):
            self._has_read = True
            house.understand(FIRST_TEXT)
            if not house.meaning.hears_order:
                log.warning("Danger is heard by words alone, and less of it: holdspace doctor says why.")

    def poke(self) -> None:
        """Say that something was saved, so that the follower looks at once."""
        self._poked.set()

    def start(self) -> None:
        """Begin to follow, once per process. A process that was forked from a following one begins anew."""
        if os.getpid() in self._threads:
            return
        thread = threading.Thread(target=self._follow, name="index-follower", daemon=True)
        if self._threads.setdefault(os.getpid(), thread) is thread:
            self._poked = threading.Event()
            thread.start()

    def _follow(self) -> None:
        wait = FIRST_WAIT_S
        while True:
            self._poked.wait(LOOK_EVERY_S)
            self._poked.clear()
            try:
                self._look()
                wait = FIRST_WAIT_S
            except Exception as error:
                log.warning("The index could not be brought up to date: %s", type(error).__name__)
                time.sleep(wait)
                wait = min(2 * wait, MOST_WAIT_S)

    def _look(self) -> None:
        while self.step():
            pass
        self.remember()
        if time.monotonic() > self._attend_at:
            self._attend_at = time.monotonic() + ATTEND_EVERY_S
            self.index.attend()
