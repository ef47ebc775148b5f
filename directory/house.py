"""Everything that is loaded once per process: the seeds' data, the seals and the index.

Views ask for it through ``house()``.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

from flask import Flask, current_app

from directory import learn, matching, places, sayings, vocabulary
from directory.candidates import Candidates
from directory.errors import ConfigError
from directory.follower import Follower
from directory.learn import Library
from directory.matching.fit import Close
from directory.matching.rules import FILE as RULES
from directory.matching.rules import MatchingRules
from directory.matching.rules import load as load_rules
from directory.places import Crisis, Places
from directory.readiness.questionnaire import Questionnaire
from directory.readiness.questionnaire_file import load as load_questionnaire
from directory.sealed import Sealer
from directory.vocabulary import Vocabulary
from search_index.engine import SearchIndex
from search_index.errors import IndexUnavailable
from search_index.learnt import Learnt
from search_index.meaning import Meaning, Understanding
from search_index.spelling import Spelling

NO_WORDS: Mapping[str, int] = {}


@dataclass(frozen=True, eq=False)
class House:
    """What stands ready for every request."""

    vocabulary: Vocabulary
    places: Places
    crisis: Crisis
    questionnaire: Questionnaire
    rules: MatchingRules
    close: Close
    library: Library
    meaning: Meaning
    spelling: Spelling
    sealer: Sealer
    index: SearchIndex
    candidates: Candidates
    follower: Follower

    def understand(self, text: str) -> Understanding:
        """What somebody's own words mean, and a better spelling of them where there is one. Any string is fine."""
        words, names = self._indexed()
        told = self.meaning.understand(text, names)
        return replace(told, did_you_mean=self.spelling.mended(text, words, names))

    def known_words(self) -> list[str]:
        """Every word that the vocabulary, people's sayings and the index know, in order."""
        return self.spelling.words(self._indexed()[0])

    def _indexed(self) -> tuple[Mapping[str, int], frozenset[str]]:
        """The words of the listings' texts and of their names; nothing while there is no index."""
        try:
            return self.index.words(), self.index.name_words()
        except IndexUnavailable:
            return NO_WORDS, frozenset()


def house() -> House:
    """The one house of the running app."""
    return cast(House, current_app.extensions["holdspace"])


def _read(file: Path) -> dict[str, Any]:
    return tomllib.loads(file.read_text("utf-8"))


def _said(seeds: Path, words: Vocabulary) -> dict[str, Any]:
    """What people say, as data: phrases and sayings for concerns, cues for practical wishes, signs of danger."""
    concerns = {term.slug for term in words.terms("concerns", hidden=True)}
    said: dict[str, Any] = {"sayings": sayings.load(seeds / "sayings", concerns)}
    said["danger_sayings"] = _read(seeds / "danger_sayings.toml")
    said["danger_head"] = _read(seeds / "danger_head.toml")
    return said | _read(seeds / "phrases.toml") | _read(seeds / "wishes.toml") | _read(seeds / "danger.toml")


def _spelling(words: Vocabulary, said: Mapping[str, Any], where: Places) -> Spelling:
    """What texts are mended by: everything that the vocabulary says, and how people say things."""
    terms = [term for group in words.groups() for term in words.terms(group)]
    own = [text for term in terms for text in (term.label, *term.aka, term.sentence)]
    told = [saying for sayings_ in said["sayings"].values() for saying in sayings_]
    return Spelling(own, told + [phrase for family in said["family"] for phrase in family["phrases"]], where)


def _known(words: Vocabulary, where: Places) -> dict[str, tuple[str, ...]]:
    """The lists that questions may take their options from."""
    known = {f"vocabulary:{group}": tuple(term.slug for term in words.terms(group)) for group in words.groups()}
    known["places:countries"] = tuple(country.code for country in where.countries())
    known["places:regions"] = tuple(unit.code for country in where.countries() for unit in where.regions(country.code))
    return known


def _check_served(countries: Iterable[str], where: Places) -> None:
    """Raises ConfigError for countries that seeds/jurisdictions.toml doesn't describe."""
    if unknown := [code for code in countries if where.country(code) is None]:
        known = ", ".join(country.code for country in where.countries())
        raise ConfigError(f"HOLDSPACE_COUNTRIES: {', '.join(unknown)} is not among the countries we know ({known}).")


def open_in(app: Flask) -> House:
    """Load everything and leave it in ``app``. Raises each room's own error, with every problem in it."""
    seeds: Path = app.config["SEEDS"]
    words = vocabulary.load(seeds / "vocabulary", app.config["VOCABULARY"])
    where = places.load(seeds, app.config["INSTANCE"] / "places")
    _check_served(app.config["COUNTRIES"], where)
    close = matching.close_terms(words)
    related = {slug: tuple(sorted(near)) for slug, near in close["concerns"].items()}
    said = _said(seeds, words)
    index, rules = SearchIndex(app.config["INSTANCE"] / "index", words.digest, related), load_rules(seeds / RULES)
    opened = House(
        vocabulary=words,
        places=where,
        crisis=places.load_crisis(seeds / "crisis.toml"),
        questionnaire=load_questionnaire(seeds / "questionnaire.toml", _known(words, where)),
        rules=rules,
        close=close,
        library=learn.load(seeds / "learn"),
        meaning=Meaning(said, words, where, Learnt(app.config["INSTANCE"] / "learnt")),
        spelling=_spelling(words, said, where),
        sealer=Sealer(app.config["SECRET_KEYS"]),
        index=index,
        candidates=Candidates(index, words, rules, close),
        follower=Follower(app, index, words),
    )
    app.extensions["holdspace"] = opened
    return opened
