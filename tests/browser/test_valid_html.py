"""Every page in every state is valid HTML: the W3C's own checker reads all of them in one go."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.browser.houses import House
from tests.browser.states import ROOT, STATES
from tests.opening import need

VERSION = "26.9.27"
FOLDER = ROOT / "build" / "vnu"
JAR = FOLDER / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
INSTALL = ("npm", "install", "--no-save", "--no-audit", "--no-fund", "--omit-lockfile-registry-resolved=true")
INSTALL_S, CHECK_S = 120, 180


@pytest.fixture(scope="module")
def checker() -> Path:
    """The checker's jar, brought by npm into build/ once; skips, with the reason, where that can't be."""
    need("java", "node")
    if JAR.exists():
        return JAR
    if shutil.which("npm") is None:
        pytest.skip("npm is not installed, so the HTML checker can't be brought")
    FOLDER.mkdir(parents=True, exist_ok=True)
    asked = (*INSTALL, "--prefix", str(FOLDER), f"vnu-jar@{VERSION}")
    done = subprocess.run(asked, capture_output=True, text=True, timeout=INSTALL_S, check=False)
    if done.returncode or not JAR.exists():
        told = done.stderr.strip().splitlines()[-1:] or ["no jar in it"]
        pytest.skip(f"npm could not bring the HTML checker: {told[0]}")
    return JAR


def complaints(jar: Path, folder: Path) -> list[str]:
    """Every error that the checker finds in the HTML files of a folder."""
    asked = ("java", "-jar", str(jar), "--errors-only", "--format", "json", "--skip-non-html", str(folder))
    done = subprocess.run(asked, capture_output=True, text=True, timeout=CHECK_S, check=False)
    found = json.loads(done.stderr)["messages"]
    return [f"{Path(one['url']).stem}: {one['message']} ({one.get('extract', '')[:90]})" for one in found]


def test_no_page_has_an_error(checker: Path, house: House, tmp_path: Path):
    for state in STATES:
        name = re.sub(r"[^a-z0-9]+", "-", state.name.lower())
        (tmp_path / f"{name}.html").write_text(house.html(state), "utf-8")
    assert len(list(tmp_path.iterdir())) == len(STATES)
    found = complaints(checker, tmp_path)
    assert not found, "\n".join(found)


def test_an_error_would_be_found(checker: Path, tmp_path: Path):
    (tmp_path / "wrong.html").write_text("<!doctype html><title>x</title><ul><p>no item</p></ul>", "utf-8")
    assert complaints(checker, tmp_path)
