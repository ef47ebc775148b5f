"""Practical wishes in a person's words -> filters: language, format, times, gender and the like. Only what is said.

A name counts as a wish only in a sentence that asks for somebody, so that a story's words filter nothing.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from search_index.ages import said_age
from search_index.called import bare, joined_after_titles, titled
from search_index.fees import highest_fee
from search_index.folding import STOP_WORDS, stem
from search_index.labels import FILTER_GROUPS, MORE_GROUPS, Named, groups_meant, lexicon_of
from search_index.lexicon import Lexicon, Run, Word, folded, names
from search_index.sources import PlacesSource, VocabularySource
from search_index.whereabouts import BEFORE_PLACES, Where, Whereabouts, alone
from search_index.words import ASKING

KEYWORDS = 14
# What a text says after so many sentences is no wish: they would be shorter than anybody's.
MOST_SENTENCES = 200
NEAR_THERAPIST = 4
ANYONE = frozenset("someone somebody anyone anybody".split())
BEGINNING = 8
SPEAKING = frozenset("speak speaks speaking speaker spoken fluent language in bolne bolan bolti habla parle".split())
PREFERRING = frozenset("prefer preferably ideally only be by rather or see want".split())
ALREADY_LEFT = frozenset("ex former left leaving leave strict raised".split())
# "not a man", "I can't do phone": what follows is not wanted. Little words may stand between.
REFUSING = frozenset("no not isnt arent dont doesnt cant cannot wont without except never".split())
BETWEEN = frozenset("a an the any be do use want need like".split())


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

    def name(self, sentence: "_Sentence", called: range, *, title: bool = False) -> set[int]:
        """A person's name, the first one said, and the words that said it; ``title``: with the word before it."""
        if not called or "name" in self.filters:
            return set()
        self.filters["name"] = sentence.typed(called).lower()
        return set(called) | ({called.start - 1} if title else set())

    def refuse(self, sentence: "_Sentence", words: Collection[int]) -> None:
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


@dataclass(slots=True)
class _Sentence:
    """One sentence: its words, whether it asks for somebody or is a bare list of wishes, where that somebody stands.

    ``whereabouts``: what reads the places in it, the same for all of a text.
    """

    words: list[Word]
    plain: list[str]
    short: bool
    asks: bool
    keywords: bool
    therapists: set[int]
    whereabouts: Whereabouts

    def therapist_within(self, start: int, end: int) -> bool:
        """Is a word for the person looked for close to these words?"""
        return any(start - NEAR_THERAPIST <= place < end + NEAR_THERAPIST for place in self.therapists)

    def typed(self, places: Iterable[int]) -> str:
        """These words as typed."""
        return " ".join(self.words[place].typed for place in places)

    def refused(self, start: int) -> set[int]:
        """The words right before ``start`` that turn it into what is not wanted; none when it is wanted."""
        place = start - 1
        while place >= max(0, start - 2) and self.plain[place] in BETWEEN and not self.words[place].last:
            place -= 1
        says_no = place >= 0 and self.plain[place] in REFUSING and not self.words[place].last
        return set(range(place, start)) if says_no else set()

    def before(self, start: int, words: Iterable[str], within: int) -> bool:
        """Is one of ``words`` among the last ``within`` words before ``start``?"""
        return not set(self.plain[max(0, start - within) : start]).isdisjoint(words)


