"""Names of people in what somebody typed: "dr meera", "called Rao", "rao". Who goes by a name is the index's to say."""

from collections.abc import Collection, Sequence

from search_index.folding import STOP_WORDS
from search_index.lexicon import Word

TITLES = frozenset("dr doctor prof professor".split())
SHORTENED = TITLES | {"st", "mt"}
CALLED = frozenset("called named".split())
NAME_WORDS = 3


def titled(words: Sequence[Word], taken: Collection[int], names: Collection[str], *, keywords: bool) -> range:
    """The name after a title or after "called"; empty when there is none.

    It begins with a capital letter, is a known name, or stands in a bare list of wishes (``keywords``).
    """
    for place, word in enumerate(words):
        if word.folded in TITLES or word.folded in CALLED:
            rest = range(place + 1, min(place + 1 + NAME_WORDS, len(words)))
            end = next((n for n in rest if n in taken or not _goes_on(words, n, place, names, keywords)), rest.stop)
            if end > place + 1:
                return range(place + 1, end)
    return range(0)


def bare(words: Sequence[Word], taken: Collection[int], names: Collection[str]) -> range:
    """Known names that are all that a bare list of wishes says beside its wishes ("rao", "meera rao, evenings").

    A single letter after a name is the rest of it. Empty when any other word is left.
    """
    left = [place for place, word in enumerate(words) if place not in taken and word.folded not in STOP_WORDS]
    if not left or len(left) > NAME_WORDS or words[left[0]].folded not in names or left[-1] - left[0] >= len(left):
        return range(0)
    if any(words[place].folded not in names and len(words[place].folded) > 1 for place in left):
        return range(0)
    return range(left[0], left[-1] + 1)


def _goes_on(words: Sequence[Word], number: int, title: int, names: Collection[str], keywords: bool) -> bool:
    if number > title + 1 and words[number - 1].last:
        return False
    return _may_name(words[number], names, keywords)


def _may_name(word: Word, names: Collection[str], keywords: bool) -> bool:
    return word.folded not in STOP_WORDS and (word.typed[:1].isupper() or word.folded in names or keywords)


def joined_after_titles(sentences: Sequence[list[Word]]) -> list[list[Word]]:
    """The full stop of "Dr. Rao" or "St. Louis" ends no sentence."""
    joined: list[list[Word]] = []
    for words in sentences:
        if joined and joined[-1][-1].folded in SHORTENED:
            joined[-1] = [*joined[-1], *words]
        else:
            joined.append(words)
    return joined
