"""Does a sentence ask for somebody, tell a story, or only list what is wished? What is asked for is wishes.py's."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from search_index.lexicon import Lexicon, Run, Word, folded
from search_index.whereabouts import Whereabouts

NEAR_THERAPIST = 4
ANYONE = frozenset("someone somebody anyone anybody".split())
BEGINNING = 8
SPEAKING = frozenset("speak speaks speaking speaker spoken fluent language in bolne bolan bolti habla parle".split())
# "not a man", "I can't do phone": what follows is not wanted. Little words may stand between.
REFUSING = frozenset("no not isnt arent dont doesnt cant cannot wont without except never".split())
BETWEEN = frozenset("a an the any be do use want need like".split())


@dataclass(slots=True)
class Sentence:
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


class Asking:
    """Makes sentences of words. Made once, from the words of the seeds that ask and those that tell."""

    def __init__(self, said: Mapping[str, Any]) -> None:
        """``said``: the table ``asking`` of seeds/wishes.toml."""
        self._therapist = frozenset(said.get("therapist", ()))
        self._telling = frozenset(said.get("telling", ()))
        self._shaping = self._telling | frozenset(said.get("shaping", ()))
        self._fitting = frozenset(said.get("fitting", ()))
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
        therapists = {place for place, word in enumerate(plain) if word in self._therapist}
        keywords = short and not self.tells(plain)
        asks = keywords or bool(therapists) or any(self._asking.find(plain)) or self._begins_asking(plain)
        return Sentence(words, plain, short, asks, keywords, therapists, whereabouts)

    def _begins_asking(self, plain: Sequence[str]) -> bool:
        """ "Someone by video who understands my family": somebody who isn't known yet, and what they are like."""
        if plain[0] not in ANYONE:
            return False
        what = next(
            (plain[n + 1] for n, word in enumerate(plain[:BEGINNING]) if word == "who" and n + 1 < len(plain)), ""
        )
        return not self.tells(plain) or what in self._fitting


def spoken(name: Run[Any], sentence: Sentence) -> bool:
    """Is this name said as a language ("speaks Tamil", "Tamil-speaking", "in Tamil")?"""
    after = sentence.plain[name.end : name.end + 2]
    return (
        sentence.before(name.start, SPEAKING - {"in"}, 3)
        or not SPEAKING.isdisjoint(set(after) - {"in"})
        or (sentence.asks and sentence.before(name.start, ("in",), 1))
    )


def runs_of(pairs: Iterable[tuple[str, Any]]) -> Lexicon[Any]:
    """Phrases, and what each stands for."""
    lexicon: Lexicon[Any] = Lexicon()
    for phrase, payload in pairs:
        lexicon.add(folded(phrase), payload)
    return lexicon
