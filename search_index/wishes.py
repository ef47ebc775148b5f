"""Practical wishes in a person's words -> filters: language, format, times, gender and the like. Only what is said.

A name counts as a wish only in a sentence that asks for somebody, so that a story's words filter nothing.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from search_index.ages import said_age, said_number
from search_index.asking import Asking, Sentence, runs_of
from search_index.called import bare, joined_after_titles, titled
from search_index.fees import AROUND, highest_fee
from search_index.folding import STOP_WORDS, stem
from search_index.genders import Genders
from search_index.homes import home
from search_index.labels import FILTER_GROUPS, MORE_GROUPS, Named, groups_meant, lexicon_of
from search_index.leading import BEFORE_PLACES, alone
from search_index.lexicon import Run, Word, folded, names
from search_index.refusals import Refusals, Said
from search_index.sources import PlacesSource, VocabularySource
from search_index.whereabouts import Whereabouts
from search_index.wished import Asked, Wishes
from search_index.words import ASKING

KEYWORDS = 14
# What a text says after so many sentences is no wish: they would be shorter than anybody's.
MOST_SENTENCES = 200
SPEAKING = frozenset("speak speaks speaking speaker spoken fluent language in bolne bolan bolti habla parle".split())
# What people say of themselves when they ask: "I am a student, Punjabi, gay". Said of others it is part of a story.
PEOPLE = frozenset("population affirming community faith language".split())
# "My phone", "the office of his": somebody's thing, and no way to meet.
OWNERS = frozenset("my his her their our your".split())
ALREADY_LEFT = frozenset("ex former left leaving leave strict raised".split())


@dataclass(frozen=True, slots=True)
class _Cue:
    """What some words ask for, if they do: ``wished``."""

    asked: Asked
    wished: bool


class WishReader:
    """Reads wishes. Made once, from the cues of the seeds, the vocabulary and the places."""

    def __init__(self, cues: Mapping[str, Any], vocabulary: VocabularySource, places: PlacesSource) -> None:
        """``cues``: tables ``asking``, ``cue`` and ``gender`` as in seeds/wishes.toml."""
        asking = cues.get("asking", {})
        self._asking = Asking(asking)
        self._seeing = frozenset(asking.get("seeing", ()))
        self._cues = runs_of((phrase, cue) for cue in cues.get("cue", ()) for phrase in cue["phrases"])
        self._genders, self._refusals = Genders(cues), Refusals(cues.get("refusing", {}))
        self._whereabouts = Whereabouts(places, asking.get("no_towns", ()), asking.get("elsewhere", ()))
        plain = {folded(name) for name in asking.get("plain", ())} | self._whereabouts.names()
        self._names = lexicon_of(vocabulary, plain)
        self._only_spoken = {
            words[0] for words in self._names if {one.group for one in self._names.get(words) or ()} == {"language"}
        }
        self._countries = {term.slug: tuple(term.extra.get("countries", ())) for term in vocabulary.terms("payments")}
        self._ordinary = frozenset(asking.get("ordinary", ())) | _label_words(vocabulary)

    def read(self, text: str, sentences: Sequence[list[Word]], known: Collection[str] = ()) -> Wishes:
        """What is asked for in ``text``, whose ``sentences`` are given as words.

        ``known``: the folded words of the names that people in the index go by.
        """
        sentences, whereabouts = joined_after_titles(sentences), self._whereabouts.for_a_text()
        called = {word.folded for words in sentences for word in words if word.folded in known}
        short = sum(map(len, sentences)) <= KEYWORDS
        wishes = Wishes(keywords=short and self._asking.bare(sentences))
        for words in sentences[:MOST_SENTENCES]:
            sentence = self._asking.sentence(words, short, whereabouts)
            self._read_sentence(self._as_list(sentence) or sentence, wishes, called)
        if {"country", "region"} & wishes.filters.keys():
            wishes.more.pop("unknown_place", None)
        country = self._country(wishes.filters, whereabouts)
        wishes.pay_in(country, self._countries)
        fee = highest_fee(text, country, bare=short)
        if fee:
            wishes.filters["fee_max"] = fee.amount
            wishes.filters |= {"currency": fee.currency} if fee.currency else {}
            wishes.said_by |= set(folded(fee.said)) - {"up"}
        return wishes

    def _country(self, filters: Mapping[str, Any], whereabouts: Whereabouts) -> str | None:
        said = filters.get("country") or filters.get("region", "")[:2]
        return said or whereabouts.country_of(filters.get("place", ""))

    def _as_list(self, sentence: Sentence) -> Sentence | None:
        """A sentence of a longer text that is nothing but a list of wishes ("Leeds, evenings.") as such; else None."""
        if sentence.short or len(sentence.words) > KEYWORDS or self._asking.tells(sentence.plain):
            return None
        bare, trial = replace(sentence, asks=True, keywords=True), Wishes()
        self._read_sentence(bare, trial)
        known = trial.said_by | STOP_WORDS | BEFORE_PLACES
        if any(word.isdigit() for word in sentence.plain):
            known |= AROUND | set(filter(str.isdigit, sentence.plain))
        left = (word for word in sentence.plain if word not in known and not self._asking.is_therapist(word))
        return bare if trial.said_by and not any(left) else None

    def _read_sentence(self, sentence: Sentence, wishes: Wishes, called: Collection[str] = ()) -> None:
        taken = self._read_cues(sentence, wishes)
        taken |= self._gender(sentence, wishes) | self._age(sentence, wishes)
        if sentence.asks or sentence.short:
            name = titled(sentence.words, taken, called, keywords=sentence.keywords)
            taken |= wishes.name(sentence, name, title=True)
        taken |= self._place(sentence, wishes, taken)
        if sentence.keywords and called:
            said = taken | {n for n, word in enumerate(sentence.plain) if self._says_nothing(word)}
            taken |= wishes.name(sentence, bare(sentence.words, said, set(called) - self._ordinary))
        wishes.said_by |= {sentence.plain[place] for place in taken}
        wishes.said_by |= SPEAKING if wishes.filters.get("language") else set()

    def _says_nothing(self, word: str) -> bool:
        return self._asking.is_therapist(word) or stem(word) in ASKING

    def _read_cues(self, sentence: Sentence, wishes: Wishes) -> set[int]:
        taken: set[int] = set()
        found = [*self._cued(sentence), *self._named(sentence)]
        for run in sorted(found, key=lambda run: run.start - run.end):
            if taken.isdisjoint(range(run.start, run.end)):
                taken |= self._hear(sentence, run, wishes)
        return taken

    def _hear(self, sentence: Sentence, run: Run["_Cue"], wishes: Wishes) -> set[int]:
        """One wish, or what is refused instead; the words that said it, none where nothing is asked."""
        said = set(range(run.start, run.end))
        how, beside = self._refusals.read(sentence, run.start, run.end)
        if how is Said.REFUSED and (run.payload.wished or self._refusals.plainly(sentence, beside)):
            wishes.refuse(sentence, beside | said)
            return beside | said
        if how is not Said.WANTED or not run.payload.wished:
            return set()
        wishes.add_all(run.payload.asked)
        return said

    def _place(self, sentence: Sentence, wishes: Wishes, taken: set[int]) -> set[int]:
        where = home(sentence.words, sentence.whereabouts, taken)
        if not where.used and (sentence.asks or sentence.short):
            away = taken | sentence.therapists | sentence.told(taken)
            where = sentence.whereabouts.read(sentence.words, away, keywords=sentence.keywords)
        if folded(where.unknown or "") in self._names:
            where.place = where.unknown = None
        wishes.place(where)
        return where.used

    def _cued(self, sentence: Sentence) -> Iterator[Run["_Cue"]]:
        for cue in self._cues.find(sentence.plain):
            asked = cue.payload["filters"]
            yield Run(cue.start, cue.end, _Cue(asked, self._is_asked(sentence, cue, asked)))

    def _is_asked(self, sentence: Sentence, cue: Run[Any], asked: Asked) -> bool:
        """Does somebody ask for what a cue says, or is it part of what they tell?"""
        own = sentence.clause(cue.start).own
        if cue.payload.get("anywhere") or (cue.payload.get("own") and own and sentence.short):
            return True
        if cue.payload.get("weak") and not sentence.clause(cue.start).asks:
            return alone(sentence.words, cue.start, cue.end)
        if not PEOPLE.isdisjoint(asked):
            if cue.start and said_number(sentence.plain[cue.start - 1]):
                return False
            return sentence.wished(cue.start, cue.end) or (sentence.asks and own)
        wished = sentence.wished(cue.start, cue.end) or sentence.longed_for(cue.start)
        return wished and not sentence.before(cue.start, OWNERS, 1)

    def _named(self, sentence: Sentence) -> Iterator[Run["_Cue"]]:
        found = list(self._names.find(sentence.plain))
        regions = sentence.whereabouts.regions_named(sentence.plain) if found else set()
        for name in found:
            meant = self._meant(name, sentence) if regions.isdisjoint(range(name.start, name.end)) else []
            if meant:
                groups = dict.fromkeys(one.group for one in meant)
                asked = {group: [one.slug for one in meant if one.group == group] for group in groups}
                own = sentence.asks and sentence.clause(name.start).own and not PEOPLE.isdisjoint(asked)
                yield Run(name.start, name.end, _Cue(asked, own or sentence.wished(name.start, name.end)))

    def _meant(self, name: Run[list[Named]], sentence: Sentence) -> list[Named]:
        groups = {one.group for one in name.payload if self._is_wish(one.group, name, sentence)}
        chosen = groups_meant(name.payload, groups, spoken=self._spoken(name, sentence))
        return [one for one in name.payload if one.group in chosen]

    def _is_wish(self, group: str, name: Run[list[Named]], sentence: Sentence) -> bool:
        if group == "language" and self._spoken(name, sentence):
            return True
        if not sentence.asks:
            return False
        if group == "population":
            led_to = sentence.before(name.start, self._seeing, 3) or name.end in sentence.therapists
            return sentence.keywords or led_to
        if group == "community":
            return not sentence.before(name.start, ("in", "from", "near", "to"), 1)
        if group == "faith":
            return not sentence.before(name.start, ALREADY_LEFT, 3)
        return True

    def _spoken(self, name: Run[Any], sentence: Sentence) -> bool:
        """Is this name said as a language ("speaks Tamil", "Tamil-speaking", "in Tamil", "Tamil or English")?"""
        before, after = sentence.plain[max(0, name.start - 3) : name.start], sentence.plain[name.end : name.end + 3]
        others = self._only_spoken
        listed = not others.isdisjoint((*before[-2:], *after[:2])) and not (others | {"or", "and"}).isdisjoint(
            (*before[-1:], *after[:1])
        )
        said = not (SPEAKING - {"in"}).isdisjoint((*before, *after[:2]))
        return said or listed or (sentence.asks and before[-1:] == ["in"])

    def _gender(self, sentence: Sentence, wishes: Wishes) -> set[int]:
        taken: set[int] = set()
        for place, slug in self._genders.read(sentence):
            how, beside = self._refusals.read(sentence, place, place + 1)
            if how is Said.REFUSED:
                wishes.refuse(sentence, beside | {place})
            elif how is Said.WANTED:
                wishes.add("gender", slug)
            taken |= {place} | beside
        return taken

    def _age(self, sentence: Sentence, wishes: Wishes) -> set[int]:
        for place in range(len(sentence.plain)):
            group, words = said_age(sentence.plain, place)
            if group and (sentence.asks or (sentence.short and wishes.filters)):
                wishes.age(group)
                return set(range(place, place + words))
        return set()


def _label_words(vocabulary: VocabularySource) -> set[str]:
    """The words that name something else than a person: in any label or other name of a concern or a wish."""
    groups = ("concerns", *FILTER_GROUPS, *MORE_GROUPS, "formats", "genders")
    terms = (term for group in groups for term in vocabulary.terms(group))
    return {word for term in terms for name in names(term.label, term.aka) for word in folded(name)}
