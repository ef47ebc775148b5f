"""Is somebody in danger now? By known phrases, and by signs that stand together in one sentence. It only shows help.

Phrases and signs are the seeds'. When in doubt the answer is yes: help that is shown blocks nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from search_index.folding import stem
from search_index.lexicon import Lexicon, Run, folded


class Danger:
    """The phrases and signs of danger, and what excuses them. Made once."""

    def __init__(self, phrases: Mapping[str, Any]) -> None:
        """The lists of seeds/phrases.toml and danger.toml.

        ``danger``: phrases; ``near``: phrases that excuse those inside them; ``sign``: tables of ``together`` (lists of
        phrases, of each of which one must stand in the sentence) and ``unless``. The list ``unless`` excuses every
        sign, ``story`` the whole sentence. ``typed``: words as they are typed in haste -> what they stand for.
        """
        self._typed = {word: tuple(meant.split()) for word, meant in phrases.get("typed", {}).items()}
        self._phrases = self._lexicon(phrases.get("danger", ()))
        self._near = self._lexicon(phrases.get("near", ()))
        self._story = self._lexicon(phrases.get("story", ()))
        signs = phrases.get("sign", ())
        self._needed = [len(sign["together"]) for sign in signs]
        self._parts: Lexicon[set[tuple[int, int]]] = Lexicon()
        for number, sign in enumerate(signs):
            for part, group in enumerate(sign["together"]):
                self._add_parts(group, (number, part))
            self._add_parts((*sign.get("unless", ()), *phrases.get("unless", ())), (number, _UNLESS))

    def in_any(self, sentences: Iterable[Sequence[str]]) -> bool:
        """Does one of the sentences, given as folded words, tell of danger now?"""
        return any(self._in(self._stems(words)) for words in sentences)

    def _in(self, stems: Sequence[str]) -> bool:
        if any(True for _ in self._story.find(stems)):
            return False
        excused = list(self._near.find_all(stems))
        if any(not _covered(run, excused) for run in self._phrases.find_all(stems)):
            return True
        found: dict[int, set[int]] = {}
        for run in self._parts.find_all(stems):
            if not _covered(run, excused):
                for number, part in run.payload:
                    found.setdefault(number, set()).add(part)
        return any(_UNLESS not in parts and len(parts) == self._needed[number] for number, parts in found.items())

    def _add_parts(self, phrases: Iterable[str], part: tuple[int, int]) -> None:
        for phrase in phrases:
            stems = self._stems(folded(phrase))
            self._parts.add(stems, (self._parts.get(stems) or set()) | {part})

    def _stems(self, words: Sequence[str]) -> tuple[str, ...]:
        """Stems with haste written out: "wanna" is "want to", "endin" is "ending"."""
        meant = (word for typed in words for word in self._typed.get(typed, (typed,)))
        return tuple(stem(f"{word}g" if len(word) > 4 and word.endswith("in") else word) for word in meant)

    def _lexicon(self, phrases: Iterable[str]) -> Lexicon[None]:
        lexicon: Lexicon[None] = Lexicon()
        for phrase in phrases:
            lexicon.add(self._stems(folded(phrase)), None)
        return lexicon


_UNLESS = -1


def _covered(run: Run[Any], by: Iterable[Run[Any]]) -> bool:
    return any(other.start <= run.start and run.end <= other.end for other in by)
