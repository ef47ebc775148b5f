"""The words around a place: what leads to it, what follows it, and what only looks like one. No place is looked up."""

from collections.abc import Collection, Iterator, Sequence
from itertools import takewhile

from search_index.lexicon import Word

BEFORE_PLACES = frozenset(
    "in near nr around at from close to outside central rural north south east west based by within en cerca".split()
)
SURELY_BEFORE = frozenset("in near nr around en".split())
# "in south London", "the Leeds area": they belong to the place, and are none.
PARTS = frozenset("central greater rural inner outer downtown north south east west city".split())
AFTER_PLACES = frozenset("area based".split())
NEAR_TO = frozenset("close near local nearer closer".split())
# "not far from", "20 minutes from", "within reach of".
ON_THE_WAY = frozenset(
    "not far miles mile km minutes mins reach distance of travel commuting driving walking anywhere somewhere "
    "licensed registered postcode".split()
)
LEADING = BEFORE_PLACES | NEAR_TO | PARTS | ON_THE_WAY
# After "in", with a capital letter, and no town that we could fail to know.
NO_TOWNS = frozenset(
    "january february march april may june july august september october november december "
    "monday tuesday wednesday thursday friday saturday sunday spring summer autumn winter christmas ramadan year god "
    "jesus allah".split()
)
# "near" leads to a town in any letters, but for these.
NEAR_WHOM = frozenset("me us you my our here home work school where the a an by to enough future any this".split())
# After "therapist in", in small letters, and no town.
NO_TOWN_IN = frozenset(
    "training practice private person network school schools general particular mind question need person group short "
    "line real life time case order touch recovery crisis trouble pain doubt total future office house therapy".split()
)


def introduced(words: Sequence[Word], start: int, by: Collection[str]) -> bool:
    """Does one of these words stand right before?"""
    return start > 0 and words[start - 1].folded in by


def leads_to(words: Sequence[Word], start: int) -> bool:
    """Does "in", "near", "close to" or the like lead to this word, perhaps over "south" or "central"?"""
    place = start - 1
    while place >= 0 and words[place].folded in PARTS and not words[place].last:
        place -= 1
    if place > 0 and words[place].folded == "to":
        return words[place - 1].folded in NEAR_TO
    return place >= 0 and words[place].folded in SURELY_BEFORE


def beside(plain: Sequence[str], used: Collection[int]) -> Iterator[int]:
    """The words that lead to what was found, or follow it: "close to", "south", "area"."""
    for place in used:
        before = takewhile(lambda n: plain[n] in LEADING or plain[n].isdigit(), range(place - 1, -1, -1))
        yield from before
        if place + 1 < len(plain) and plain[place + 1] in AFTER_PLACES:
            yield place + 1


def alone(words: Sequence[Word], start: int, end: int) -> bool:
    """Do these words stand by themselves between commas or ends?"""
    return (start == 0 or words[start - 1].last) and words[end - 1].last


def looks_like_a_name(word: Word) -> bool:
    """Has it a capital letter, and is no month, day or god?"""
    return word.typed[:1].isupper() and word.folded not in NO_TOWNS


def may_be_in(words: Sequence[Word], start: int) -> bool:
    """A word in small letters at the end of its clause, that could be a town ("counsellor in hackney")."""
    return words[start].last and may_be_near(words[start]) and words[start].folded not in NO_TOWN_IN | NO_TOWNS


def may_be_near(word: Word) -> bool:
    """A word in small letters that could be a town after "near"."""
    return word.typed.islower() and word.typed.isalpha() and word.folded not in NEAR_WHOM
