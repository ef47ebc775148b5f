"""A new worker process: opens an index, answers its first questions, and says what that took. Prints JSON.

python -m bench.newcomer FOLDER WORD
"""

import json
import sys
from pathlib import Path

from bench.corpus import FIRST_DAY
from bench.engines.ours import DIGEST
from bench.timing import once, pinned
from search_index.engine import SearchIndex
from search_index.listing import Query

KB = 1024


def memory_mb() -> tuple[float, float]:
    """(all, private) megabytes of this process: private is what no other process could share."""
    lines = Path("/proc/self/smaps_rollup").read_text("ascii").splitlines()[1:]
    told = {line.partition(":")[0]: int(line.split()[1]) / KB for line in lines}
    return told["Rss"], told["Anonymous"]


def main(folder: Path, word: str) -> None:
    """Open, ask without words, ask for one word; memory before and after."""
    pinned()
    bare = memory_mb()
    index = SearchIndex(folder, DIGEST)
    told = {"open_ms": once(index.status)}
    told["first_page_ms"] = once(lambda: index.search(Query(FIRST_DAY, filters={"format": ("video",)})))
    warm = memory_mb()
    told |= {"rss_mb": warm[0] - bare[0], "private_mb": warm[1] - bare[1]}
    told["first_use_ms"] = once(lambda: index.search(Query(FIRST_DAY, words=word, counted=())))
    print(json.dumps(told))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
