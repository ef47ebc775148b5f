"""The contents of a segment -> a file as Whoosh 2.7.4 writes it. Reading it back is decoding.py's.

Whoosh's own writer takes one posting at a time; here a term goes in at once. The tests compare what both have written.
"""

import pickle
import zlib
from collections.abc import Iterator
from operator import sub
from pathlib import Path
from struct import Struct
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh.codec.whoosh3 import WHOOSH3_HEADER_MAGIC, W3Codec
from whoosh.filedb.compound import CompoundStorage
from whoosh.filedb.filestore import RamStorage
from whoosh.filedb.filetables import OrderedHashWriter
from whoosh.filedb.structfile import StructFile
from whoosh.system import pack_int, pack_ushort
from whoosh.util.numeric import byte_to_length
from whoosh.util.numlists import GrowableArray

from search_index import checking
from search_index.contents import FIGURES_DTYPE, PLACES_DTYPE, POINTS_DTYPE, Contents
from search_index.inverted import Ints, Table, from_words
from search_index.schema import FACET, TEXT_BOOSTS, schema

INDEX_NAME = "MAIN"
SEGMENT_FILE = ".seg"
BLOCK = 1024
COMPRESSION = 1
# Postings are handled as lists of Python's numbers, so many at a time.
RUN = 1 << 16
# The lengths that Whoosh's bytes stand for, ascending.
_BYTE_LENGTHS = np.array([byte_to_length(byte) for byte in range(256)], dtype=np.int32)
# How Whoosh packs an entry of the list of terms, what it says about a term, where its postings stand, and a slot of the
# hash of terms.
_ENTRY, _ABOUT, _EXTENT = Struct("!ii"), Struct("!BfIBBfII"), Struct("!qi")
_SLOT = Struct("!Iq")
_EMPTY = bytes(_SLOT.size)
# Blocks of fewer bytes stay as they are: most words are rare, and packing one takes longer than writing it.
SMALL = 256


def rounded(lengths: Ints) -> NDArray[np.int32]:
    """Lengths of fields as Whoosh keeps them, in one byte each, and so as BM25F sees them."""
    return _BYTE_LENGTHS[_in_bytes(lengths)]


def write(place: Path, contents: Contents) -> Any:
    """Write a new segment into a folder, in one file; gives Whoosh's segment, to be named in a table of contents,
    which keeps the file's ``sum`` with it.

    The file may not be on the disk yet when this returns.
    """
    scratch = _Scratch()
    codec = W3Codec()
    segment = codec.new_segment(scratch, INDEX_NAME)
    lengths = {field: contents.tables[field].lengths(contents.size) for field in TEXT_BOOSTS}
    _write_documents(codec.per_document_writer(scratch, segment), contents, lengths)
    segment.set_doc_count(contents.size)
    _write_terms(scratch, segment, contents, lengths)
    names = segment.list_files(scratch)
    path = place / segment.make_filename(SEGMENT_FILE)
    with open(path, "xb") as file:
        CompoundStorage.assemble(_Kept(file), scratch, names)
    segment.compound = True
    segment.sum = checking.sum_of(path)
    return segment


def _in_bytes(lengths: Ints) -> NDArray[np.intp]:
    return np.minimum(np.searchsorted(_BYTE_LENGTHS, lengths), len(_BYTE_LENGTHS) - 1)


class _Scratch(RamStorage):  # type: ignore[misc]
    """Files in memory, the passing ones too, which Whoosh would put into the system's folder for such."""

    def temp_storage(self, name: str | None = None) -> "_Scratch":
        return self


class _Kept(StructFile):  # type: ignore[misc]
    """A file that stays open when Whoosh is done with it."""

    def close(self) -> None:
        self.is_closed = True


