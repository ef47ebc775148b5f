"""Practical wishes in a person's words -> filters: language, format, times, gender and the like. Only what is said.

A name counts as a wish only in a sentence that asks for somebody, so that a story's words filter nothing.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from search_index.ages import age_group
from search_index.fees import highest_fee
from search_index.folding import STOP_WORDS
from search_index.lexicon import Lexicon, Run, Word, folded, names
from search_index.sources import PlacesSource, VocabularySource
from search_index.whereabouts import BEFORE_PLACES, Where, Whereabouts, alone

FILTER_GROUPS = {
    "approaches": "approach",
    "communities": "community",
    "faiths": "faith",
    "affirming": "affirming",
    "populations": "population",
    "languages": "language",
}
MORE_GROUPS = {
    "themes": "theme",
    "accessibility": "accessibility",
    "payments": "payment",
    "insurers": "insurance",
    "faith_stances": "faith_stance",
}
# "Lao and Hmong" goes by either name.
PEOPLES = ("communities", "languages", "faiths")
KEYWORDS = 14
NEAR_THERAPIST = 4
NAME_WORDS = 3
SPEAKING = frozenset("speak speaks speaking speaker spoken fluent language in bolne bolan bolti habla parle".split())
PREFERRING = frozenset("prefer preferably ideally only be by rather or see want".split())
ALREADY_LEFT = frozenset("ex former left leaving leave strict raised".split())
TITLES = frozenset("dr doctor".split())
CALLED = frozenset("called named".split())


# Group -> a list of values, or True where asking is all there is to it.
Asked = Mapping[str, Any]


class Named(NamedTuple):
    """One value that a name stands for, and whether the name is the term's own label."""

    group: str
    slug: str
    own: bool


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
    """One sentence: its words, whether it asks for somebody or is a bare list of wishes, where that somebody stands."""

    words: list[Word]
    plain: list[str]
    short: bool
    asks: bool
    keywords: bool
    therapists: set[int]

    def therapist_within(self, start: int, end: int) -> bool:
        """Is a word for the person looked for close to these words?"""
        return any(start - NEAR_THERAPIST <= place < end + NEAR_THERAPIST for place in self.therapists)

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
        self._asking = _runs((phrase, None) for phrase in asking.get("asking", ()))
        self._cues = _runs((phrase, cue) for cue in cues.get("cue", ()) for phrase in cue["phrases"])
        self._genders = {word: table["slug"] for table in cues.get("gender", ()) for word in table["words"]}
        self._whereabouts = Whereabouts(places, asking.get("living", ()))
        plain = {folded(name) for name in asking.get("plain", ())} | self._whereabouts.names()
        self._names = _name_lexicon(vocabulary, plain)

    def read(self, text: str, sentences: Sequence[list[Word]]) -> Wishes:
        """What is asked for in ``text``, whose ``sentences`` are given as words."""
        short = sum(map(len, sentences)) <= KEYWORDS
        wishes = Wishes(keywords=short and self._shaping.isdisjoint(word.folded for one in sentences for word in one))
        for words in sentences:
            sentence = self._sentence(words, short)
            self._read_sentence(self._as_list(sentence) or sentence, wishes)
        if {"country", "region"} & wishes.filters.keys():
            wishes.more.pop("unknown_place", None)
        fee = highest_fee(text, _country(wishes.filters), bare=short)
        if fee:
            wishes.filters["fee_max"] = fee.amount
            wishes.filters |= {"currency": fee.currency} if fee.currency else {}
            wishes.said_by |= set(folded(fee.said))
        return wishes

    def _sentence(self, words: list[Word], short: bool) -> _Sentence:
        plain = [word.folded for word in words]
        therapists = {place for place, word in enumerate(plain) if word in self._therapist}
        keywords = short and self._telling.isdisjoint(plain)
        asks = keywords or bool(therapists) or any(True for _ in self._asking.find(plain))
        return _Sentence(words, plain, short, asks, keywords, therapists)

    def _as_list(self, sentence: _Sentence) -> _Sentence | None:
        """A sentence of a longer text that is nothing but a list of wishes ("Leeds, evenings.") as such; else None."""
        if sentence.short or len(sentence.words) > KEYWORDS or not self._telling.isdisjoint(sentence.plain):
            return None
        bare, trial = replace(sentence, asks=True, keywords=True), Wishes()
        self._read_sentence(bare, trial)
        known = trial.said_by | STOP_WORDS | BEFORE_PLACES | self._therapist
        return bare if trial.said_by and known.issuperset(sentence.plain) else None

    def _read_sentence(self, sentence: _Sentence, wishes: Wishes) -> None:
        taken: set[int] = set()
        found = [*self._cued(sentence), *self._named(sentence)]
        for run in sorted(found, key=lambda run: run.start - run.end):
            places = set(range(run.start, run.end))
            if taken.isdisjoint(places):
                taken |= places
                wishes.add_all(run.payload)
        taken |= self._gender(sentence, wishes) | self._age(sentence, wishes)
        if sentence.asks or sentence.short:
            taken |= self._name(sentence, wishes, taken) if sentence.asks else set()
            where = self._whereabouts.read(sentence.words, taken | sentence.therapists, keywords=sentence.keywords)
        else:
            where = self._whereabouts.home(sentence.words, taken)
        if folded(where.unknown or "") in self._names:
            where.place = where.unknown = None
        wishes.place(where)
        taken |= where.used
        wishes.said_by |= {sentence.plain[place] for place in taken}
        wishes.said_by |= SPEAKING if wishes.filters.get("language") else set()

    def _cued(self, sentence: _Sentence) -> Iterator[Run[Asked]]:
        for cue in self._cues.find(sentence.plain):
            if sentence.asks or sentence.short or cue.payload.get("anywhere"):
                yield Run(cue.start, cue.end, cue.payload["filters"])

    def _named(self, sentence: _Sentence) -> Iterator[Run[Asked]]:
        for name in self._names.find(sentence.plain):
            meant = self._meant(name, sentence)
            if meant:
                yield Run(name.start, name.end, {meant[0].group: [one.slug for one in meant]})

    def _meant(self, name: Run[list[Named]], sentence: _Sentence) -> list[Named]:
        groups = {one.group for one in name.payload if self._is_wish(one.group, name, sentence)}
        chosen = _one_group(groups, name, sentence)
        return [one for one in name.payload if one.group == chosen]

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
                wishes.add("gender", slug)
                return {place}
        return set()

    def _age(self, sentence: _Sentence, wishes: Wishes) -> set[int]:
        for place in range(len(sentence.plain)):
            group = age_group(sentence.plain, place)
            if group and (sentence.asks or sentence.short):
                wishes.add("population", group)
                return {place}
        return set()

    def _name(self, sentence: _Sentence, wishes: Wishes, taken: set[int]) -> set[int]:
        """ "dr meera", "called Rao": the words after a title or after "called", as typed."""
        for place, word in enumerate(sentence.plain):
            if word in TITLES or word in CALLED:
                rest = range(place + 1, min(place + 1 + NAME_WORDS, len(sentence.words)))
                end = next(
                    (other for other in rest if other in taken or not self._may_name(sentence, other)), rest.stop
                )
                if end > place + 1:
                    wishes.filters["name"] = " ".join(sentence.words[n].typed for n in range(place + 1, end)).lower()
                    return {place}  # the name itself stays a word to look for
        return set()

    def _may_name(self, sentence: _Sentence, place: int) -> bool:
        word = sentence.words[place]
        return word.typed[:1].isupper() or sentence.keywords and word.folded not in SPEAKING


