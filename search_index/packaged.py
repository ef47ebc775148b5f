"""Weights and tokenizers that ship inside packages, read as they lie on disk. The packages are never run."""

import importlib.util
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from tokenizers import Tokenizer

_TYPES = {"F16": np.float16, "F32": np.float32, "I64": np.int64}


def folder_of(package: str) -> Path:
    """Where a package is installed. Raises FileNotFoundError when it isn't."""
    found = importlib.util.find_spec(package)  # finds the package without running it
    if found is None or not found.submodule_search_locations:
        raise FileNotFoundError(f"the package {package} is not installed")
    return Path(found.submodule_search_locations[0])


def tensors_in(file: Path) -> dict[str, NDArray[Any]]:
    """The arrays of a safetensors file, left on disk and shared by all processes.

    The format: eight bytes that say how long the header is, the header as JSON, then the numbers. Raises OSError,
    ValueError or KeyError when it is something else.
    """
    size = file.stat().st_size
    with file.open("rb") as opened:
        start = 8 + int.from_bytes(opened.read(8), "little")
        if start > size:
            raise ValueError(f"{file.name} is cut off")
        told = json.loads(opened.read(start - 8))
    numbers = np.asarray(np.memmap(file, np.uint8, "r", offset=start, shape=size - start))
    return {name: _tensor(numbers, about) for name, about in told.items() if name != "__metadata__"}


def _tensor(numbers: NDArray[np.uint8], about: dict[str, Any]) -> NDArray[Any]:
    first, last = about["data_offsets"]
    return numbers[first:last].view(_TYPES[about["dtype"]]).reshape(about["shape"])


def tokenizer_in(file: Path) -> "Tokenizer":
    """The tokenizer of a tokenizer.json; it cuts nothing off. Raises ImportError, OSError or ValueError."""
    from tokenizers import Tokenizer

    written = file.read_text("utf-8")
    try:
        tokenizer = Tokenizer.from_str(written)
    except Exception as problem:  # the package raises nothing narrower
        raise ValueError(f"{file.name}: {problem}") from problem
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def whole(text: str) -> str:
    """Without half characters, which no tokenizer takes."""
    return text.encode("utf-8", "ignore").decode("utf-8")