class _Index(OrderedHashWriter):  # type: ignore[misc]
    """Whoosh's list of terms, written in one go at the end."""

    def __init__(self, file: Any) -> None:
        super().__init__(file)
        self.index = GrowableArray("I")
        self._at = file.tell()
        self._parts: list[bytes] = []

    def add(self, key: bytes, value: bytes) -> None:
        """The next term, in order."""
        digest = self.hashfn(key)
        self.buckets[digest & 255].append((digest, self._at))
        self.index.append(self._at)
        self._parts += (_ENTRY.pack(len(key), len(value)), key, value)
        self._at += _ENTRY.size + len(key) + len(value)

    def close(self) -> int:
        """Write everything."""
        self.dbfile.write(b"".join(self._parts))
        return int(super().close())

    def _write_hashes(self) -> None:
        at, parts = self._at, []
        for entries in self.buckets:
            slots = [_EMPTY] * (2 * len(entries))
            for digest, position in entries:
                slot = (digest >> 8) % len(slots)
                while slots[slot] is not _EMPTY:
                    slot = (slot + 1) % len(slots)
                slots[slot] = _SLOT.pack(digest, position)
            self.directory.append((at, len(slots)))
            at += _SLOT.size * len(slots)
            parts += slots
        self.dbfile.write(b"".join(parts))


def _write_documents(writer: Any, contents: Contents, lengths: dict[str, Ints]) -> None:
    fields = schema()
    columns = _columns(contents)
    texts = [(field, fields[field], lengths[field].tolist()) for field in sorted(lengths)]
    for doc in range(contents.size):
        writer.start_doc(doc)
        for name, values in columns.items():
            writer.add_column_value(name, fields[name].column_type, values[doc])
        for name, field, words in texts:
            writer.add_field(name, field, None, words[doc])
        writer.finish_doc()
    writer.close()


def _columns(contents: Contents) -> dict[str, list[bytes]]:
    numbers = range(contents.size + 1)
    place_starts = np.searchsorted(contents.place_docs, numbers).tolist()
    point_starts = np.searchsorted(contents.point_docs, numbers).tolist()
    figures = range(0, (contents.size + 1) * FIGURES_DTYPE.itemsize, FIGURES_DTYPE.itemsize)
    return {
        "id": contents.ids.tolist(),
        "figures": _cut(contents.figures, list(figures), 1),
        "places": _cut(contents.places, place_starts, PLACES_DTYPE.itemsize),
        "points": _cut(contents.points, point_starts, POINTS_DTYPE.itemsize),
    }


def _cut(entries: NDArray[Any], starts: list[int], each: int) -> list[bytes]:
    """The bytes of an array, cut at ``starts``, which count pieces of ``each`` bytes."""
    blob = entries.tobytes()
    return [blob[start * each : end * each] for start, end in zip(starts, starts[1:], strict=False)]


def _write_terms(files: _Scratch, segment: Any, contents: Contents, lengths: dict[str, Ints]) -> None:
    index = _Index(segment.create_file(files, W3Codec.TERMS_EXT))
    postings = segment.create_file(files, W3Codec.POSTS_EXT)
    numbers: dict[str, int] = {}
    index.extras["fieldmap"] = numbers
    at = 0
    tables = {**contents.tables, FACET: _facet_table(contents)}
    for name in sorted(tables):
        field = numbers[name] = len(numbers)
        size = rounded(lengths[name]) if name in lengths else None
        for term, about, blocks in _terms(tables[name], TEXT_BOOSTS.get(name, 1.0), size):
            index.add(pack_ushort(field) + term, about + _EXTENT.pack(at, len(blocks)))
            postings.write(blocks)
            at += len(blocks)
    index.close()
    postings.close()


def _facet_table(contents: Contents) -> Table:
    owners = np.repeat(np.arange(contents.size), np.diff(contents.facet_starts))
    return from_words([term.encode("utf-8") for term in contents.facet_terms], contents.facet_values, owners, None)


