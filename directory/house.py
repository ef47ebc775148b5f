"""Everything that is loaded once per process: the seeds' data, the seals and the index. Views ask for it through ``house()``."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from flask import Flask, current_app

from directory import learn, matching, places, readiness, vocabulary
from directory.follower import Follower
from directory.sealed import Sealer
from search_index.engine import SearchIndex
from search_index.meaning import Meaning


@dataclass(frozen=True, eq=False)
class House:
    """What stands ready for every request."""

    vocabulary: vocabulary.Vocabulary
    places: places.Places
    crisis: places.Crisis
    questionnaire: readiness.Questionnaire
    rules: matching.MatchingRules
    library: learn.Library
    meaning: Meaning
    sealer: Sealer
    index: SearchIndex
    follower: Follower


def house() -> House:
    """The one house of the running app."""
    return cast(House, current_app.extensions["holdspace"])


def _read(file: Path) -> dict[str, Any]:
    return tomllib.loads(file.read_text("utf-8"))


def open_in(app: Flask) -> House:
    """Load everything and leave it in ``app``. Raises each room's own error, with every problem in it."""
    seeds: Path = app.config["SEEDS"]
    words = vocabulary.load(seeds / "vocabulary", app.config["VOCABULARY"])
    where = places.load(seeds)
    related = {term.slug: tuple(s for g, s in words.related("concerns", term.slug) if g == "concerns") for term in words.terms("concerns")}
    index = SearchIndex(app.config["INSTANCE"] / "index", words.digest, related)
    opened = House(
        vocabulary=words,
        places=where,
        crisis=places.load_crisis(seeds / "crisis.toml"),
        questionnaire=readiness.load(seeds / "questionnaire.toml"),
        rules=matching.load(seeds / "matching.toml"),
        library=learn.load(seeds / "learn"),
        meaning=Meaning(_read(seeds / "phrases.toml"), words, where),
        sealer=Sealer(app.config["SECRET_KEYS"]),
        index=index,
        follower=Follower(app, index, words),
    )
    app.extensions["holdspace"] = opened
    return opened
