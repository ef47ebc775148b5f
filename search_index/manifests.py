"""What a generation says of itself: a small file of JSON beside its segments. When it is written is store.py's."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from zlib import crc32

from search_index.errors import IndexUnavailable
from search_index.schema import SCHEMA_VERSION

MANIFEST = "manifest.json"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a generation was made from: versions, the (number, mark) of the last change that it took, and ``contents``,
    the number of Whoosh's table of contents that holds just that, with the sum of its file.
    """

    schema: int
    vocabulary: str
    number: int
    mark: str
    contents: int
    contents_sum: int

    @property
    def sum(self) -> int:
        """The sum over all of it, which its file holds too."""
        return crc32(json.dumps(asdict(self), sort_keys=True).encode("ascii"))

    def written(self) -> str:
        """The text of its file."""
        return json.dumps(asdict(self) | {"sum": self.sum})


def read(place: Path, vocabulary: str) -> Manifest:
    """A folder's manifest, checked. Raises IndexUnavailable when outdated, foreign, damaged or unreadable."""
    try:
        told = json.loads((place / MANIFEST).read_text("utf-8"))
        written, manifest = told.pop("sum"), Manifest(**told)
    except Exception as problem:  # whatever stands there, somebody else may have put it there
        raise IndexUnavailable(f"The manifest of the index can't be read: {problem!r}.") from problem
    if manifest.schema != SCHEMA_VERSION:
        raise IndexUnavailable("The index was written by another version.")
    if manifest.vocabulary != vocabulary:
        raise IndexUnavailable("The index was written with another vocabulary.")
    if manifest.sum != written:
        raise IndexUnavailable("The manifest of the index is damaged.")
    return manifest
