"""Is somebody in danger now? By known phrases and signs, and by how the sentences sound. It only shows help first.

Known phrases and signs are signs.py's, the sound is learnt from seeds/danger_sayings.toml by contrast.py. All of it
reads words, not people: danger told in words unlike all of these is missed, and some of what is past, or another's, is
taken for now. When in doubt the answer is yes: help that is shown blocks nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import reduce
from itertools import pairwise
from typing import Any

from search_index.contrast import NOTHING, Contrast, joined, learn
from search_index.learnt import Arrays, Learnt
from search_index.lexicon import sentences
from search_index.signs import Signs

# From here on it sounds like danger (see Contrast.sound). Lower tells more of it, and shows help lines to more of those
# who only tell a hard story: at -0.3 to a third of them, at 0 to one in six.
LEAST_SOUND = 0.0
# So much more is needed where something speaks against it: by cross-validation over the sayings.
AGAINST = 0.6
# A text of so many sentences is read as a whole.
SHORT = 3


class Danger:
    """Everything that tells of danger. Made once."""

    def __init__(self, phrases: Mapping[str, Any], learnt: Learnt | None = None) -> None:
        """The lists of phrases.toml and danger.toml that Signs reads, and these two.

        ``typed``: words as they are typed in haste -> what they stand for. ``danger_sayings``: the lists ``danger`` and
        ``near`` of danger_sayings.toml; without them nothing has a sound. ``sayings``: what people say, by concern;
        it is near too, except of the concerns in ``grave``. ``learnt``: where the sound is kept.
        """
        self._typed = {word: tuple(meant.split()) for word, meant in phrases.get("typed", {}).items()}
        self._signs = Signs(phrases, self._written_out)
        self._contrast = None
        if sayings := phrases.get("danger_sayings"):
            danger, near = sayings["danger"], _near(phrases)
            seen = (danger, near, phrases.get("typed", {}))
            self._contrast = Contrast((learnt or Learnt()).get("danger", seen, lambda: self._learn(danger, near)))

    def in_any(self, sentences: Sequence[Sequence[str]]) -> bool:
        """Does one of the sentences, given as folded words, tell of danger now?"""
        written = [self._written_out(words) for words in sentences]
        readings = [self._signs.read(words) for words in written]
        if any(reading.danger for reading in readings):
            return True
        if self._contrast is None or not written:
            return False
        against = any(reading.against for reading in readings)
        return loudest(self._contrast, written) >= (LEAST_SOUND + AGAINST if against else LEAST_SOUND)

    def _written_out(self, words: Iterable[str]) -> tuple[str, ...]:
        """Words with haste written out: "wanna" is "want to", "endin" is "ending"."""
        meant = (word for typed in words for word in self._typed.get(typed, (typed,)))
        return tuple(f"{word}g" if len(word) > 4 and word.endswith("in") else word for word in meant)

    def _learn(self, danger: Iterable[str], near: Iterable[str]) -> Arrays:
        return learn(self._read(danger), self._read(near))

    def _read(self, texts: Iterable[str]) -> list[list[tuple[str, ...]]]:
        return [[self._written_out(word.folded for word in words) for words in sentences(text)] for text in texts]


def loudest(contrast: Contrast, sentences: Sequence[Sequence[str]]) -> float:
    """How much a text sounds like danger: a short one as a whole, of a longer one the sentence that does most.

    There each sentence counts half by itself, half with the two beside it.
    """
    told = [contrast.read(words) for words in sentences]
    if len(told) <= SHORT:
        return contrast.sound(reduce(joined, told))
    with_next = [joined(one, other) for one, other in pairwise([NOTHING, *told, NOTHING])]
    with_both = (joined(pair, other) for pair, other in zip(with_next, [*told[1:], NOTHING], strict=False))
    return max((contrast.sound(one) + contrast.sound(near)) / 2 for one, near in zip(told, with_both, strict=False))


def _near(phrases: Mapping[str, Any]) -> list[str]:
    """Sayings without danger: those made for it, and what people say of everything that is not grave."""
    grave = set(phrases.get("grave", ()))
    told = [saying for slug, said in phrases.get("sayings", {}).items() if slug not in grave for saying in said]
    return [*phrases["danger_sayings"]["near"], *told]
