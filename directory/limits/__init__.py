"""How often one place may ask: the limits, and who counts. No address is kept, only a scrambled sign of it for a day.

Where Redis is set, it counts for all workers together; without it, or while it is away, each worker counts its share.
"""

import hmac
import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime
from ipaddress import IPv6Address, ip_address, ip_network
from math import ceil

from directory.limits.counting import Counter, InMemory, Limit
from directory.limits.in_redis import Away, InRedis

log = logging.getLogger("holdspace.limits")

MINUTE_S, HOUR_S, DAY_S = 60, 3600, 86_400
ASK_REDIS_AGAIN_S = 30
SIGN_BYTES = 12
LIMITS = {
    "search": Limit(60, MINUTE_S),
    "paging": Limit(300, 15 * MINUTE_S),
    "questions": Limit(120, MINUTE_S),
    "suggestions": Limit(240, MINUTE_S),
    "programs": Limit(60, MINUTE_S),
    "sign-in": Limit(10, 10 * MINUTE_S),
    "messages": Limit(3, 10 * MINUTE_S),
    "messages to one therapist": Limit(20, DAY_S),
}
UNDER_WAY, DONE = Limit(1, MINUTE_S), Limit(1, 2 * HOUR_S)


class Limits:
    """Counts turns by the name of a limit and by whoever takes them."""

    def __init__(
        self, *, on: bool = True, workers: int = 1, redis_url: str = "", clock: Callable[[], float] = time.monotonic
    ) -> None:
        """``on`` false allows everything but doing one thing twice. ``workers`` processes share what is allowed."""
        self._on, self._workers = on, max(1, workers)
        self._clock, self._here = clock, InMemory(clock)
        self._shared = InRedis(redis_url) if redis_url else None
        self._away_until = 0.0

    def take(self, name: str, who: str) -> int:
        """Take one turn: 0, or for how many seconds there is none."""
        return self._turn(name, who, take=True)

    def wait(self, name: str, who: str) -> int:
        """For how many seconds there is no turn. Takes none."""
        return self._turn(name, who, take=False)

    def give_back(self, name: str, who: str) -> None:
        """One turn that was taken for nothing."""

        def asked(counter: Counter, workers: int) -> float:
            counter.give_back(*_counted(counter, workers, name, who))
            return 0.0

        if self._on:
            self._ask(asked)

    def begin(self, what: str) -> bool:
        """Did nobody else begin this in the last minute? Counts in the demo too. ``what`` is a secret, or holds one."""
        return not self._ask(lambda counter, _workers: counter.turn(_mark("under way", what), UNDER_WAY, take=True))

    def done(self, what: str) -> None:
        """What was begun is done, and stays so for two hours."""
        self._ask(lambda counter, _workers: counter.turn(_mark("done", what), DONE, take=True))

    def is_done(self, what: str) -> bool:
        """Was this done in the last two hours? Ask after ``begin``: what ends between the two would be done twice."""
        return bool(self._ask(lambda counter, _workers: counter.turn(_mark("done", what), DONE, take=False)))

    def undo(self, what: str) -> None:
        """What was begun didn't happen, and may begin at once. Where this is lost, it may in a minute."""

        def asked(counter: Counter, _workers: int) -> float:
            counter.give_back(_mark("under way", what), UNDER_WAY)
            return 0.0

        self._ask(asked)

    def _turn(self, name: str, who: str, *, take: bool) -> int:
        if not self._on:
            return 0

        def asked(counter: Counter, workers: int) -> float:
            return counter.turn(*_counted(counter, workers, name, who), take=take)

        return ceil(self._ask(asked))

    def _ask(self, asked: Callable[[Counter, int], float]) -> float:
        """Ask Redis while it answers; while it doesn't, this worker, which allows its share."""
        if self._shared is not None and self._clock() >= self._away_until:
            try:
                told = asked(self._shared, 1)
            except Away as problem:
                self._went_away(problem)
            else:
                self._came_back()
                return told
        return asked(self._here, self._workers)

    def _went_away(self, problem: Away) -> None:
        if not self._away_until:
            log.warning("Redis doesn't answer (%s). Until it does, each worker counts for itself.", problem)
        self._away_until = self._clock() + ASK_REDIS_AGAIN_S

    def _came_back(self) -> None:
        if self._away_until:
            log.warning("Redis answers again.")
        self._away_until = 0.0


def network(address: str) -> str:
    """The place behind a network address: itself, or in IPv6 the /64 that one place has all of."""
    try:
        ip = ip_address(address)
    except ValueError:
        return "nowhere"
    if isinstance(ip, IPv6Address) and ip.ipv4_mapped:
        return str(ip.ipv4_mapped)
    return str(ip_network((ip, 64), strict=False)) if isinstance(ip, IPv6Address) else str(ip)


def _counted(counter: Counter, workers: int, name: str, who: str) -> tuple[str, Limit]:
    """The sign of somebody under a limit today, and what one of so many workers allows of it."""
    limit, salt = LIMITS[name], counter.salt(datetime.now(UTC).date().isoformat())
    return _sign(salt, f"{name}\n{who}"), Limit(max(1, limit.most // workers), limit.seconds)


def _mark(kind: str, what: str) -> str:
    return _sign(kind.encode(), what)


def _sign(salt: bytes, told: str) -> str:
    """What stands for somebody while they are counted: made with the day's salt, so that nobody can look them up."""
    return hmac.digest(salt, told.encode("utf-8", "replace"), "sha256")[:SIGN_BYTES].hex()
