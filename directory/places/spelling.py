"""One spelling for names of places that people type in several."""

import re
import unicodedata

LONGEST_PLACE = 80


def folded(text: str) -> str:
    """One spelling for names that people type in several: no case, accents, punctuation; ``saint`` is ``st``."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    words = re.sub(r"[^\w\s]|_", " ", bare.replace("'", "").replace("’", "")).split()
    return " ".join("st" if word == "saint" else word for word in words)
