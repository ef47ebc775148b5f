"""Counting turns under signs, in this process. Whose signs they are, and what is allowed, is said elsewhere."""

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import Protocol

MOST_SIGNS = 100_000  # under one limit in one worker, about 22 MB; beyond, those that asked least lately are let go


@dataclass(frozen=True, slots=True)
class Limit:
    """At most so many turns in any so many seconds."""

    most: int
    seconds: int


class Counter(Protocol):
    """Somebody who counts turns, and knows the salt of the day."""

    def turn(self, sign: str, limit: Limit, *, take: bool) -> float:
        """0 when there is a turn, which ``take`` takes; else for how many seconds there is none."""

    def give_back(self, sign: str, limit: Limit) -> None:
        """Give back the turn that was taken last under a sign, if there is one."""

    def salt(self, day: str) -> bytes:
        """What the signs of this day are made with."""


class InMemory:
    """A Counter by a clock that nobody puts right. Safe for threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._lock = clock, Lock()
        self._taken: dict[Limit, dict[str, list[float]]] = {}
        self._salt = ("", b"")

    def turn(self, sign: str, limit: Limit, *, take: bool) -> float:
        """See Counter."""
        with self._lock:
            now, signs = self._clock(), self._taken.setdefault(limit, {})
            turns = [turn for turn in signs.get(sign, ()) if turn > now - limit.seconds]
            if len(turns) >= limit.most:
                return turns[0] + limit.seconds - now
            if take:
                signs.pop(sign, None)
                signs[sign] = [*turns, now]
                _tidy(signs, now - limit.seconds)
            return 0.0

    def give_back(self, sign: str, limit: Limit) -> None:
        """See Counter."""
        with self._lock:
            signs = self._taken.get(limit, {})
            turns = signs.pop(sign, [])[:-1]
            if turns:
                signs[sign] = turns

    def salt(self, day: str) -> bytes:
        """See Counter. With a new day the old salt is gone."""
        with self._lock:
            if self._salt[0] != day:
                self._salt = (day, secrets.token_bytes(32))
            return self._salt[1]


def _tidy(signs: dict[str, list[float]], over: float) -> None:
    """Let go of two signs whose turns are all over, or that are too many: the first ones asked least lately."""
    for _ in range(2):
        oldest = next(iter(signs))
        if len(signs) <= MOST_SIGNS and signs[oldest][-1] > over:
            return
        del signs[oldest]
