"""What a process of the house writes while a message is sent, as the system sees it: sockets and its log alone."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

import pytest
from mail_host import MailHost, says

from directory.profiles.planting import id_for
from tests.opening import ROOT, need

CALLS = "openat,open,creat,write,writev,pwrite64,pwritev,sendto,sendmsg,rename,renameat,renameat2,mkdir,mkdirat,unlink"
PATIENCE_S = 90
PAGE = f"/therapists/{id_for('gb-tamsin-polkinghorne-reed')}-tamsin-polkinghorne-reed/write"
SERVE = "import waitress, sys; from directory import create_app; app = create_app(); print('open', flush=True); "
SERVE += "waitress.serve(app, host='127.0.0.1', port=int(sys.argv[1]), threads=2, ident=None)"
KANARIE = "kanarievogel"
NO_FILE = re.compile(r"\w+\((2<|\d+<(socket|pipe|TCP|UNIX|anon_inode|/dev/null))")
TO_A_SOCKET = re.compile(r"\d+\s+(sendto|sendmsg|write)\(\d+<(socket|TCP)")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


def fetch(url: str, data: dict[str, str] | None = None) -> tuple[int, str]:
    body = urllib.parse.urlencode(data).encode() if data else None
    try:
        with urllib.request.urlopen(url, body, timeout=PATIENCE_S) as response:
            return response.status, response.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


class Traced:
    """A server process under strace."""

    def __init__(self, planted: Path, folder: Path, mail_port: int) -> None:
        shutil.copytree(planted / "instance", folder / "instance")
        self.folder, self.port, self.told = folder, free_port(), folder.parent / f"{folder.name}.strace"
        settings = {"INSTANCE": str(folder / "instance"), "SEEDS": str(planted / "seeds"), "FOLLOW": "no"}
        settings |= {"MAIL_URL": f"smtp://127.0.0.1:{mail_port}", "MAIL_FROM": "directory@holdspace.example"}
        environment = {**os.environ, **{f"HOLDSPACE_{name}": value for name, value in settings.items()}}
        command = ["strace", "-f", "-y", "-s", "4096", "-e", f"trace={CALLS}", "-o", str(self.told)]
        command += [sys.executable, "-c", SERVE, str(self.port)]
        self.process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        assert self.process.stdout.readline() == b"open\n"
        until = time.monotonic() + PATIENCE_S
        with socket.socket() as probe:
            while probe.connect_ex(("127.0.0.1", self.port)) and time.monotonic() < until:
                time.sleep(0.1)

    def lines(self) -> list[str]:
        """Every call so far that opens to write, or writes, or moves."""
        return self.told.read_text("utf-8", "replace").splitlines()

    def end(self) -> None:
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def into_files(lines: list[str]) -> list[str]:
    """The calls that write to a file, move or make one: not those to sockets, pipes and the log (standard error)."""
    calls = [re.sub(r"^\d+\s+", "", line) for line in lines if " = -1 " not in line]
    made = [call for call in calls if call.startswith(("rename", "mkdir", "unlink", "creat"))]
    opened = [
        call for call in calls if call.startswith("open") and "O_CREAT" in call and "holdspace.sqlite3" not in call
    ]
    written = [call for call in calls if re.match(r"p?write(v|64)?\(", call) and not NO_FILE.match(call)]
    return made + opened + written


@pytest.mark.parametrize("fails", [False, True])
def test_sending_writes_to_no_file_and_the_words_go_to_sockets_alone(planted, tmp_path, fails):
    need("strace")
    with MailHost("RCPT" if fails else "", says("550 no")) as host:
        traced = Traced(planted, tmp_path / "house", host.port)
        try:
            page = fetch(f"http://127.0.0.1:{traced.port}{PAGE}")[1]
            opened = re.search(r'name="opened" type="hidden" value="([^"]+)"', page).group(1)
            time.sleep(3.5)
            before = len(traced.lines())
            told = {"reach": "sam@example.org", "message": f"I freeze, {KANARIE}", "fax": "", "opened": opened}
            status = fetch(f"http://127.0.0.1:{traced.port}{PAGE}", told)[0]
            time.sleep(0.5)
            lines = traced.lines()[before:]
        finally:
            traced.end()
    assert (status, len(host.mails)) == ((502, 0) if fails else (200, 1))
    said = [line for line in lines if KANARIE in line]
    assert said, "the trace sees what is sent: the page, or the mail"
    assert not [line for line in said if not TO_A_SOCKET.match(line)]
    assert not into_files(lines)


def test_the_same_check_finds_a_file():
    calls = ('7 write(9</tmp/x>, "a", 1) = 1', '7 openat(AT_FDCWD</>, "/tmp/x", O_WRONLY|O_CREAT, 0666) = 9</tmp/x>')
    calls += ('7 mkdir("/tmp/y", 0777) = 0', '7 pwrite64(9</tmp/holdspace.sqlite3-wal>, "a", 1, 0) = 1')
    assert len(into_files(list(calls))) == 4
    assert not into_files(['7 write(2</dev/null>, "a", 1) = 1', '7 sendto(8<TCP:[1]>, "a", 1) = 1'])
