"""Professions that a text names: "clinical psychologist", "social worker". Who has them is the index's to say.

"Therapist" and "psychologist" alone are on everybody's lips, and say nothing about whom.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence

from search_index.folding import stem
from search_index.lexicon import Lexicon, Word, folded, names
from search_index.sources import TermSource
from search_index.words import ASKING

NOUNS = frozenset(map(stem, "psychologist psychiatrist psychoanalyst nurse worker therapist counsellor".split()))
# "A registered therapist" is any.
ANY = frozenset(map(stem, "a registered accredited licensed qualified student mental health".split()))


class Professions:
    """Finds professions. Made once, from the vocabulary's credentials."""

    def __init__(self, credentials: Iterable[TermSource]) -> None:
        self._names: Lexicon[None] = Lexicon()
        for term in credentials:
            for name in names(term.label, term.aka):
                stems = tuple(map(stem, folded(name)))
                if stems and stems[-1] in NOUNS and not _any(stems):
                    self._names.add(stems, None)

    def read(self, sentences: Iterable[Sequence[Word]], wished: Collection[str]) -> Iterator[Sequence[Word]]:
        """The words of each profession named, but for those that are wishes already ("art therapist")."""
        for words in sentences:
            for run in self._names.find([stem(word.folded) for word in words]):
                said = words[run.start : run.end]
                if not any(word.folded in wished for word in said):
                    yield said


def _any(stems: Sequence[str]) -> bool:
    """Is this somebody whom all mean who look here?"""
    return stems[-1] in ASKING and ANY.issuperset(stems[:-1])


def quoted(words: Sequence[Word]) -> str:
    """Words that belong together as one to look for."""
    typed = " ".join(word.typed for word in words)
    return f'"{typed}"' if len(words) > 1 else typed
