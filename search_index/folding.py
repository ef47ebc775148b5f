"""Letters and words made comparable: case, accents, apostrophes, endings. What words mean is decided elsewhere."""

import re
import unicodedata
from functools import lru_cache

from whoosh.lang import porter

WORD_LENGTH = 64

STOP_WORDS = frozenset(
    "a about am an and any are as at be been but by can could do does for from had has have he her here him his how i "
    "if im in into is it its ive just me my no not of on or our she should so some that the their them then there "
    "these they this to too up us was we were what when where which who will with would you your".split()
)

# Letters and digits of every script; the ranges are the vowel signs and marks that Python's \w leaves out.
WORD = re.compile(
    "[^\\W_][\\w\u0591-\u05c7\u064b-\u065f\u0670\u0900-\u0963\u0966-\u0dff\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff]*"
)
_ACCENTS = re.compile("[\u0300-\u036f]")
_INNER_APOSTROPHE = re.compile(r"(?<=\w)['\u2019](?=\w)")


def fold(text: str) -> str:
    """Lower case, without accents, without apostrophes inside words, without half characters: "Zoë’s" is "zoes"."""
    if text.isascii():
        lower = text.lower()
        return _INNER_APOSTROPHE.sub("", lower) if "'" in lower else lower
    whole = text.encode("utf-8", "ignore").decode("utf-8")
    plain = _ACCENTS.sub("", unicodedata.normalize("NFKD", whole).casefold())
    return _INNER_APOSTROPHE.sub("", unicodedata.normalize("NFC", plain))


@lru_cache(maxsize=65_536)
def stem(word: str) -> str:
    """A folded word without its English ending (Porter, "An algorithm for suffix stripping", 1980)."""
    return str(porter.stem(word))
