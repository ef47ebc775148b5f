"""Where a therapist may practise, where a town lies and who answers when it is urgent: read from seeds, offline.

Nothing here knows a database, a listing or the web."""

import tomllib
from pathlib import Path

from directory.places.crisis import Crisis, CrisisCountry, HelpLine, load_crisis
from directory.places.importing import Imported, import_file
from directory.places.jurisdictions import Compact, Country, Link, PlacesError, Region, Unit, check
from directory.places.postcodes import FILE as POSTCODES
from directory.places.towns import Place, Places

__all__ = [
    "Compact",
    "Country",
    "Crisis",
    "CrisisCountry",
    "HelpLine",
    "Imported",
    "Link",
    "Place",
    "Places",
    "PlacesError",
    "Region",
    "Unit",
    "import_file",
    "load",
    "load_crisis",
]


def load(folder: Path, imported: Path | None = None) -> Places:
    """Read ``jurisdictions.toml`` of a seeds folder; ``places.csv`` is read when first needed. Raises PlacesError.

    ``imported``: the folder of the postal areas that ``import_file`` took, if there is one.
    """
    seeds = tomllib.loads((folder / "jurisdictions.toml").read_text(encoding="utf-8"))
    check(seeds)
    return Places(seeds, folder / "places.csv", imported / POSTCODES if imported else None)
