"""What people say when a concern troubles them: reads seeds/sayings/*.toml and checks it.

Each table is named after a concern, or ``nothing``: texts in which nothing troubles anyone. Search learns from them.
"""

import tomllib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from directory.seed_tables import make

NOTHING = "nothing"


class SayingsError(Exception):
    """The sayings cannot be used. ``problems`` names every file and table at fault, one sentence each."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


@dataclass(frozen=True, slots=True)
class _Table:
    """The keys of one table."""

    sayings: tuple[str, ...]


def load(folder: Path, concerns: Collection[str]) -> Mapping[str, tuple[str, ...]]:
    """Sayings by concern, and by ``nothing``, in the order of the files' names.

    ``concerns``: every slug that the vocabulary knows, hidden ones too. Raises SayingsError with all problems at once.
    """
    problems: list[str] = []
    said: dict[str, tuple[str, ...]] = {}
    for file in sorted(folder.glob("*.toml")):
        where = f"{folder.name}/{file.name}"
        for slug, table in tomllib.loads(file.read_text("utf-8")).items():
            if slug != NOTHING and slug not in concerns:
                problems.append(f"{where}: {slug} is not a concern that we know.")
            elif not isinstance(table, dict):
                problems.append(f"{where}: {slug} must be a table.")
            elif made := make(_Table, table, f"{where}: {slug}", problems):
                said[slug] = (*said.get(slug, ()), *made.sayings)
    if not said and not problems:
        problems.append(f"{folder.name}: no saying found; put at least one file there.")
    if problems:
        raise SayingsError(problems)
    return said
