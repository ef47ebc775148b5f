"""The clauses of a sentence: runs of words with one subject. What is said in them is not looked at."""

from collections.abc import Iterator, Sequence

from search_index.lexicon import Word

# After these a new clause begins, where somebody's doing follows.
JOINING = frozenset("and or as since when while after before until where if though although then".split())
# Before these it does, whatever follows.
PARTING = frozenset("but so because cause cos".split())
BEGINNERS = frozenset(
    "i im ive id we my our he she they his her their it need want would looking prefer please can live".split()
)
# They begin one without a comma or joining word too, but for "a therapist I can talk to".
SUBJECTS = frozenset("i im ive id".split())
LEADING_ON = frozenset(
    "someone somebody anyone anybody person who what that than therapist counsellor counselor psychologist something "
    "anything everything all thing times and or but so because if when as since where how why can could may might "
    "would should shall will do did am have must".split()
)
# "Anyone but a man" is one clause.
ALL_OF = frozenset("anyone anybody anything any someone somebody all".split())


def clauses(words: Sequence[Word]) -> Iterator[range]:
    """The places of the words of each clause, in order."""
    start = 0
    for place in range(1, len(words)):
        if words[place - 1].last or _begins(words, place):
            yield range(start, place)
            start = place
    yield range(start, len(words))


def _begins(words: Sequence[Word], place: int) -> bool:
    word, before = words[place].folded, words[place - 1].folded
    if word in PARTING:
        return before not in ALL_OF
    if word in JOINING:
        return place + 1 < len(words) and words[place + 1].folded in BEGINNERS
    return word in SUBJECTS and before not in LEADING_ON
