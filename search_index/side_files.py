"""Named arrays in one file that processes map and share: written once, checked when opened, safe to delete.

What the arrays mean is segment.py's. Nothing in such a file can run code, unlike the files of Whoosh. It is put in
place by a rename and never written to again. Whoever cuts a large one off in place, rather than deletes it, ends the
processes that have mapped it (SIGBUS): no check at the opening can prevent that.
"""

import json
import mmap
import os
import secrets
from collections.abc import Collection, Mapping
from math import prod
from pathlib import Path
from struct import Struct
from typing import Any
from zlib import crc32

import numpy as np
from numpy.lib.format import descr_to_dtype, dtype_to_descr
from numpy.typing import NDArray

from search_index.inverted import Damaged

MAGIC = b"HSSIDE01"
_HEAD = Struct("<8sII")
ALIGNED = 64
# Smaller files are read: that is quicker, and nothing happens to a process if somebody cuts the file off meanwhile.
MAPPED_FROM = 4 << 20


def write(path: Path, about: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]], late: Collection[str] = ()) -> None:
    """Put the arrays into ``path``, whole or not at all. After a power cut it may be damaged, which ``read`` tells.

    ``about``: what the file belongs to, asked for again by ``read``. ``late``: arrays that are too large to be checked
    whenever the file is opened; whoever reads them checks them.
    """
    packed = {name: np.ascontiguousarray(values) for name, values in arrays.items()}
    entries, at = {}, 0
    for name, values in packed.items():
        check = None if name in late else crc32(_bytes(values))
        entries[name] = [dtype_to_descr(values.dtype), list(values.shape), at, check]
        at += _aligned(values.nbytes)
    header = json.dumps({"about": dict(about), "arrays": entries, "size": at}).encode("ascii")
    beside = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    try:
        with open(beside, "xb") as file:
            file.write(_HEAD.pack(MAGIC, len(header), crc32(header)))
            file.write(header.ljust(_aligned(_HEAD.size + len(header)) - _HEAD.size, b" "))
            for values in packed.values():
                file.write(_bytes(values))
                file.write(bytes(_aligned(values.nbytes) - values.nbytes))
        os.replace(beside, path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def read(path: Path, about: Mapping[str, Any]) -> dict[str, NDArray[Any]]:
    """The arrays of a file, read-only, mapped if it is large.

    Raises OSError without the file, Damaged when it isn't what was written.
    """
    with open(path, "rb") as file:
        large = os.fstat(file.fileno()).st_size >= MAPPED_FROM
        mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) if large else file.read()
    header, start = _header(mapped)
    if header["about"] != dict(about):
        raise Damaged(f"{path.name} belongs to something else.")
    if start + header["size"] != len(mapped):
        raise Damaged(f"{path.name} is cut off.")
    whole = memoryview(mapped)
    arrays = {name: _array(whole, start, name, *entry) for name, entry in header["arrays"].items()}
    if isinstance(mapped, mmap.mmap):
        # What was only checked need not stay in this process's memory.
        mapped.madvise(mmap.MADV_DONTNEED)
    return arrays


def _header(mapped: mmap.mmap | bytes) -> tuple[dict[str, Any], int]:
    """The header, and where the arrays begin."""
    if len(mapped) < _HEAD.size:
        raise Damaged("A side file is cut off.")
    magic, length, check = _HEAD.unpack(mapped[: _HEAD.size])
    header = mapped[_HEAD.size : _HEAD.size + length]
    if magic != MAGIC or not header or crc32(header) != check:
        raise Damaged("A side file has a damaged head.")
    return json.loads(header), _aligned(_HEAD.size + length)


def _array(whole: memoryview, start: int, name: str, descr: Any, shape: list[int], at: int, check: Any) -> NDArray[Any]:
    dtype = descr_to_dtype([tuple(each) for each in descr]) if isinstance(descr, list) else np.dtype(descr)
    count, begin = prod(shape), start + at
    if check is not None and crc32(whole[begin : begin + count * dtype.itemsize]) != check:
        raise Damaged(f"The {name} of a side file aren't what was written.")
    values = np.frombuffer(whole, dtype, count, begin)
    return values if len(shape) == 1 else values.reshape(shape)


def _bytes(values: NDArray[Any]) -> memoryview:
    return values.reshape(-1).view(np.uint8).data if values.size else memoryview(b"")


def _aligned(size: int) -> int:
    return -(-size // ALIGNED) * ALIGNED
