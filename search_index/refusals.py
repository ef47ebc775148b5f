"""What somebody says that they do not want: "not a man", "I hate the phone", "video doesn't work for me"."""

from collections.abc import Mapping
from enum import Enum
from typing import Any

from search_index.asking import Sentence, runs_of
from search_index.lexicon import Lexicon

# A refusal reaches so many words on, and what follows a name at most so many words later may still refuse it.
REACH, LATER = 7, 3
# "I tried CBT": only what stands right behind is meant.
NEARBY = 2
# "No money and need evenings", "not Leeds, only video": from here on something is wanted again.
TURNING = frozenset("only just please instead".split())
JOINED = frozenset("and or then".split())
WANTING = frozenset("need want would looking prefer like can live am im".split())
LITTLE = frozenset(
    "no not dont cant cannot wont without except never hate a an any the do be use want need like to on in by over of "
    "with see really talk talking speak speaking go going for me i rather would".split()
)


class Said(Enum):
    """How something is spoken of: not wanted, or neither wanted nor not ("I don't mind"), or wanted all the same."""

    REFUSED = "before"
    LEFT_OPEN = "whatever"
    WANTED = "all_the_same"


class Refusals:
    """Reads refusals. Made once."""

    def __init__(self, said: Mapping[str, Any]) -> None:
        """``said``: the table ``refusing`` of seeds/wishes.toml."""
        self._before: Lexicon[Said] = runs_of((phrase, how) for how in Said for phrase in said.get(how.value, ()))
        self._after: Lexicon[None] = runs_of((phrase, None) for phrase in said.get("after", ()))

    def plainly(self, sentence: Sentence, beside: set[int]) -> bool:
        """Do these words that refuse say nothing else, in a text too short to be a story?"""
        return sentence.short and all(sentence.plain[place] in LITTLE for place in beside)

    def read(self, sentence: Sentence, start: int, end: int) -> tuple[Said, set[int]]:
        """How the words from ``start`` to ``end`` are spoken of, and the words beside them that say so."""
        clause = sentence.clause(start).words
        for said in reversed(list(self._before.find(sentence.plain[clause.start : start]))):
            first, last = clause.start + said.start, clause.start + said.end
            reach = NEARBY if said.payload is Said.LEFT_OPEN else REACH
            if start - last <= reach and not _turns(sentence, last, start):
                return said.payload, set(range(first, start)) if said.payload is Said.REFUSED else set()
        for told in self._after.find(sentence.plain[end : end + LATER * 2 + 1]):
            if told.start <= LATER and not any(word.last for word in sentence.words[end - 1 : end + told.start]):
                return Said.REFUSED, set(range(end, end + told.end))
        return Said.WANTED, set()


def _turns(sentence: Sentence, start: int, end: int) -> bool:
    plain = sentence.plain
    return any(
        plain[place] in TURNING or (plain[place] in JOINED and plain[place + 1] in WANTING)
        for place in range(start, end)
    )
