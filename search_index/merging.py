"""Fewer segments: which small ones go together with a batch into a new one, and several contents as one.

Whoosh's own policy now and then merges many at one edit; this one never takes more at an edit than it can in a moment.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from search_index import contents
from search_index.contents import Contents
from search_index.inverted import SEGMENT_DOCS
from search_index.segment import Segment

# A rebuild and a compaction write segments of so many documents: half of what one may hold, for the sake of memory.
AT_A_TIME = SEGMENT_DOCS // 2
# So many segments of a size become one of the next size, which is so many times larger.
FACTOR = 8
# An edit waits for its merge, some 2 ms for a document. Larger ones wait for a compaction, unless segments crowd.
AT_AN_EDIT = 256
CROWD = 32


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """A segment under Whoosh's name for it, which holds its deletions."""

    named: Any
    segment: Segment

    @property
    def live(self) -> int:
        """How many of its documents aren't deleted."""
        return int(self.named.doc_count())

    def kept(self) -> NDArray[np.bool_]:
        """(size,) which of its documents aren't deleted."""
        flags = np.ones(self.segment.size, dtype=np.bool_)
        flags[list(self.named.deleted_docs())] = False
        return flags


def to_merge(live: Sequence[int], added: int) -> list[int]:
    """Which of the segments with so many live documents go into the new one, by their place; ``added``: it has those.

    Empty ones always do. Sizes grow by FACTOR, and FACTOR segments of a size become one, as far as there is time.
    """
    most = AT_AN_EDIT if len(live) < CROWD else SEGMENT_DOCS
    chosen, total, low = [place for place, size in enumerate(live) if not size], added, 1
    while low < most:
        tier = [place for place, size in enumerate(live) if low <= size < low * FACTOR][:FACTOR]
        together = total + sum(live[place] for place in tier)
        if len(tier) + (low <= total < low * FACTOR) >= FACTOR and together <= most:
            chosen, total = [*chosen, *tier], together
        low *= FACTOR
    return chosen


def delete(part: Part, key: bytes) -> None:
    """Mark the documents of a listing's id as deleted, for the next table of contents."""
    for doc in part.segment.having_id(key).tolist():
        part.named.delete_document(doc)


def united(parts: Sequence[Part], new: Contents | None) -> Contents | None:
    """The live documents of the parts, and new ones, as one content; None when there is nobody."""
    held: list[Contents] = [part.segment for part in parts if part.live]
    kept = [part.kept() for part in parts if part.live]
    if new is not None:
        held, kept = [*held, new], [*kept, np.ones(new.size, dtype=np.bool_)]
    if not held:
        return None
    return held[0] if len(held) == 1 and kept[0].all() else contents.joined(held, kept)
