"""Counting turns in Redis, for all workers together. Redis' own clock counts, and what it keeps ends by itself."""

import secrets
from typing import Any, cast

from directory.limits.counting import Limit

TIMEOUT_S = 0.25
PREFIX = "holdspace:"
DAY_S = 86_400
TURN = """
local time = redis.call('TIME')
local now, window = time[1] * 1000 + math.floor(time[2] / 1000), tonumber(ARGV[2]) * 1000
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - window)
if redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[1]) then
    return redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')[2] + window - now
end
if ARGV[3] == '1' then
    redis.call('ZADD', KEYS[1], now, ARGV[4])
    redis.call('PEXPIRE', KEYS[1], window)
end
return 0
"""


class Away(Exception):
    """Redis doesn't answer, or not as it should. The message is the kind of failure."""


class InRedis:
    """A Counter (see counting) over the Redis at ``url``. Every method raises Away."""

    def __init__(self, url: str) -> None:
        import redis  # an extra: only houses that set a Redis have it

        self._failures = (redis.RedisError, OSError)
        self._redis: Any = redis.Redis.from_url(url, socket_timeout=TIMEOUT_S, socket_connect_timeout=TIMEOUT_S)
        self._turn: Any = self._redis.register_script(TURN)

    def turn(self, sign: str, limit: Limit, *, take: bool) -> float:
        """See Counter."""
        told = [limit.most, limit.seconds, int(take), secrets.token_hex(8)]
        return cast(int, self._told(self._turn, keys=[PREFIX + sign], args=told)) / 1000

    def give_back(self, sign: str, _limit: Limit) -> None:
        """See Counter."""
        self._told(self._redis.zpopmax, PREFIX + sign)

    def salt(self, day: str) -> bytes:
        """See Counter. Whoever asks first on a day makes it; it ends a day later."""
        key = f"{PREFIX}salt:{day}"
        if self._told(self._redis.get, key) is None:
            self._told(self._redis.set, key, secrets.token_bytes(32), nx=True, ex=DAY_S)
        salt = self._told(self._redis.get, key)
        if not salt:
            raise Away("it forgot the salt at once")
        return cast(bytes, salt)

    def _told(self, ask: Any, *told: object, **more: object) -> object:
        try:
            return ask(*told, **more)
        except self._failures as problem:
            raise Away(type(problem).__name__) from None
