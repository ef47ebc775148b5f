"""What it costs to keep an index: edits, opening, memory, the first question of a new process."""

import json
import shutil
import statistics
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from itertools import islice
from pathlib import Path

from bench.documents import FOLDER, Corpus
from bench.engines.ours import DIGEST, Ours
from bench.timing import once
from search_index.engine import SearchIndex

EDITS = 200
PROCESSES = 5


def edits(corpus: Corpus, ours: Ours) -> tuple[float, float]:
    """(median, worst) milliseconds from an edit that a follower has in hand until a search has found it.

    On a copy of the index, one edit after another, so that small segments pile up and are merged as they would be.
    """
    folder = FOLDER / "edited"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(ours.folder, folder)
    edited = Ours(corpus, SearchIndex(folder, DIGEST))
    people = list(islice(corpus.listings(), EDITS))
    took = []
    edited.has("anybody")
    for number, one in enumerate(people, start=2):
        told = replace(one, headline=f"zq{number}x {one.headline}")
        took.append(once(lambda told=told, number=number: edited.edit(told, number, f"zq{number}x")))  # type: ignore[misc]
    shutil.rmtree(folder, ignore_errors=True)
    return statistics.median(took), max(took)


def in_a_new_process(folder: Path, commonest: str) -> Mapping[str, float]:
    """Medians over a few new processes of what bench.newcomer tells."""
    command = [sys.executable, "-m", "bench.newcomer", str(folder), commonest]
    runs = [subprocess.run(command, check=True, capture_output=True, text=True).stdout for _ in range(PROCESSES)]
    told = [json.loads(run) for run in runs]
    return {name: statistics.median(one[name] for one in told) for name in told[0]}
