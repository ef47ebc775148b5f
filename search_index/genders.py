"""Whose words about men and women say whom a person would see. What happened with them is a story, and no wish."""

from collections.abc import Mapping
from typing import Any

from search_index.asking import Sentence
from search_index.leading import alone

# Before these words nobody speaks of the therapist: "for women", "I'm a woman".
OF_OTHERS = frozenset("for trans gay as im".split())
# "Was a man": that was somebody else.
PAST = frozenset("was were had met saw".split())
# "I was abused by a female therapist": so was that.
DONE = frozenset("was were abused hurt raped assaulted attacked touched beaten hit left told said had saw met".split())
# "A male boss" is nobody to talk to.
OTHER_PEOPLE = frozenset(
    "role boss bosses friend friends doctor doctors nurse nurses gp teacher teachers colleague colleagues partner "
    "partners relative relatives cousin manager driver".split()
)
FAR = 8
OF_MANY = frozenset("women men ladies".split())
# "I want to be a man" is no wish for one.
BECOMING = ("to", "be", "a")


class Genders:
    """Finds the gender that is wished for. Made once."""

    def __init__(self, cues: Mapping[str, Any]) -> None:
        """``cues``: the tables ``gender`` of seeds/wishes.toml."""
        self._slugs = {word: table["slug"] for table in cues.get("gender", ()) for word in table["words"]}

    def read(self, sentence: Sentence) -> list[tuple[int, str]]:
        """Where a gender stands that somebody would see or would not see, and which."""
        found = ((place, self._slugs.get(word)) for place, word in enumerate(sentence.plain))
        return [(place, slug) for place, slug in found if slug and self._is_said_of_whom(sentence, place)]

    def _is_said_of_whom(self, sentence: Sentence, place: int) -> bool:
        others = not OTHER_PEOPLE.isdisjoint(sentence.plain[place + 1 : place + 2])
        if others or sentence.before(place, OF_OTHERS, 1) or sentence.before(place, PAST, 2):
            return False
        clause = sentence.clause(place)
        if sentence.keywords and not clause.tells:
            return True
        listed = place > 0 and sentence.short and alone(sentence.words, place, place + 1)
        done = not DONE.isdisjoint(sentence.plain[clause.words.start : place])
        close = any(near in clause.words for near in sentence.therapists if abs(near - place) < FAR)
        beside = close and clause.asks and not done
        return listed or beside or self._is_wished(sentence, place)

    def _is_wished(self, sentence: Sentence, place: int) -> bool:
        """Does a word of wishing lead to this one, with nothing but little words between?"""
        plain = sentence.plain
        becoming = tuple(plain[max(0, place - 3) : place]) == BECOMING and "it" not in plain[:place]
        return plain[place] not in OF_MANY and not becoming and sentence.longed_for(place)
