"""Is this an English word? By the list that ships in the package pyspellchecker, in American or British spelling."""

import gzip
import json
import logging
import re
from collections.abc import Collection
from functools import lru_cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray

PACKAGE, WORD_LIST = "spellchecker", "resources/en.json.gz"
LONGEST = 24
# "memory's" would make "memorys" right.
_OF_Y = re.compile("[^aeiou]y's$")
_log = logging.getLogger("holdspace.spelling")

# The list is American. British spellings differ by rule, but for the last few.
_AMERICAN = tuple(
    (re.compile(pattern), american)
    for pattern, american in (
        ("(?<=[bcdgilmnpv])our", "or"),
        ("is(?=(?:e[drs]?|ers|ing|ations?|able)$)", "iz"),
        ("ys(?=(?:e[drs]?|ing)$)", "yz"),
        ("([aeiouy][^aeiouy]+[aeiouy])ll(?=(?:ing|ed|[eo]rs?|ist|ous|en)s?$)", r"\1l"),
        ("^((?:epi)?cent|theat|fib|lit|calib|lust|somb|spect|met)re(?=[ds]?$)", r"\1er"),
        ("^(def|off|lic|pret)ence(?=[ds]?$)", r"\1ense"),
        ("oeuvre", "euver"),
        ("(?<=[a-z])[ao]e(?=[a-z]{3})|^oe(?=[a-z]{4})|(?<=rh)oe", "e"),
        ("ogue(?=s?$)", "og"),
        ("gramme(?=s?$)", "gram"),
        ("^(m|sm)ould", r"\1old"),
        ("^scep", "skep"),
        ("^draught", "draft"),
        ("^cheque", "check"),
        ("^pyjama", "pajama"),
        ("^aeroplane", "airplane"),
        ("^jewellery", "jewelry"),
    )
)


def unknown(words: Collection[str]) -> set[str]:
    """Which of these folded words are no English words, by either spelling. Without the list: none."""
    listed = _listed()
    if listed is None:
        return set()
    american = {word: _american(word) for word in _outside(listed, words)}
    still = _outside(listed, set(american.values()))
    return {word for word, spelled in american.items() if spelled in still}


def _outside(listed: NDArray[np.bytes_], words: Collection[str]) -> set[str]:
    short = [word for word in words if len(word) <= LONGEST and word.isascii()]
    if not short:
        return set(words)
    asked = np.array(short, dtype=listed.dtype)
    found = listed[np.minimum(np.searchsorted(listed, asked), len(listed) - 1)] == asked
    return set(words) - {word for word, known in zip(short, found.tolist(), strict=True) if known}


def _american(word: str) -> str:
    for pattern, american in _AMERICAN:
        word = pattern.sub(american, word)
    return word


@lru_cache(maxsize=1)
def _listed() -> NDArray[np.bytes_] | None:
    """The list, (n_words,) sorted, 160,000 words in 4 MB; None, with the reason in the log, when it can't be read."""
    try:
        packed = resources.files(PACKAGE).joinpath(WORD_LIST).read_bytes()
        words = [word.replace("'", "") for word in json.loads(gzip.decompress(packed)) if not _OF_Y.search(word)]
    except (ImportError, OSError, EOFError, ValueError) as problem:
        _log.warning("The list of English words cannot be used: %s", problem)
        return None
    short = [word for word in words if word.isascii() and len(word) <= LONGEST]
    return np.unique(np.array(short, dtype=f"S{LONGEST}"))
