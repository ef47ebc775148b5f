"""The age of the person who would come, as people tell it -> an age group. What is asked for is not its business."""

from collections.abc import Sequence

YEARS_OLD = frozenset("year years yr yrs old yo".split())
SMALL_NUMBERS = {word: number for number, word in enumerate("zero one two three four five six seven eight".split())}
AGED = frozenset(
    "im aged age of son daughter boy girl kid child teen mum mom mother dad father grandmother grandfather husband "
    "wife nan gran brother sister am turning hes shes".split()
)
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


def age_group(words: Sequence[str], place: int) -> str:
    """The group that the number at ``place`` puts somebody in: "my daughter 14", "a boy of 6", "im 79". Empty if none.

    ``words`` are one sentence's, folded.
    """
    word = words[place]
    age = int(word) if word.isascii() and word.isdigit() and len(word) < 3 else SMALL_NUMBERS.get(word)
    group = next((slug for oldest, slug in AGE_GROUPS if age is not None and age <= oldest), "")
    told = YEARS_OLD.issuperset(words[place + 1 : place + 3] or ["no"])
    aged = not AGED.isdisjoint(words[max(0, place - 2) : place])
    return group if told or aged else ""
