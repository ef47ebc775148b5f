"""A worker process of a house: it serves pages on loopback, follows the changes, and does what a test tells it.

``python tests/working.py INSTANCE SEEDS`` answers each line of JSON on its standard input with one. ``Worker`` is the
other end of it.
"""

import json
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

ROOT = Path(__file__).parent.parent
PATIENCE_S = 60
# SQLite lets whoever asks first write: without a pause one process can keep the others waiting for ten seconds.
BETWEEN_S = 0.02


class Worker:
    """A process of its own, told what to do by methods named as the functions below."""

    def __init__(self, instance: Path, seeds: Path, under: Sequence[str] = (), log: IO[bytes] | None = None) -> None:
        """``under`` is a command that runs the process and watches it, ``log`` a file for what it writes of itself."""
        command = [*under, sys.executable, str(Path(__file__)), str(instance), str(seeds)]
        self.process = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log or subprocess.DEVNULL
        )
        self._one_at_a_time = threading.Lock()
        self._port = 0

    def wait_until_open(self) -> None:
        """Until pages are served and the changes are followed, which begins with the first request."""
        self._port = json.loads(self.process.stdout.readline())
        assert self.get("/healthz")[0] == 200

    def tell(self, what: str, *told: object) -> Any:
        """Have the process do one of the functions below; gives what it gives. Raises what went wrong there."""
        with self._one_at_a_time:
            self.process.stdin.write(json.dumps([what, *told]).encode() + b"\n")
            self.process.stdin.flush()
            answer = json.loads(self.process.stdout.readline())
        if "error" in answer:
            raise AssertionError(answer["error"])
        return answer["done"]

    @property
    def address(self) -> tuple[str, int]:
        """Host and port where its pages are."""
        return "127.0.0.1", self._port

    def get(self, path: str) -> tuple[int, str]:
        """Status and text of a page."""
        return self._fetch(path, None)

    def search(self, text: str) -> tuple[int, str]:
        """Status and text of the page that a search for own words leads to."""
        return self._fetch("/search", urllib.parse.urlencode({"text": text}).encode())

    def _fetch(self, path: str, data: bytes | None) -> tuple[int, str]:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self._port}{path}", data, PATIENCE_S) as response:
                return response.status, response.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def end(self) -> None:
        """Kill the process, if it still runs."""
        self.process.kill()
        self.process.communicate()


@contextmanager
def several(planted: Path, count: int) -> Iterator[list[Worker]]:
    """So many open processes over one house; a test may put another in the place of one. They end with the block."""
    running = [Worker(planted / "instance", planted / "seeds") for _ in range(count)]
    try:
        for worker in running:
            worker.wait_until_open()
        yield running
    finally:
        for worker in running:
            worker.end()


def serve(instance: str, seeds: str) -> None:
    """The process itself."""
    import waitress

    from directory import create_app

    app = create_app({"INSTANCE": Path(instance), "SEEDS": Path(seeds), "PREPARE": None})
    server = waitress.create_server(app, host="127.0.0.1", port=0)
    threading.Thread(target=server.run, daemon=True).start()
    print(server.effective_port, flush=True)
    for line in sys.stdin:
        what, *told = json.loads(line)
        with app.app_context():
            print(json.dumps(_answer(what, told)), flush=True)


def _answer(what: str, told: list[Any]) -> dict[str, Any]:
    try:
        return {"done": globals()[what](*told)}
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}"}


def save(listing_id: str, headline: str) -> None:
    """Save a headline, as the therapist's own page does."""
    from directory import profiles
    from directory.db import writing
    from directory.house import house
    from directory.models import Account

    with writing():
        person = profiles.own(Account(therapist_id=listing_id))
        profiles.save(person, "about", {"headline": headline}, version=person.about_version, account_id=None)
    house().follower.poke()


def save_many(ids: list[str], times: int, word: str) -> dict[str, str]:
    """Save each listing so often, with a word of its own; gives the last word of each."""
    last = {}
    for turn in range(times):
        for listing_id in ids:
            last[listing_id] = f"{word}{listing_id}x{turn}"
            save(listing_id, f"I say {last[listing_id]}.")
            time.sleep(BETWEEN_S)
    return last


def found(words: str = "") -> list[str]:
    """Whom this worker's index finds today."""
    from directory.house import house
    from search_index.listing import Query

    return sorted(house().index.ids(Query(today=datetime.now(UTC).date(), words=words)))


def level() -> bool:
    """Has the index that this worker reads taken the last change of the database?"""
    from directory import changes
    from directory.house import house

    state = house().index.status()
    return (state.number, state.mark) == changes.latest()


def search_for(seconds: float) -> dict[str, list[Any]]:
    """Search everybody again and again: the numbers found, the generations that answered, and what went wrong."""
    from directory.house import house
    from search_index.listing import Query

    query, until = Query(today=datetime.now(UTC).date()), time.monotonic() + seconds
    totals, generations, wrong = [], [], []
    while time.monotonic() < until:
        try:
            page = house().index.search(query)
            totals.append(page.total)
            generations.append(page.generation)
        except Exception as error:
            wrong.append(repr(error))
        time.sleep(0.005)
    return {"totals": sorted(set(totals)), "generations": list(dict.fromkeys(generations)), "wrong": wrong}


def rebuild() -> bool:
    """Build the index anew."""
    from directory.house import house

    return house().follower.rebuild()


def verified() -> list[Any]:
    """Compare the index with the database: [missing, different, surplus, right, why it could not be compared]."""
    from directory import mending
    from directory.house import house

    seen = mending.verify(house().follower, mend=False)
    return [seen.added, seen.refreshed, seen.removed, seen.right, seen.rebuilt]


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    serve(*sys.argv[1:])