def _terms(table: Table, boost: float, lengths: Ints | None) -> Iterator[tuple[bytes, bytes, bytes]]:
    """Each term with what Whoosh says about it, but where its postings stand, and its postings."""
    if not len(table.terms):
        return
    scored = lengths is not None
    counts = table.counts if scored else np.ones(len(table.docs), dtype=np.uint8)
    first = table.starts[:-1]
    totals, most = ((each.reduceat(counts, first, dtype=np.float64) * boost).tolist() for each in (np.add, np.maximum))
    shortest, longest = _extremes(lengths, table.docs, first)
    terms, starts = table.terms.all(), table.starts.tolist()
    for low, high in _runs(starts):
        run = slice(starts[low], starts[high])
        docs, weights = table.docs[run].tolist(), (counts[run] * boost).tolist()
        values = _values(table, low, high) if scored else None
        for number in range(low, high):
            start, end = starts[number] - run.start, starts[number + 1] - run.start
            numbers, ranges = docs[start:end], (most[number], shortest[number], longest[number])
            found = values[start:end] if values else None
            about = (0, totals[number], len(numbers), *ranges[1:], ranges[0], numbers[0], numbers[-1])
            yield terms[number], _ABOUT.pack(*about), _postings(numbers, weights[start:end], found, ranges)


def _runs(starts: list[int]) -> Iterator[tuple[int, int]]:
    """Terms, from and to, in runs of so many postings that lists of them are worth it and fit into memory."""
    low = 0
    for high in range(1, len(starts)):
        if high == len(starts) - 1 or starts[high] - starts[low] > RUN:
            yield low, high
            low = high


def _extremes(lengths: Ints | None, docs: Ints, first: Ints) -> tuple[list[int], list[int]]:
    """Per term, the shortest and the longest field that has it, as Whoosh's bytes."""
    if lengths is None:
        return [0] * len(first), [0] * len(first)
    each = _in_bytes(lengths)[docs]
    return np.minimum.reduceat(each, first).tolist(), np.maximum.reduceat(each, first).tolist()


def _values(table: Table, low: int, high: int) -> list[bytes]:
    """Where the words of each posting of some terms stand, two bytes each, as schema.Places packs them."""
    places = table.places[int(table.place_starts[low]) : int(table.place_starts[high])]
    packed = places.astype("<u2", copy=False).tobytes()
    ends = (np.cumsum(table.counts[int(table.starts[low]) : int(table.starts[high])], dtype=np.int64) * 2).tolist()
    return [packed[start:end] for start, end in zip([0, *ends], ends, strict=False)]


def _postings(
    docs: list[int], weights: list[float], values: list[bytes] | None, ranges: tuple[float, int, int]
) -> bytes:
    """A term's postings in blocks; ``ranges``: its greatest weight, its shortest and longest field."""
    parts = [WHOOSH3_HEADER_MAGIC]
    for at in range(0, len(docs), BLOCK):
        numbers = docs[at : at + BLOCK]
        steps = tuple(map(sub, numbers, [0, *numbers]))
        data = (steps, _weights(weights[at : at + BLOCK]), tuple(values[at : at + BLOCK]) if values else None)
        packed = pickle.dumps(data, pickle.HIGHEST_PROTOCOL)
        compression = COMPRESSION if len(packed) > SMALL else 0
        if compression:
            packed = zlib.compress(packed, compression)
        about = (len(numbers), numbers[-1], ranges[0], compression, *ranges[1:])
        head = pickle.dumps(about, pickle.HIGHEST_PROTOCOL)
        length = len(head) + len(packed)
        parts += (pack_int(-length if at + BLOCK >= len(docs) else length), head, packed)
    return b"".join(parts)


def _weights(weights: list[float]) -> None | float | tuple[float, ...]:
    """As Whoosh shortens them: nothing when all are 1, one number when all are the same."""
    if weights.count(weights[0]) < len(weights):
        return tuple(weights)
    return None if weights[0] == 1.0 else weights[0]