def _spoken(name: Run[Any], sentence: _Sentence) -> bool:
    after = sentence.plain[name.end : name.end + 2]
    return (
        sentence.before(name.start, SPEAKING - {"in"}, 3)
        or not SPEAKING.isdisjoint(set(after) - {"in"})
        or (sentence.asks and sentence.before(name.start, ("in",), 1))
    )


def _one_group(groups: set[str], name: Run[list[Named]], sentence: _Sentence) -> str | None:
    """Which of several meanings a name has: a language when spoken, else a community by its own name, else by order."""
    if "language" in groups and _spoken(name, sentence):
        return "language"
    if "faith" in groups and any(one.own for one in name.payload if one.group == "faith"):
        return "faith"
    if {"language", "community"} <= groups:
        return "community" if any(one.own for one in name.payload if one.group == "community") else "language"
    order = (*FILTER_GROUPS.values(), *MORE_GROUPS.values())
    return next((group for group in order if group in groups), None)


def _runs(pairs: Iterable[tuple[str, Any]]) -> Lexicon[Any]:
    lexicon: Lexicon[Any] = Lexicon()
    for phrase, payload in pairs:
        lexicon.add(folded(phrase), payload)
    return lexicon


def _name_lexicon(vocabulary: VocabularySource, plain: set[tuple[str, ...]]) -> Lexicon[list[Named]]:
    lexicon: Lexicon[list[Named]] = Lexicon()
    for terms, group in {**FILTER_GROUPS, **MORE_GROUPS}.items():
        for term in vocabulary.terms(terms):
            parts = term.label.split(" and ") if terms in PEOPLES else ()
            own = {folded(name) for name in names(term.label, parts)}
            for words in own | _ways_to_say(names(term.label, term.aka)):
                if words not in plain:
                    lexicon.add(words, [*(lexicon.get(words) or []), Named(group, term.slug, words in own)])
    return lexicon


def _ways_to_say(written: Iterable[str]) -> set[tuple[str, ...]]:
    """A name as it stands, without "and", and of a therapy also the one who does it ("schema therapist")."""
    said = {folded(name) for name in written}
    said |= {tuple(word for word in words if word != "and") for words in said}
    return said | {(*words[:-1], "therapist") for words in said if words[-1:] == ("therapy",)}


def _country(filters: Mapping[str, Any]) -> str | None:
    return filters.get("country") or (filters["region"][:2] if filters.get("region") else None)
