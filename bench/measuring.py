"""One size measured from end to end, as plain figures that a file can keep. How they are shown is reporting.py's."""

import json
import os
import platform
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench import comparing, house, matching, upkeep
from bench.documents import FOLDER, Corpus
from bench.engines.asking import Engine
from bench.engines.fts5 import Fts5
from bench.engines.ours import Ours
from bench.engines.postgresql import PostgreSql, server
from bench.engines.tantivy_alone import Tantivy
from bench.engines.whoosh_alone import Whoosh
from bench.questions import KINDS, Questions
from bench.timing import BLOCK, CORE, PATIENCE_S, pinned, timed
from directory.house import House

SEED = 1
SHOWN_MISMATCHES = 3
# A misspelt word is looked up otherwise by each engine, so answers aren't compared; FTS5 and PostgreSQL can't.
MISSPELT = "d"
WITHOUT_FUZZY = (Fts5.name, PostgreSql.name)

Figures = dict[str, Any]


def measure(size: int, kinds: Iterable[str], names: Iterable[str], *, rest: bool) -> Figures:
    """Everything about one size; kept in a file, so that single kinds can be measured again later."""
    corpus = Corpus(size, SEED)
    figures = _kept(size)
    ours = Ours(corpus)
    with _engines(corpus, ours, set(names)) as engines:
        figures.setdefault("builds", {}).update(_build(engines))
        questions = Questions(corpus, SEED)
        pinned()
        app, large = house.opened(ours.index)
        ours.know({one.id: one.text for one in corpus.listings()}, large.spelling)
        for kind in kinds:
            figures.setdefault("kinds", {}).setdefault(kind, {}).update(_kind(kind, questions, engines))
            _keep(size, figures)
        if rest:
            figures |= _exact(questions, ours, engines)
            figures["house"] = _house(app, large, ours)
            figures["matching"] = _matching(corpus, ours, large)
            figures["upkeep"] = _upkeep(corpus, ours, questions.commonest)
    _keep(size, figures)
    return figures


@contextmanager
def _engines(corpus: Corpus, ours: Ours, names: set[str]) -> Iterator[list[Engine]]:
    made: list[Engine] = [ours, *(one(corpus) for one in (Tantivy, Fts5, Whoosh) if one.name in names)]
    if PostgreSql.name not in names:
        yield made
        return
    with server() as address:
        yield made if address is None else [*made, PostgreSql(corpus, address)]


def _build(engines: Iterable[Engine]) -> Figures:
    told = {}
    for engine in engines:
        built = engine.build()
        say(f"{engine.name}: {built.megabytes:.0f} MB" + ("" if built.cpu_s is None else f", {built.cpu_s:.0f} s"))
        if built.wall_s is not None:
            told[engine.name] = built._asdict()
        if isinstance(engine, PostgreSql):
            engine.pin(CORE)
    return told


def _kind(kind: str, questions: Questions, engines: Iterable[Engine]) -> Figures:
    asked, mine, told = questions.of(kind), None, {}
    say(f"{kind}: {KINDS[kind]}, {len(asked)} questions")
    for engine in engines:
        if kind == MISSPELT and engine.name in WITHOUT_FUZZY:
            continue
        found = timed(engine, asked)
        mine = mine or found
        unlike = [] if kind == MISSPELT else comparing.mismatches(asked, mine.answers, found.answers)
        say(f"  {engine.name:<14} {found.warm_ms:9.3f} ms warm {found.first_ms:9.3f} first {len(unlike)} mismatches")
        for line in unlike[:SHOWN_MISMATCHES]:
            say(f"    {line}")
        told[engine.name] = {
            "first_ms": found.first_ms,
            "warm_ms": found.warm_ms,
            "high_ms": found.high_ms,
            "cpu_ms": found.cpu_ms,
            "asked": len(found.answers),
            "found": sum(answer.total > 0 for answer in found.answers) / len(found.answers),
            "mismatches": len(unlike),
            "patience_s": PATIENCE_S,
            **_moment(),
        }
    return told


def _exact(questions: Questions, ours: Ours, engines: Iterable[Engine]) -> Figures:
    """What Whoosh ranks otherwise; nothing where it isn't among the engines, so that an older figure stays."""
    whoosh = next((engine for engine in engines if isinstance(engine, Whoosh)), None)
    if whoosh is None:
        return {}
    asked = [one for kind in ("a2", "b", "c") for one in questions.of(kind, 20)]
    otherwise = comparing.ranked_otherwise(ours, whoosh, asked)
    say(f"exactness: {len(otherwise)} of {len(asked)} ranked otherwise than by Whoosh's exhaustive search {otherwise}")
    return {"exact": {"asked": len(asked), "otherwise": otherwise}}


def _house(app: Any, large: House, ours: Ours) -> Figures:
    told: Figures = {"understand": house.understanding(large, SEED), "suggest": house.suggesting(large)}
    told["hostile"] = house.hostile(ours.index, large)
    told["pages"] = dict(house.pages(app))
    say(json.dumps(told | {"hostile": max(told["hostile"].values())}))
    return told | _moment()


def _matching(corpus: Corpus, ours: Ours, large: House) -> Figures:
    told = dict(matching.timed(corpus, ours.index, large, SEED))
    say(json.dumps(told))
    return told


def _upkeep(corpus: Corpus, ours: Ours, commonest: str) -> Figures:
    told: Figures = {"edits": upkeep.edits(corpus, ours), **upkeep.in_a_new_process(ours.folder, commonest)}
    say(json.dumps(told))
    return told | _moment()


def _moment() -> Figures:
    return {"at": f"{datetime.now(UTC):%Y-%m-%d %H:%M}", "load": os.getloadavg()[0]}


def _file(size: int) -> Path:
    return FOLDER / f"{size}-{SEED}" / "figures.json"


def _kept(size: int) -> Figures:
    figures: Figures = json.loads(_file(size).read_text("utf-8")) if _file(size).exists() else {}
    return figures | {"size": size, "seed": SEED, "machine": machine(), "block": BLOCK}


def _keep(size: int, figures: Figures) -> None:
    _file(size).write_text(json.dumps(figures, indent=1), "utf-8")


def machine() -> str:
    """What this runs on."""
    told = Path("/proc/cpuinfo").read_text("utf-8") if Path("/proc/cpuinfo").exists() else ""
    names = [line.partition(":")[2].strip() for line in told.splitlines() if line.startswith("model name")]
    processor = names[0] if names else platform.processor() or platform.machine()
    return f"{processor}, {os.cpu_count()} cores, Python {platform.python_version()}"


def say(line: str) -> None:
    """Print a line at once."""
    print(line, flush=True)
