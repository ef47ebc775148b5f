"""How an English word sounds, roughly: words that are easily taken for one another by ear get the same letters."""

import re
from functools import lru_cache

# In order. Sounds: x for sh and ch, j for soft g, k for hard c, a for every vowel.
_RULES = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        ("^(?:kn|gn|pn)", "n"),
        ("^ps", "s"),
        ("^wr", "r"),
        ("^x", "s"),
        ("[sc][iy]c+h?(?=[aeiouy])", "sik"),  # psychology, sycology
        ("chr", "kr"),
        ("ph", "f"),
        ("ght", "t"),
        ("gh", ""),
        ("(?:[ct]i|s+i|sh)(?=[aou])|sh|tch|ch", "x"),  # tension, special, motion
        ("dg", "j"),
        ("c(?=[eiy])", "s"),
        ("[cq]", "k"),
        ("z", "s"),
        ("g(?=[eiy])", "j"),
        ("ks", "x"),
        ("[aeiouyw]+", "a"),
    )
)
_REPEATED = re.compile(r"(.)\1+")


@lru_cache(maxsize=65_536)
def sound(word: str) -> str:
    """The sounds of a folded word; misspellings by ear have the same, or nearly: "anxiety" and "angziaty"."""
    for pattern, letters in _RULES:
        word = pattern.sub(letters, word)
    return _REPEATED.sub(r"\1", word)
