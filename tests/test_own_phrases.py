"""What the seeds say in people's words is our own: no run of four words is shared with the texts that we measure by.

The phrases of the shared taxonomy, section 5.10, are part of the task and may stand.
"""

import csv
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.opening import ROOT

SEEDS = ROOT / "seeds"
OURS = sorted(
    [
        *SEEDS.glob("sayings/*.toml"),
        *SEEDS.glob("*sayings*.toml"),
        *(SEEDS / f"{n}.toml" for n in ("phrases", "danger", "wishes")),
    ]
)
LENGTH = 4

Runs = set[tuple[str, ...]]


def runs(text: str) -> Runs:
    """Every run of four words, with case, apostrophes and marks left out."""
    words = re.findall(r"[^\W_]+", re.sub("['\u2019]", "", text.casefold()))
    return {tuple(words[start : start + LENGTH]) for start in range(len(words) - LENGTH + 1)}


def measuring_texts(shared: Path) -> Iterator[str]:
    for file in sorted((shared / "data" / "questions").glob("*.tsv")):
        yield from told_in(file, csv.QUOTE_MINIMAL)
    for file in sorted((shared / "data" / "own-words").glob("*.tsv")):
        yield from told_in(file, csv.QUOTE_NONE)


def told_in(file: Path, quoting: Any) -> Iterator[str]:
    with file.open(encoding="utf-8", newline="") as opened:
        for row in csv.DictReader(opened, delimiter="\t", quoting=quoting):
            yield from (row[column] for column in ("title", "text") if row.get(column))


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from strings(inner)


def borrowed(texts: Iterator[str], theirs: Runs) -> list[str]:
    """Those of our texts that share a run. Theirs are not repeated."""
    return [text for text in texts if runs(text) & theirs]


@pytest.fixture(scope="module")
def theirs(shared: Path) -> Runs:
    """Every run of the measuring texts, without those that the taxonomy lends us."""
    taxonomy = (shared / "domain" / "taxonomy.md").read_text("utf-8")
    lent = re.findall(r'"([^"\n]+)"', taxonomy[taxonomy.index("### 5.10") :])
    assert len(lent) > 54
    found = {run for text in measuring_texts(shared) for run in runs(text)}
    counted = len(found)
    assert counted > 30_000
    return found.difference(*(runs(text) for text in lent))


@pytest.mark.parametrize("file", OURS, ids=lambda file: str(file.relative_to(SEEDS)))
def test_no_saying_shares_four_words_in_a_row_with_a_measuring_text(file, theirs):
    assert borrowed(strings(tomllib.loads(file.read_text("utf-8"))), theirs) == []


def test_a_borrowed_saying_would_be_found(shared, theirs):
    text = next(text for text in measuring_texts(shared) if runs(text) & theirs)
    planted = " ".join(text.upper().split()[:12]).replace("'", "\u2019")
    assert borrowed(iter([f"Well... {planted}!", "her slippers by the radiator"]), theirs) == [f"Well... {planted}!"]


def test_every_concern_has_at_least_ten_ways_to_say_it(words):
    sayings = [tomllib.loads(file.read_text("utf-8")) for file in SEEDS.glob("sayings/*.toml")]
    families = tomllib.loads((SEEDS / "phrases.toml").read_text("utf-8"))["family"]
    for term in words.terms("concerns"):
        said = {saying for tables in sayings for saying in tables.get(term.slug, {}).get("sayings", ())}
        said |= {phrase for family in families if term.slug in family["concerns"][:1] for phrase in family["phrases"]}
        assert len(said) >= 10, term.slug
