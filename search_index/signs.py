"""Known phrases of danger, and signs that mean it when they stand together in one sentence. Data comes from seeds."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from search_index.folding import stem
from search_index.lexicon import Lexicon, Run, folded

WrittenOut = Callable[[Iterable[str]], Sequence[str]]
# What a run of words is: a name of a list, or the number of a sign with that of one of its parts.
Mark = tuple[str | int, int]

_SIGN_LISTS = ("danger", "near", "story", "unless", "against")
_DANGER, _NEAR, _STORY, _UNLESS, _AGAINST = ((name, 0) for name in _SIGN_LISTS)
_EXCUSE = -1


class Reading(NamedTuple):
    """Of one sentence: does it tell of danger, and does anything in it speak against that?"""

    danger: bool
    against: bool


class Signs:
    """The phrases and signs of danger, and what excuses them. Made once."""

    def __init__(self, phrases: Mapping[str, Any], written_out: WrittenOut) -> None:
        """The lists of seeds/phrases.toml and danger.toml; ``written_out`` mends words that are typed in haste.

        ``danger``: phrases; ``near``: phrases that excuse those inside them; ``sign``: tables of ``together`` (lists of
        phrases, of each of which one must stand in the sentence) and ``unless``. The list ``unless`` excuses every
        sign and leaves phrases to how the text sounds; ``story`` excuses the whole sentence. ``against``: phrases that,
        like all these, speak against danger.
        """
        self._written_out = written_out
        self._marks: Lexicon[set[Mark]] = Lexicon()
        for name in _SIGN_LISTS:
            self._mark(phrases.get(name, ()), (name, 0))
        signs = phrases.get("sign", ())
        self._needed = [len(sign["together"]) for sign in signs]
        for number, sign in enumerate(signs):
            for part, group in enumerate(sign["together"]):
                self._mark(group, (number, part))
            self._mark(sign.get("unless", ()), (number, _EXCUSE))

    def read(self, words: Sequence[str]) -> Reading:
        """Read the folded, written out words of one sentence."""
        runs = list(self._marks.find_all(tuple(map(stem, words))))
        lists = {mark for run in runs for mark in run.payload if isinstance(mark[0], str)}
        against = bool(lists & {_NEAR, _STORY, _UNLESS, _AGAINST})
        if not runs or _STORY in lists:
            return Reading(False, against)
        near = [run for run in runs if _NEAR in run.payload]
        left = [run for run in runs if not _covered(run, near)]
        phrases = [run for run in left if _DANGER in run.payload]
        marks = {mark for run in left for mark in run.payload}
        if any(_UNLESS in run.payload and not _covered(run, phrases) for run in left):
            return Reading(False, against and not phrases)
        return Reading(bool(phrases) or self._stand_together(marks), against)

    def _stand_together(self, marks: set[Mark]) -> bool:
        """Is there a sign with all its parts, and nothing of its own that excuses it?"""
        signs: dict[int, set[int]] = {}
        for number, part in marks:
            if isinstance(number, int):
                signs.setdefault(number, set()).add(part)
        return any(_EXCUSE not in parts and len(parts) == self._needed[number] for number, parts in signs.items())

    def _mark(self, phrases: Iterable[str], mark: Mark) -> None:
        for phrase in phrases:
            stems = tuple(stem(word) for word in self._written_out(folded(phrase)))
            self._marks.add(stems, (self._marks.get(stems) or set()) | {mark})


def _covered(run: Run[Any], by: Iterable[Run[Any]]) -> bool:
    """Does it lie inside one of the others?"""
    return any(other.start <= run.start and run.end <= other.end for other in by)
