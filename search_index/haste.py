"""Words as they are typed in haste -> what they stand for: "wanna" is "want to", "endin" is "ending"."""

from collections.abc import Iterable, Mapping

from search_index.lexicon import sentences

Texts = list[list[tuple[str, ...]]]


class Haste:
    """Writes hasty words out. Made once."""

    def __init__(self, typed: Mapping[str, str]) -> None:
        """``typed``: folded words -> the words that they stand for."""
        self._typed = {word: tuple(meant.split()) for word, meant in typed.items()}

    def written_out(self, words: Iterable[str]) -> tuple[str, ...]:
        """The folded words of a sentence, written out."""
        meant = (word for typed in words for word in self._typed.get(typed, (typed,)))
        return tuple(f"{word}g" if len(word) > 4 and word.endswith("in") else word for word in meant)

    def read(self, texts: Iterable[str]) -> Texts:
        """Each text as its sentences of folded words, written out."""
        return [[self.written_out(word.folded for word in words) for words in sentences(text)] for text in texts]
