"""Learns seeds/danger_head.toml anew from the sayings beside it: `make danger`, some minutes, after sayings changed."""

import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from search_index import transformer
from search_index.danger import is_learnt_from, learnt_head

HEAD = "danger_head.toml"
ABOUT = (
    "# How a sentence in danger sounds, by the order of its words. Learnt from the sayings; don't edit: `make danger`."
)
IN_A_LINE = 12


def read(seeds: Path) -> dict[str, Any]:
    """Everything in the seeds that danger is learnt from, as Danger takes it."""
    said = tomllib.loads((seeds / "danger.toml").read_text("utf-8"))
    said["danger_sayings"] = tomllib.loads((seeds / "danger_sayings.toml").read_text("utf-8"))
    said["sayings"] = {}
    for file in sorted((seeds / "sayings").glob("*.toml")):
        for slug, table in tomllib.loads(file.read_text("utf-8")).items():
            said["sayings"][slug] = (*said["sayings"].get(slug, ()), *table["sayings"])
    return said


def is_current(seeds: Path) -> bool:
    """Was the head in the seeds learnt from the sayings beside it?"""
    return is_learnt_from(read(seeds) | {"danger_head": tomllib.loads((seeds / HEAD).read_text("utf-8"))})


def written(head: Mapping[str, Any]) -> str:
    """A head as TOML, in the precision that it needs."""
    numbers = [f"{weight:.5f}" for weight in head["weights"]]
    rows = (numbers[start : start + IN_A_LINE] for start in range(0, len(numbers), IN_A_LINE))
    lines = (f"    {', '.join(row)}," for row in rows)
    told = (f'learnt_from = "{head["learnt_from"]}"', f"middle = {head['middle']:.5f}", "weights = [", *lines, "]")
    return "\n".join((ABOUT, *told, ""))


def main(seeds: Path) -> None:
    """Write the head into the seeds. Ends the program when the transformer cannot be used."""
    reader = transformer.load()
    if reader is None:
        sys.exit("The sentence model cannot be used, so nothing was learnt.")
    (seeds / HEAD).write_text(written(learnt_head(read(seeds), reader)), "utf-8")
    print(f"{seeds / HEAD} is written.")


if __name__ == "__main__":
    main(Path(__file__).parent.parent / "seeds")
