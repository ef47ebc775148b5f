"""Does a sentence ask for somebody, tell a story, or only list what is wished? What is asked for is wishes.py's."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from search_index.clauses import SUBJECTS, clauses
from search_index.lexicon import Lexicon, Run, Word, folded
from search_index.whereabouts import Whereabouts

ANYONE = frozenset("someone somebody anyone anybody".split())
BEGINNING = 8
# "My last counsellor", "her therapist", "the therapist said": those are seen already, and nobody asks for them.
SEEN = frozenset("last old previous former ex".split())
OWNED = frozenset("my her his our their your daughters sons".split())
SHOULD = frozenset("should must has needs to".split())
DID = frozenset("was were said told talked made kept had left did fell".split())
MYSELF = frozenset("i im ive id we".split())
# What stands between a word of wishing and what is wished: "I want to talk to a woman".
LINKING = frozenset(
    "a an another the to be is see talk speak with have find open up someone somebody who whos it she by ever if "
    "possible more only prefer preferably rather meet go get work ideally please really just and or me us own do over "
    "on in talking speaking seeing therapist counsellor sessions therapy counselling".split()
)
THEY = frozenset("he she they who men women the".split())
# "Are you free on Sundays": first of all these tell nothing.
ASKED = frozenset("is are".split())
# "At night I cannot sleep": what such a word leads to, before somebody's doing, is part of the story.
FRONTED = frozenset("as at in on when early every the after before during since last one most some".split())


@dataclass(slots=True, frozen=True)
class Clause:
    """Where its words stand, and whether it asks for somebody or tells of what happened.

    ``own``: it tells of the writer ("I am a student").
    """

    words: range
    asks: bool
    tells: bool
    own: bool


@dataclass(slots=True)
class Sentence:
    """One sentence: its words and clauses, whether it asks for somebody or is a bare list of wishes.

    ``short``: the whole text is. ``therapists``: where words for the person looked for stand. ``whereabouts``: what
    reads the places in it, the same for all of a text.
    """

    words: list[Word]
    plain: list[str]
    short: bool
    asks: bool
    keywords: bool
    therapists: set[int]
    clauses: list[Clause]
    wishing: list[Run[None]]
    whereabouts: Whereabouts

    def clause(self, place: int) -> Clause:
        """The clause that a word stands in."""
        return next(clause for clause in self.clauses if place in clause.words)

    def wished(self, start: int, end: int) -> bool:
        """Are these words wishes: in a clause that asks, or in one that only lists?"""
        return any(self._wishes(self.clause(place)) for place in {start, end - 1})

    def _wishes(self, clause: Clause) -> bool:
        return clause.asks or (not clause.tells and (self.short or self.asks))

    def longed_for(self, place: int) -> bool:
        """Does a word of wishing lead to this one, with nothing but little words between?"""
        clause = self.clause(place).words
        before = (run for run in self.wishing if clause.start <= run.start and run.end <= place)
        return any(
            LINKING.issuperset(self.plain[run.end : place])
            for run in before
            if run.start == 0 or self.plain[run.start - 1] not in THEY
        )

    def told(self, wished: Collection[int]) -> set[int]:
        """The words of the clauses that tell of what happened, and ask for nothing. ``wished``: words that do ask."""
        telling = (clause.words for clause in self.clauses if clause.tells and not clause.asks)
        return {place for words in telling if not any(place in wished for place in words) for place in words}

    def typed(self, places: Iterable[int]) -> str:
        """These words as typed."""
        return " ".join(self.words[place].typed for place in places)

    def before(self, start: int, words: Collection[str], within: int) -> bool:
        """Is one of ``words`` among the last ``within`` words before ``start``?"""
        return not set(self.plain[max(0, start - within) : start]).isdisjoint(words)


class Asking:
    """Makes sentences of words. Made once, from the words of the seeds that ask and those that tell."""

    def __init__(self, said: Mapping[str, Any]) -> None:
        """``said``: the table ``asking`` of seeds/wishes.toml."""
        self._therapist = frozenset(said.get("therapist", ()))
        self._telling = frozenset(said.get("telling", ()))
        self._happened = self._telling | frozenset(said.get("happened", ()))
        self._shaping = self._telling | frozenset(said.get("shaping", ()))
        self._fitting = frozenset(said.get("fitting", ()))
        self._wishing = runs_of((phrase, None) for phrase in said.get("wishing", ()))
        self._asking = runs_of((phrase, None) for phrase in said.get("asking", ()))

    def bare(self, sentences: Sequence[Sequence[Word]]) -> bool:
        """Is a text nothing but words, in no sentence?"""
        return self._shaping.isdisjoint(word.folded for words in sentences for word in words)

    def tells(self, plain: Sequence[str]) -> bool:
        """Is one of these folded words one that only stories have?"""
        return not self._telling.isdisjoint(plain)

    def is_therapist(self, word: str) -> bool:
        """Is this folded word one for the person looked for?"""
        return word in self._therapist

    def sentence(self, words: list[Word], short: bool, whereabouts: Whereabouts) -> Sentence:
        """These words as a sentence; ``short``: the whole text is."""
        plain = [word.folded for word in words]
        therapists = {place for place, word in enumerate(plain) if word in self._therapist and not _seen(plain, place)}
        keywords = short and not self.tells(plain)
        begins = self._begins_asking(plain)
        asking = {run.start for run in self._asking.find(plain)} | therapists
        parts = [self._clause(words, plain, part, begins or not asking.isdisjoint(part)) for part in clauses(words)]
        asks = keywords or bool(asking) or begins
        wishing = list(self._wishing.find_all(plain))
        return Sentence(words, plain, short, asks, keywords, therapists, parts, wishing, whereabouts)

    def _clause(self, words: Sequence[Word], plain: Sequence[str], part: range, asks: bool) -> Clause:
        said = plain[part.start : part.stop]
        before = "for" if said[0] in ASKED else ""
        tells = any(word in self._happened and last != "for" for last, word in pairwise([before, *said]))
        goes_on = part.stop < len(plain) and not words[part.stop - 1].last and plain[part.stop] in SUBJECTS
        own = not MYSELF.isdisjoint(said[:2])
        return Clause(part, asks, tells or (goes_on and plain[part.start] in FRONTED), own)

    def _begins_asking(self, plain: Sequence[str]) -> bool:
        """ "Someone by video who understands my family": somebody who isn't known yet, and what they are like.

        "For my daughter" asks too.
        """
        if plain[0] == "for" and plain[1:2] in (["my"], ["our"]):
            return True
        if plain[0] not in ANYONE:
            return False
        what = next(
            (plain[n + 1] for n, word in enumerate(plain[:BEGINNING]) if word == "who" and n + 1 < len(plain)), ""
        )
        return not self.tells(plain) or what in self._fitting


def _seen(plain: Sequence[str], place: int) -> bool:
    before, after = plain[max(0, place - 2) : place], plain[place + 1 : place + 2]
    owned = not OWNED.isdisjoint(before[-1:]) and SHOULD.isdisjoint(after)
    return owned or not SEEN.isdisjoint(before) or not DID.isdisjoint(after)


def runs_of(pairs: Iterable[tuple[str, Any]]) -> Lexicon[Any]:
    """Phrases, and what each stands for."""
    lexicon: Lexicon[Any] = Lexicon()
    for phrase, payload in pairs:
        lexicon.add(folded(phrase), payload)
    return lexicon
