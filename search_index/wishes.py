"""Practical wishes in a person's words -> filters: language, format, times, gender and the like. Only what is said.

A name counts as a wish only in a sentence that asks for somebody, so that a story's words filter nothing.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from search_index.ages import said_age
from search_index.asking import SPEAKING, Asking, Sentence, runs_of, spoken
from search_index.called import bare, joined_after_titles, titled
from search_index.fees import highest_fee
from search_index.folding import STOP_WORDS, stem
from search_index.labels import FILTER_GROUPS, MORE_GROUPS, Named, groups_meant, lexicon_of
from search_index.lexicon import Run, Word, folded, names
from search_index.sources import PlacesSource, VocabularySource
from search_index.whereabouts import BEFORE_PLACES, Where, Whereabouts, alone
from search_index.words import ASKING

KEYWORDS = 14
# What a text says after so many sentences is no wish: they would be shorter than anybody's.
MOST_SENTENCES = 200
PREFERRING = frozenset("prefer preferably ideally only be by rather or see want".split())
ALREADY_LEFT = frozenset("ex former left leaving leave strict raised".split())


# Group -> a list of values, or True where asking is all there is to it.
Asked = Mapping[str, Any]


@dataclass(slots=True)
class Wishes:
    """What was asked for (``more`` is what filters don't cover yet), and the folded words that said it.

    ``keywords``: the text is a few bare words, in no sentence.
    """

    filters: dict[str, Any] = field(default_factory=dict)
    more: dict[str, Any] = field(default_factory=dict)
    said_by: set[str] = field(default_factory=set)
    keywords: bool = False

    def add(self, group: str, slug: str) -> None:
        """One value of a group, once."""
        kept = self.more if group in MORE_GROUPS.values() else self.filters
        values = kept.setdefault(group, [])
        if slug not in values:
            values.append(slug)

    def add_all(self, filters: Asked) -> None:
        """Everything that is asked for at once: lists of values, or a plain yes."""
        for group, asked in filters.items():
            if isinstance(asked, list):
                for slug in asked:
                    self.add(group, slug)
            else:
                self.filters[group] = asked

    def name(self, sentence: Sentence, called: range, *, title: bool = False) -> set[int]:
        """A person's name, the first one said, and the words that said it; ``title``: with the word before it."""
        if not called or "name" in self.filters:
            return set()
        self.filters["name"] = sentence.typed(called).lower()
        return set(called) | ({called.start - 1} if title else set())

    def refuse(self, sentence: Sentence, words: Collection[int]) -> None:
        """Something that is not wanted, as typed."""
        self.more.setdefault("refused", []).append(sentence.typed(sorted(words)))

    def place(self, where: Where) -> None:
        """The first place said stands."""
        for key in ("country", "region", "place"):
            said = getattr(where, key)
            if said:
                self.filters.setdefault(key, said)
        if where.unknown and self.filters["place"] == where.place:
            self.more["unknown_place"] = [where.unknown]


class WishReader:
    """Reads wishes. Made once, from the cues of the seeds, the vocabulary and the places."""

    def __init__(self, cues: Mapping[str, Any], vocabulary: VocabularySource, places: PlacesSource) -> None:
        """``cues``: tables ``asking``, ``cue`` and ``gender`` as in seeds/wishes.toml."""
        asking = cues.get("asking", {})
        self._asking = Asking(asking)
        self._seeing = frozenset(asking.get("seeing", ()))
        self._cues = runs_of((phrase, cue) for cue in cues.get("cue", ()) for phrase in cue["phrases"])
        self._genders = {word: table["slug"] for table in cues.get("gender", ()) for word in table["words"]}
        self._whereabouts = Whereabouts(places, asking.get("living", ()), asking.get("no_towns", ()))
        plain = {folded(name) for name in asking.get("plain", ())} | self._whereabouts.names()
        self._names = lexicon_of(vocabulary, plain)
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
        fee = highest_fee(text, _country(wishes.filters), bare=short)
        if fee:
            wishes.filters["fee_max"] = fee.amount
            wishes.filters |= {"currency": fee.currency} if fee.currency else {}
            wishes.said_by |= set(folded(fee.said))
        return wishes

    def _as_list(self, sentence: Sentence) -> Sentence | None:
        """A sentence of a longer text that is nothing but a list of wishes ("Leeds, evenings.") as such; else None."""
        if sentence.short or len(sentence.words) > KEYWORDS or self._asking.tells(sentence.plain):
            return None
        bare, trial = replace(sentence, asks=True, keywords=True), Wishes()
        self._read_sentence(bare, trial)
        known = trial.said_by | STOP_WORDS | BEFORE_PLACES
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
            places = set(range(run.start, run.end))
            if taken.isdisjoint(places):
                refused = sentence.refused(run.start)
                taken |= places | refused
                if refused:
                    wishes.refuse(sentence, refused | places)
                else:
                    wishes.add_all(run.payload)
        return taken

    def _place(self, sentence: Sentence, wishes: Wishes, taken: set[int]) -> set[int]:
        if sentence.asks or sentence.short:
            where = sentence.whereabouts.read(sentence.words, taken | sentence.therapists, keywords=sentence.keywords)
        else:
            where = sentence.whereabouts.home(sentence.words, taken)
        if folded(where.unknown or "") in self._names:
            where.place = where.unknown = None
        wishes.place(where)
        return where.used

    def _cued(self, sentence: Sentence) -> Iterator[Run[Asked]]:
        for cue in self._cues.find(sentence.plain):
            if sentence.asks or sentence.short or cue.payload.get("anywhere"):
                yield Run(cue.start, cue.end, cue.payload["filters"])

    def _named(self, sentence: Sentence) -> Iterator[Run[Asked]]:
        for name in self._names.find(sentence.plain):
            meant = self._meant(name, sentence)
            if meant:
                groups = dict.fromkeys(one.group for one in meant)
                asked = {group: [one.slug for one in meant if one.group == group] for group in groups}
                yield Run(name.start, name.end, asked)

    def _meant(self, name: Run[list[Named]], sentence: Sentence) -> list[Named]:
        groups = {one.group for one in name.payload if self._is_wish(one.group, name, sentence)}
        chosen = groups_meant(name.payload, groups, spoken=spoken(name, sentence))
        return [one for one in name.payload if one.group in chosen]

    def _is_wish(self, group: str, name: Run[list[Named]], sentence: Sentence) -> bool:
        if group == "language" and spoken(name, sentence):
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

    def _gender(self, sentence: Sentence, wishes: Wishes) -> set[int]:
        for place, word in enumerate(sentence.plain):
            slug = self._genders.get(word)
            if slug is None or sentence.before(place, ("for", "trans", "gay", "as", "im"), 1):
                continue
            near = sentence.therapist_within(place, place + 1) or sentence.before(place, PREFERRING, 2)
            listed = place > 0 and sentence.short and alone(sentence.words, place, place + 1)
            if sentence.keywords or (sentence.asks and near) or listed:
                refused = sentence.refused(place)
                if refused:
                    wishes.refuse(sentence, refused | {place})
                else:
                    wishes.add("gender", slug)
                return {place} | refused
        return set()

    def _age(self, sentence: Sentence, wishes: Wishes) -> set[int]:
        for place in range(len(sentence.plain)):
            group, words = said_age(sentence.plain, place)
            if group and (sentence.asks or sentence.short):
                wishes.add("population", group)
                return set(range(place, place + words))
        return set()


def _label_words(vocabulary: VocabularySource) -> set[str]:
    """The words that name something else than a person: in any label or other name of a concern or a wish."""
    groups = ("concerns", *FILTER_GROUPS, *MORE_GROUPS, "formats", "genders")
    terms = (term for group in groups for term in vocabulary.terms(group))
    return {word for term in terms for name in names(term.label, term.aka) for word in folded(name)}


def _country(filters: Mapping[str, Any]) -> str | None:
    return filters.get("country") or (filters["region"][:2] if filters.get("region") else None)
