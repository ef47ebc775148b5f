"""What learners learnt from the seeds, kept in a folder, so that the next start and every worker find it learnt.

A file that is missing, damaged, of other seeds or of other code is learnt and written again; each is safe to delete at
any time. What the arrays mean is their learner's.
"""

import hashlib
import logging
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from search_index import side_files
from search_index.inverted import Damaged

Arrays = Mapping[str, NDArray[Any]]

# Packages that decide what is learnt from the same seeds by the same code.
LEARNING_WITH = ("numpy", "tokenizers", "whoosh", "wordllama")
_log = logging.getLogger("holdspace.learnt")


class Learnt:
    """A folder of learnt things, one file each. Several processes may learn the same at once: the last one's stays."""

    def __init__(self, folder: Path | None = None) -> None:
        """``folder`` need not be there yet; without one nothing is kept."""
        self._folder = folder

    def get(self, name: str, seen: object, learn: Callable[[], Arrays]) -> Arrays:
        """What ``learn`` gives, from its file where it was learnt before.

        ``seen``: everything that is learnt from, as plain values whose ``repr`` tells them apart.
        """
        if self._folder is None:
            return learn()
        file, about = self._folder / name, {"learnt": name, "from": _digest(seen)}
        try:
            return side_files.read(file, about)
        except (OSError, ValueError, Damaged):
            return self._kept(file, about, learn())

    def _kept(self, file: Path, about: Mapping[str, str], arrays: Arrays) -> Arrays:
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            side_files.write(file, about, arrays)
            return side_files.read(file, about)
        except (OSError, ValueError, Damaged) as problem:
            _log.warning("What was learnt cannot be kept, so each start learns it anew: %s", problem)
            return arrays


def letters(words: Iterable[str]) -> NDArray[np.uint8]:
    """Words without line ends as one array, (n_bytes,), for ``words_of``."""
    return np.frombuffer("\n".join(words).encode("utf-8"), np.uint8)


def words_of(kept: NDArray[np.uint8]) -> list[str]:
    """The words that ``letters`` put together."""
    return kept.tobytes().decode("utf-8").split("\n") if kept.size else []


def under(name: str, arrays: Arrays) -> Arrays:
    """The arrays of one part among those of a whole."""
    return {f"{name}.{key}": values for key, values in arrays.items()}


def part(name: str, arrays: Arrays) -> Arrays:
    """The arrays that ``under`` put there."""
    begin = f"{name}."
    return {key.removeprefix(begin): values for key, values in arrays.items() if key.startswith(begin)}


def _digest(seen: object) -> str:
    told = hashlib.sha256(repr(seen).encode("utf-8", "backslashreplace"))
    told.update(_code())
    return told.hexdigest()


@cache
def _code() -> bytes:
    """What does the learning: this room's code and the packages that it stands on."""
    told = hashlib.sha256()
    for file in sorted(Path(__file__).parent.glob("*.py")):
        told.update(file.read_bytes())
    told.update(repr([_version(package) for package in LEARNING_WITH]).encode())
    return told.digest()


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return ""
