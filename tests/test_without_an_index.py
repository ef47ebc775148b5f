"""A missing or broken index folder never breaks a page: the database answers, and the index is built anew."""

import shutil
from pathlib import Path

import pytest
from routes import sealed
from visitor import Visitor

PAGES = ("/", "/therapists", "/therapists?format=video&country=GB", "/concerns/grief", "/learn/first-consult")


def no_folder(index: Path) -> None:
    shutil.rmtree(index)


def no_pointer(index: Path) -> None:
    (index / "current").unlink()


def pointer_to_nowhere(index: Path) -> None:
    (index / "current").write_text("20200101T000000-00000000")


def garbage_pointer(index: Path) -> None:
    (index / "current").write_bytes(b"\xff\x00../..")


def generation(index: Path) -> Path:
    return index / (index / "current").read_text().strip()


def empty_files(index: Path) -> None:
    for file in generation(index).iterdir():
        file.write_bytes(b"")


def cut_files(index: Path) -> None:
    for file in generation(index).iterdir():
        file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def garbage_files(index: Path) -> None:
    for file in generation(index).iterdir():
        file.write_bytes(bytes(range(256)) * 40)


def garbage_contents(index: Path) -> None:
    for file in generation(index).glob("_MAIN_*"):
        file.write_bytes(b"cos\nsystem\n(S'true'\ntR.")


DAMAGE = (
    no_folder,
    no_pointer,
    pointer_to_nowhere,
    garbage_pointer,
    empty_files,
    cut_files,
    garbage_files,
    garbage_contents,
)


@pytest.mark.parametrize("restarted", [False, True], ids=["while serving", "before the first search"])
@pytest.mark.parametrize("damage", DAMAGE, ids=lambda damage: damage.__name__)
def test_every_page_stands_without_its_index_and_the_index_comes_back(few, damage, restarted):
    app, browser, follower = few, few.test_client(), few.extensions["holdspace"].follower
    everyone = Visitor(browser).go("/therapists").text.split(" people")[0][-4:]
    if restarted:
        app.extensions["holdspace"].index.close()
    damage(app.config["INSTANCE"] / "index")
    sealed_pages = (f"/search/{sealed(app, 'search', words=['grief'])}", f"/matches/{sealed(app, 'matches', a={})}")
    for path in (*PAGES, *sealed_pages, "/readyz"):
        assert browser.get(path).status_code == 200, path
    found = Visitor(browser).go("/").press("Show me people", text="I can't stop crying since my mother died")
    assert found.response.status_code == 200 and "/therapists/" in found.response.get_data(as_text=True)
    assert browser.get("/readyz").json["status"] in ("degraded", "ok")
    while follower.step():
        pass
    assert browser.get("/readyz").json["status"] == "ok"
    visitor = Visitor(browser).go("/therapists")
    assert visitor.text.split(" people")[0][-4:] == everyone and "resting" not in visitor.text
    assert any(control.name == "concern" for control in visitor.page.controls)
