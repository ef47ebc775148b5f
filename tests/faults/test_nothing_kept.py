"""A thousand people answer every question: no row, no file and no call of the system keeps anything of it."""

import http.client
import random
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlencode

import pytest
from routes import files_of
from working import Worker

from directory.readiness.questionnaire import Page, Question
from tests.opening import need
from tests.small_house import plant, reopen

PEOPLE, AT_ONCE = 1000, 4
WRITES = "write,pwrite64,writev,pwritev,pwritev2,sendfile,copy_file_range,splice,fallocate,ftruncate,truncate"
NAMES = "rename,renameat,renameat2,unlink,unlinkat,mkdir,mkdirat,rmdir,link,linkat,symlink,symlinkat,mknod,mknodat"
WATCH = ("strace", "-f", "--seccomp-bpf", "-qq", "-yy", "-s", "120", "-e", f"trace={WRITES},{NAMES}")
HARMLESS = re.compile(r"\w+\(\d+<(?:socket|TCP|UNIX|pipe|anon_inode|/dev/null)|\w+\(\d+<[^>]*/(?:log|index/lock)>")
LOG_LINE = re.compile(
    r"Task queue depth is \d+|[\d-]+ [\d:,]+ holdspace\.requests INFO (?:GET|POST) /[\w<>/-]* \d{3} [\d.]+ \d+"
)


@pytest.fixture(scope="module")
def planted(tmp_path_factory) -> Path:
    return plant(tmp_path_factory.mktemp("thousand"))


@pytest.fixture(scope="module")
def pages(planted: Path, tmp_path_factory) -> dict[str, Page]:
    """The questionnaire's pages by their id."""
    folder = tmp_path_factory.mktemp("reader") / "instance"
    shutil.copytree(planted / "instance", folder)
    return {page.id: page for page in reopen(planted, folder).extensions["holdspace"].questionnaire.page}


def drawn(page: Page, draw: random.Random) -> dict[str, list[str]]:
    """An answer to everything that a page asks, as its form would send it."""
    told: dict[str, list[str]] = {}
    for question in page.question:
        told |= {name: [value] for name, value in _one(question, draw)}
    return told


def _one(question: Question, draw: random.Random) -> Iterator[tuple[str, str]]:
    if question.kind == "text":
        yield question.id, "I freeze when my father shouts, and kanarievogel nobody should keep"
    elif question.kind == "place":
        yield from ((f"{question.id}_country", "GB"), (f"{question.id}_town", "Leicester"))
    elif question.kind == "money":
        yield from ((f"{question.id}_amount", str(draw.randrange(30, 200))), (f"{question.id}_currency", "GBP"))
    else:
        yield question.id, draw.choice([option.id for option in question.options] or question.listed)


def finish(address: tuple[str, int], pages: Mapping[str, Page], seed: int) -> int:
    """One person's way from the first page to the matches; gives how many people they saw."""
    draw, door = random.Random(seed), http.client.HTTPConnection(*address, timeout=60)

    def ask(method: str, path: str, told: Mapping[str, list[str]] | None = None) -> tuple[str, str]:
        body = urlencode(told or {}, doseq=True)
        headers = {"Host": "localhost", "Content-Type": "application/x-www-form-urlencoded"}
        door.request(method, path, body if method == "POST" else None, headers)
        answer = door.getresponse()
        page = answer.read().decode()
        assert answer.status in (200, 303), (answer.status, path.split("/")[1:3], page[:400])
        return answer.headers.get("Location", ""), page

    step = re.search(r'href="(/questions/[^"]+)"', ask("GET", "/questions")[1])[1]
    for _ in range(40):
        name = step.split("/")[2]
        if name == "check":
            break
        step, _nothing = ask("POST", step, drawn(pages[name], draw))
    matches = re.search(r'href="(/matches/[^"]+)"', ask("GET", step)[1])[1]
    seen = ask("GET", matches)[1]
    door.close()
    return len(set(re.findall(r'href="/therapists/([a-z0-9]{10})-', seen)))


def rows(database: Path) -> dict[str, tuple[int, str]]:
    """How many rows each table has, and a digest of them, after everything is in the one file."""
    with sqlite3.connect(database) as held:
        held.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        tables = [name for (name,) in held.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        told = {table: held.execute(f'SELECT * FROM "{table}"').fetchall() for table in tables}
    return {table: (len(all_), sha256(repr(all_).encode()).hexdigest()) for table, all_ in told.items()}


def files(instance: Path) -> dict[str, bytes]:
    """Every file of the instance folder, but for the database's shared memory, which says who is reading."""
    return {name: held for name, held in files_of(instance).items() if not name.endswith("-shm")}


def kept(calls: list[str]) -> list[str]:
    """The calls that wrote, made or moved something elsewhere than where a server may write."""
    begun = (call for call in calls if " resumed>" not in call)
    return [call for call in begun if not HARMLESS.search(call)]


def test_a_thousand_finished_questionnaires_leave_nothing(planted, pages, tmp_path, tell):
    need("strace")
    instance, log, calls = planted / "instance", tmp_path / "log", tmp_path / "calls"
    with log.open("wb") as written:
        worker = Worker(instance, planted / "seeds", under=(*WATCH, "-o", str(calls)), log=written)
        try:
            worker.wait_until_open()
            finish(worker.address, pages, seed=0)
            counted, before, said = rows(instance / "holdspace.sqlite3"), files(instance), calls.stat().st_size
            with ThreadPoolExecutor(AT_ONCE) as threads:
                seen = list(threads.map(lambda seed: finish(worker.address, pages, seed), range(1, PEOPLE + 1)))
            made = calls.read_text()[said:].splitlines()
            assert rows(instance / "holdspace.sqlite3") == counted and len(counted) > 5
            assert files(instance) == before
        finally:
            worker.end()
    assert kept(made) == []
    lines = log.read_text().splitlines()
    assert len(lines) > PEOPLE and [line for line in lines if not LOG_LINE.fullmatch(line)] == []
    assert "kanarievogel" not in calls.read_text() + log.read_text() and sum(map(bool, seen)) > PEOPLE / 2
    tell(
        "questionnaires finished under strace",
        PEOPLE,
        f"{len(made)} writes, all to sockets, log or lock; no row, no file",
    )


def test_the_watch_sees_a_file_that_is_written(tmp_path):
    """What the check above rests on."""
    need("strace")
    calls = tmp_path / "calls"
    writes = f"open({str(tmp_path / 'kept')!r}, 'w').write('kept')"
    subprocess.run([*WATCH, "-o", str(calls), sys.executable, "-c", writes], check=True)
    assert kept(calls.read_text().splitlines())
