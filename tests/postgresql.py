"""A PostgreSQL of the tests' own: in a folder, on a Unix socket alone, gone afterwards. Skips where there is none."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.opening import need

DEBIAN = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
USER = "postgres"
PATIENCE_S = 30
NOT_DURABLE = "-c fsync=off -c listen_addresses='' -c max_connections=20 -c shared_buffers=16MB"


def program(name: str) -> str:
    """A server program, which Debian keeps off the path."""
    found = shutil.which(name, path=os.pathsep.join([*map(str, DEBIAN), os.environ["PATH"]]))
    return found or pytest.skip(f"{name} is not installed")


def serve(*command: str) -> None:
    """Run a server program. It refuses to work for root, so root runs it as Debian's own user for it."""
    other = ["runuser", "-u", USER, "--"] if os.geteuid() == 0 else []
    with open(os.devnull, "wb") as nowhere:
        subprocess.run([*other, *command], check=True, timeout=PATIENCE_S, stdout=nowhere, stderr=nowhere, cwd="/")


@contextmanager
def cluster() -> Iterator[str]:
    """The address of an empty database."""
    need("postgresql")
    initdb, pg_ctl = program("initdb"), program("pg_ctl")
    with tempfile.TemporaryDirectory(prefix="holdspace-") as folder:
        if os.geteuid() == 0:
            shutil.chown(folder, USER)
        data = f"{folder}/data"
        serve(initdb, "-D", data, "-U", "holdspace", "-A", "trust", "-E", "UTF8", "--no-sync")
        serve(pg_ctl, "-D", data, "-w", "-l", f"{folder}/log", "-o", f"{NOT_DURABLE} -k {folder}", "start")
        try:
            yield f"postgresql://holdspace@/postgres?host={folder}"
        finally:
            serve(pg_ctl, "-D", data, "-w", "-m", "immediate", "stop")
