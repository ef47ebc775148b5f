"""Which processes follow an index folder: each holds a shared lock on one file there for as long as it lives."""

import fcntl
from contextlib import suppress
from pathlib import Path
from typing import IO

ATTENDED = "attended"


def attend(folder: Path) -> IO[bytes] | None:
    """A file that shows, while it is open, that a process follows this index; None when it can't be written to."""
    with suppress(OSError):
        handle = open(folder / ATTENDED, "ab")
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
        return handle
    return None


def attended(folder: Path) -> bool:
    """Does a process follow this index?"""
    try:
        with open(folder / ATTENDED, "rb") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except OSError:
        return True
    return False
