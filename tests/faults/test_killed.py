"""A server killed in the middle of saves: what was acknowledged is there, and nothing is half written."""

import contextlib
import http.client
import json
import os
import random
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
import urllib.parse
import urllib.request
from http.cookiejar import CookieJar
from pathlib import Path

import pytest

from directory import demo

ROOT = Path(__file__).parents[2]
KILLS = 8


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """The demo over one instance folder, to be killed and started again."""

    def __init__(self, folder: Path) -> None:
        self.port, self.folder = free_port(), folder
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        environment = {**os.environ, "HOLDSPACE_INSTANCE": str(self.folder)}
        command = [sys.executable, "-m", "directory.cli", "demo", "--port", str(self.port)]
        self.process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        until = time.monotonic() + 60
        while time.monotonic() < until:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=2).close()
                return
            except OSError:
                time.sleep(0.1)
        raise AssertionError("the server did not answer within a minute")

    def kill(self) -> None:
        assert self.process is not None
        os.kill(self.process.pid, signal.SIGKILL)
        self.process.wait()


class Therapist:
    """A browser that is signed in and saves."""

    def __init__(self, port: int) -> None:
        self.base = f"http://localhost:{port}"
        self.browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))

    def get(self, path: str) -> str:
        return self.browser.open(self.base + path, timeout=10).read().decode()

    def post(self, path: str, **fields: str) -> int:
        return int(self.browser.open(self.base + path, urllib.parse.urlencode(fields).encode(), timeout=10).status)

    def token(self, page: str) -> str:
        return re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page).group(1)

    def sign_in(self) -> None:
        token = self.token(self.get("/account/sign-in"))
        self.post("/account/sign-in", email=demo.EMAIL, password=demo.PASSWORD, csrf_token=token)

    def save(self, fee: int) -> None:
        page = self.get("/my/listing/fee")
        version = re.search(r'name="version" value="(\d+)"', page).group(1)
        told = {"currency": "GBP", "full_from": str(fee), "session_minutes": "50", "note": f"fee {fee}"}
        self.post("/my/listing/fee", csrf_token=self.token(page), version=version, **told)


@pytest.fixture
def server(seeded: Path, tmp_path: Path):
    folder = tmp_path / "instance"
    shutil.copytree(seeded, folder)
    running = Server(folder)
    yield running
    if running.process and running.process.poll() is None:
        running.kill()


def rows(folder: Path) -> tuple[int, str, int, int]:
    """(fee in minor units, its note, saves in the audit, changes) as the database has them."""
    with sqlite3.connect(folder / "holdspace.sqlite3") as database:
        therapist, after = database.execute(
            "select therapist_id, after from audit_lines where action = 'save fee' order by id desc limit 1"
        ).fetchone()
        saves = database.execute("select count(*) from audit_lines where action = 'save fee'").fetchone()[0]
        fee, note = database.execute(
            "select full_from_minor, note from fees where therapist_id = ?", (therapist,)
        ).fetchone()
        assert json.loads(after)["full_from_minor"] == fee, "the audit line and the row tell the same"
        changes = database.execute("select count(*) from changes where listing_id = ?", (therapist,)).fetchone()[0]
    return fee, note, saves, changes


def test_a_killed_server_loses_no_acknowledged_save(server: Server, tell):
    draw, acknowledged, fee, told = random.Random(2), 0, 100, 0
    for _ in range(KILLS):
        server.start()
        therapist = Therapist(server.port)
        therapist.sign_in()
        fee += 1
        therapist.save(fee)
        acknowledged, told = fee, told + 1
        threading.Timer(draw.uniform(0.3, 1.2), server.kill).start()
        with contextlib.suppress(OSError, http.client.HTTPException):
            while True:
                fee += 1
                therapist.save(fee)
                acknowledged, told = fee, told + 1
        server.process.wait()
        kept, note, saves, changes = rows(server.folder)
        assert kept in (acknowledged * 100, fee * 100) and note == f"fee {kept // 100}"
        assert changes == saves + 1, "every save has its change, beside the one of the seeding"
        acknowledged = kept // 100
    tell("server killed in the middle of saves", KILLS, f"{told} saves acknowledged, none lost")
