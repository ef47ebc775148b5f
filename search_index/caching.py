"""A memory that is bounded by bytes and safe between threads."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any

# What an entry costs beside its arrays, so that words that nobody has cannot fill the memory.
ENTRY_BYTES = 512


class ByteCache:
    """The least recently used fall out once everything kept takes more than ``limit`` bytes."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._bytes = 0
        self._kept: OrderedDict[Hashable, Any] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable, make: Callable[[], Any]) -> Any:
        """What ``make`` gives, made once; it must say how large it is by ``nbytes``."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        made = make()
        with self._lock:
            if key not in self._kept:
                self._kept[key] = made
                self._bytes += ENTRY_BYTES + made.nbytes
            while self._bytes > self._limit and len(self._kept) > 1:
                self._bytes -= ENTRY_BYTES + self._kept.popitem(last=False)[1].nbytes
        return made