class WishReader:
    """Reads wishes. Made once, from the cues of the seeds, the vocabulary and the places."""

    def __init__(self, cues: Mapping[str, Any], vocabulary: VocabularySource, places: PlacesSource) -> None:
        """``cues``: tables ``asking``, ``cue`` and ``gender`` as in seeds/wishes.toml."""
        asking = cues.get("asking", {})
        self._therapist = frozenset(asking.get("therapist", ()))
        self._telling = frozenset(asking.get("telling", ()))
        self._shaping = self._telling | frozenset(asking.get("shaping", ()))
        self._seeing = frozenset(asking.get("seeing", ()))
        self._fitting = frozenset(asking.get("fitting", ()))
        self._asking = _runs((phrase, None) for phrase in asking.get("asking", ()))
        self._cues = _runs((phrase, cue) for cue in cues.get("cue", ()) for phrase in cue["phrases"])
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
        wishes = Wishes(keywords=short and self._shaping.isdisjoint(word.folded for one in sentences for word in one))
        for words in sentences[:MOST_SENTENCES]:
            sentence = self._sentence(words, short, whereabouts)
            self._read_sentence(self._as_list(sentence) or sentence, wishes, called)
        if {"country", "region"} & wishes.filters.keys():
            wishes.more.pop("unknown_place", None)
        fee = highest_fee(text, _country(wishes.filters), bare=short)
        if fee:
            wishes.filters["fee_max"] = fee.amount
            wishes.filters |= {"currency": fee.currency} if fee.currency else {}
            wishes.said_by |= set(folded(fee.said))
        return wishes

    def _sentence(self, words: list[Word], short: bool, whereabouts: Whereabouts) -> _Sentence:
        plain = [word.folded for word in words]
        therapists = {place for place, word in enumerate(plain) if word in self._therapist}
        keywords = short and self._telling.isdisjoint(plain)
        asks = keywords or bool(therapists) or any(self._asking.find(plain)) or self._begins_asking(plain)
        return _Sentence(words, plain, short, asks, keywords, therapists, whereabouts)

    def _begins_asking(self, plain: Sequence[str]) -> bool:
        """ "Someone by video who understands my family": somebody who isn't known yet, and what they are like."""
        if plain[0] not in ANYONE:
            return False
        what = next(
            (plain[n + 1] for n, word in enumerate(plain[:BEGINNING]) if word == "who" and n + 1 < len(plain)), ""
        )
        return self._telling.isdisjoint(plain) or what in self._fitting

    def _as_list(self, sentence: _Sentence) -> _Sentence | None:
        """A sentence of a longer text that is nothing but a list of wishes ("Leeds, evenings.") as such; else None."""
        if sentence.short or len(sentence.words) > KEYWORDS or not self._telling.isdisjoint(sentence.plain):
            return None
        bare, trial = replace(sentence, asks=True, keywords=True), Wishes()
        self._read_sentence(bare, trial)
        known = trial.said_by | STOP_WORDS | BEFORE_PLACES | self._therapist
        return bare if trial.said_by and known.issuperset(sentence.plain) else None

    def _read_sentence(self, sentence: _Sentence, wishes: Wishes, called: Collection[str] = ()) -> None:
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
        return word in self._therapist or stem(word) in ASKING

    def _read_cues(self, sentence: _Sentence, wishes: Wishes) -> set[int]:
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

    def _place(self, sentence: _Sentence, wishes: Wishes, taken: set[int]) -> set[int]:
        if sentence.asks or sentence.short:
            where = sentence.whereabouts.read(sentence.words, taken | sentence.therapists, keywords=sentence.keywords)
        else:
            where = sentence.whereabouts.home(sentence.words, taken)
        if folded(where.unknown or "") in self._names:
            where.place = where.unknown = None
        wishes.place(where)
        return where.used

    def _cued(self, sentence: _Sentence) -> Iterator[Run[Asked]]:
        for cue in self._cues.find(sentence.plain):
            if sentence.asks or sentence.short or cue.payload.get("anywhere"):
                yield Run(cue.start, cue.end, cue.payload["filters"])

    def _named(self, sentence: _Sentence) -> Iterator[Run[Asked]]:
        for name in self._names.find(sentence.plain):
            meant = self._meant(name, sentence)
            if meant:
                groups = dict.fromkeys(one.group for one in meant)
                asked = {group: [one.slug for one in meant if one.group == group] for group in groups}
                yield Run(name.start, name.end, asked)

    def _meant(self, name: Run[list[Named]], sentence: _Sentence) -> list[Named]:
        groups = {one.group for one in name.payload if self._is_wish(one.group, name, sentence)}
        chosen = groups_meant(name.payload, groups, spoken=_spoken(name, sentence))
        return [one for one in name.payload if one.group in chosen]

    def _is_wish(self, group: str, name: Run[list[Named]], sentence: _Sentence) -> bool:
        if group == "language" and _spoken(name, sentence):
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

    def _gender(self, sentence: _Sentence, wishes: Wishes) -> set[int]:
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

    def _age(self, sentence: _Sentence, wishes: Wishes) -> set[int]:
        for place in range(len(sentence.plain)):
            group, words = said_age(sentence.plain, place)
            if group and (sentence.asks or sentence.short):
                wishes.add("population", group)
                return set(range(place, place + words))
        return set()


def _spoken(name: Run[Any], sentence: _Sentence) -> bool:
    after = sentence.plain[name.end : name.end + 2]
    return (
        sentence.before(name.start, SPEAKING - {"in"}, 3)
        or not SPEAKING.isdisjoint(set(after) - {"in"})
        or (sentence.asks and sentence.before(name.start, ("in",), 1))
    )


def _runs(pairs: Iterable[tuple[str, Any]]) -> Lexicon[Any]:
    lexicon: Lexicon[Any] = Lexicon()
    for phrase, payload in pairs:
        lexicon.add(folded(phrase), payload)
    return lexicon


def _label_words(vocabulary: VocabularySource) -> set[str]:
    """The words that name something else than a person: in any label or other name of a concern or a wish."""
    groups = ("concerns", *FILTER_GROUPS, *MORE_GROUPS, "formats", "genders")
    terms = (term for group in groups for term in vocabulary.terms(group))
    return {word for term in terms for name in names(term.label, term.aka) for word in folded(name)}


def _country(filters: Mapping[str, Any]) -> str | None:
    return filters.get("country") or (filters["region"][:2] if filters.get("region") else None)
