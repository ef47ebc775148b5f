"""A language that nobody speaks, made from all that translators would get: accented, longer by 40 %, between ⟦ and ⟧.

It stands in the place of Arabic, so that pages run from right to left. Words outside the brackets were never offered
for translation.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo

ROOT = Path(__file__).parent.parent.parent
LOCALE = "ar"
OPEN, CLOSE = "⟦", "⟧"
LONGER = 0.4
ACCENTS = str.maketrans("aceinosuyAEINOU", "àçéîñòšûýÀÉÎÑÒÛ")
KEPT = re.compile(r"(%\(\w+\)[sd]|%%|<[^>]+>|&\w+;)")
FILLING = "ŵòŕð "


def accented(text: str) -> str:
    """``text`` as the language says it. Places for values, and markup, stay."""
    parts = KEPT.split(text)
    said = "".join(part if KEPT.fullmatch(part) else part.translate(ACCENTS) for part in parts)
    letters = round(len(text) * LONGER)
    return f"{OPEN}{said} {(FILLING * letters)[:letters].strip()}{CLOSE}"


def messages() -> Iterator[str | tuple[str, ...]]:
    """Every sentence of templates and code that is offered for translation; a pair has a singular and a plural."""
    with (ROOT / "babel.cfg").open(encoding="utf-8") as mapping:
        methods, options = parse_mapping_cfg(mapping)
    found = extract_from_dir(str(ROOT), methods, options, keywords=KEYWORDS, directory_filter=_ours)
    yield from dict.fromkeys(message for _file, _line, message, _comments, _context in found)


KEYWORDS = {"_": None, "gettext": None, "lazy_gettext": None, "ngettext": (1, 2)}


def _ours(folder: str) -> bool:
    return Path(folder).relative_to(ROOT).parts[:1] in ((), ("directory",), ("templates",))


def write(folder: Path) -> dict[str, object]:
    """Write the language into ``folder``; the settings that make a house speak it."""
    catalogue = Catalog(locale=LOCALE)
    for message in messages():
        if isinstance(message, tuple):
            said = [accented(message[0 if form == 1 else 1]) for form in range(catalogue.num_plurals)]
            catalogue.add(message, tuple(said))
        else:
            catalogue.add(message, accented(message))
    file = folder / LOCALE / "LC_MESSAGES" / "messages.mo"
    file.parent.mkdir(parents=True)
    with file.open("wb") as out:
        write_mo(out, catalogue)
    return {"BABEL_DEFAULT_LOCALE": LOCALE, "BABEL_TRANSLATION_DIRECTORIES": str(folder)}
