"""Is somebody in danger now? By known phrases and signs, and by how the sentences sound. It only shows help first.

Known phrases and signs are signs.py's. How it sounds is learnt from seeds/danger_sayings.toml: by words alone in
contrast.py, by their order in hearing.py, which reads only what the words leave open. All of it reads words, not
people: danger told in words unlike all of these is missed, and some of what is past, or another's, is taken for now.
When in doubt the answer is yes: help that is shown blocks nothing.
"""

import math
from collections.abc import Mapping, Sequence
from functools import reduce
from itertools import pairwise
from typing import Any

from search_index import hearing
from search_index.contrast import NOTHING, Contrast, Told, joined, learn
from search_index.haste import Haste, Texts
from search_index.hearing import Hearing
from search_index.learnt import Learnt
from search_index.signs import Signs
from search_index.transformer import Transformer

# By words alone it sounds like danger from here on (see Contrast.sound), and from so much more where something speaks
# against it. Lower tells more of it, and shows help lines to more of those who only tell a hard story.
LEAST_SOUND, AGAINST = 0.0, 0.6
# By words and their order together, from here on; what is below the first by words alone is not read. Who says much
# says some of it loudly by chance, so a long text needs more. By cross-validation (docs/decisions/0012).
WORTH_READING, LEAST_HEARD = -0.75, -0.6
BY_ORDER, BY_LENGTH, HEARD_AGAINST = 0.3, 0.4, 0.2
# A text of so many sentences is read as a whole.
SHORT = 3


class Danger:
    """Everything that tells of danger. Made once."""

    def __init__(self, phrases: Mapping[str, Any], learnt: Learnt | None = None) -> None:
        """The lists of phrases.toml and danger.toml that Signs reads, and these.

        ``typed``: words as they are typed in haste -> what they stand for. ``danger_sayings``: the lists ``danger`` and
        ``near`` of danger_sayings.toml; without them nothing has a sound. ``sayings``: what people say, by concern;
        it is near too, except of the concerns in ``grave``. ``danger_head``: what ``learnt_head`` gave; without it
        words answer alone. ``learnt``: where the sound of words is kept.
        """
        self._haste = Haste(phrases.get("typed", {}))
        self._signs = Signs(phrases, self._haste.written_out)
        self._contrast, self._hearing = None, None
        if sayings := phrases.get("danger_sayings"):
            seen = (sayings["danger"], _near(phrases), phrases.get("typed", {}))
            self._contrast = Contrast((learnt or Learnt()).get("danger", seen, lambda: learn(*_examples(phrases))))
        if head := phrases.get("danger_head"):
            self._hearing = Hearing(head)

    def in_any(self, sentences: Sequence[Sequence[str]]) -> bool:
        """Does one of the sentences, given as folded words, tell of danger now?"""
        written = [self._haste.written_out(words) for words in sentences]
        readings = [self._signs.read(words) for words in written]
        if any(reading.danger for reading in readings):
            return True
        if self._contrast is None or not any(written):
            return False
        against = any(reading.against for reading in readings)
        told = [self._contrast.read(words) for words in written]
        loud = loudest(self._contrast, told)
        if self._hearing is None or not self._hearing.usable:
            return loud >= (LEAST_SOUND + AGAINST if against else LEAST_SOUND)
        loud -= BY_LENGTH * math.log(len(written)) + (HEARD_AGAINST if against else 0.0)
        if loud < WORTH_READING:
            return False
        by_sound = sorted(zip(map(self._contrast.sound, told), written, strict=True), reverse=True)
        return loud + BY_ORDER * self._hearing.loudest(words for _, words in by_sound) >= LEAST_HEARD

    @property
    def hears_order(self) -> bool:
        """Is the order of words read too? Asked for the first time, it takes a quarter of a second."""
        return self._hearing is not None and self._hearing.usable


def loudest(contrast: Contrast, told: Sequence[Told]) -> float:
    """How much a text sounds like danger: a short one as a whole, of a longer one the sentence that does most.

    There each sentence counts half by itself, half with the two beside it. ``told``: what each sentence tells.
    """
    if len(told) <= SHORT:
        return contrast.sound(reduce(joined, told))
    with_next = [joined(one, other) for one, other in pairwise([NOTHING, *told, NOTHING])]
    with_both = (joined(pair, other) for pair, other in zip(with_next, [*told[1:], NOTHING], strict=False))
    return max((contrast.sound(one) + contrast.sound(near)) / 2 for one, near in zip(told, with_both, strict=False))


def learnt_head(phrases: Mapping[str, Any], reader: Transformer) -> dict[str, Any]:
    """What ``danger_head`` is to hold for these phrases (see hearing.learn). Takes minutes."""
    return hearing.learn(*_examples(phrases), reader)


def is_learnt_from(phrases: Mapping[str, Any]) -> bool:
    """Was ``danger_head`` learnt from the sayings beside it?"""
    return bool(phrases["danger_head"]["learnt_from"] == hearing.digest(*_examples(phrases)))


def _examples(phrases: Mapping[str, Any]) -> tuple[Texts, Texts]:
    """Texts of danger, and texts without."""
    haste = Haste(phrases.get("typed", {}))
    return haste.read(phrases["danger_sayings"]["danger"]), haste.read(_near(phrases))


def _near(phrases: Mapping[str, Any]) -> list[str]:
    """Sayings without danger: those made for it, and what people say of everything that is not grave."""
    grave = set(phrases.get("grave", ()))
    told = [saying for slug, said in phrases.get("sayings", {}).items() if slug not in grave for saying in said]
    return [*phrases["danger_sayings"]["near"], *told]
