"""The age of the person who would come, as people tell it -> an age group. What is asked for is not its business."""

import re
from collections.abc import Sequence
from itertools import takewhile

YEARS_OLD = frozenset("year years yr yrs old yo".split())
SMALL_NUMBERS = {
    word: number
    for number, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
        "seventeen eighteen nineteen".split()
    )
}
AGED = frozenset(
    "im aged age of son daughter boy girl kid child teen mum mom mother dad father grandmother grandfather husband "
    "wife nan gran brother sister am turning hes shes".split()
)
# "my son who is 15", "my dad, he is 80".
SOMEBODY = (AGED | frozenset("he she who".split())) - frozenset("of age".split())
NO_AGE = frozenset("minute minutes min mins hour hours mile miles km week weeks month months day days pounds".split())
_RUN_TOGETHER = re.compile(r"([1-9]\d?)(?:yo|yrs?|s)?", re.ASCII)
# The oldest age of each group; in between nobody is singled out.
AGE_GROUPS = (
    (5, "children-0-5"),
    (10, "children-6-10"),
    (12, "preteens-11-12"),
    (17, "teens-13-17"),
    (25, "young-adults-18-25"),
    (64, ""),
    (99, "older-adults-65"),
)


def said_age(words: Sequence[str], place: int) -> tuple[str, int]:
    """(group, how many words say it) of the age told at ``place``: "my daughter 14", "a boy of 6", "12-year-old".

    Nobody is singled out: ("", 0). ``words`` are one sentence's, folded.
    """
    age = said_number(words[place])
    group = next((slug for oldest, slug in AGE_GROUPS if age is not None and age <= oldest), "")
    told = len(list(takewhile(YEARS_OLD.__contains__, words[place + 1 : place + 3])))
    if not group or not (told or words[place].endswith("yo") or _aged(words, place)):
        return "", 0
    return group, 1 + told


def said_number(word: str) -> int | None:
    """The number that a folded word is or begins with ("7", "seven", "7yo"); None when it is none."""
    digits = _RUN_TOGETHER.fullmatch(word)
    return int(digits[1]) if digits else SMALL_NUMBERS.get(word)


def _aged(words: Sequence[str], place: int) -> bool:
    """Do the words before a number make it somebody's age?"""
    if place + 1 < len(words) and words[place + 1] in NO_AGE:
        return False
    after_is = place > 0 and words[place - 1] == "is"
    return not AGED.isdisjoint(words[max(0, place - 2) : place]) or (
        after_is and not SOMEBODY.isdisjoint(words[max(0, place - 4) : place - 1])
    )
