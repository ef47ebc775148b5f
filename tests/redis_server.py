"""A Redis of the tests' own: on a free loopback port, in memory alone, gone afterwards. Skips where there is none."""

import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.opening import need

PATIENCE_S = 10


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


class Server:
    """One Redis, which can be stopped and started again on its port."""

    def __init__(self, folder: str) -> None:
        self.port, self.folder = free_port(), folder
        self.process: subprocess.Popen | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        told = ["--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        command = [shutil.which("redis-server"), *told, "--dir", self.folder]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.05)
        raise AssertionError("Redis doesn't start")

    def stop(self) -> None:
        if self.process:
            self.process.kill()
            self.process.wait()
            self.process = None


@contextmanager
def server() -> Iterator[Server]:
    """A running Redis."""
    need("redis")
    pytest.importorskip("redis", reason="the Python package redis is not installed")
    with tempfile.TemporaryDirectory(prefix="holdspace-redis-") as folder:
        running = Server(folder)
        running.start()
        try:
            yield running
        finally:
            running.stop()
