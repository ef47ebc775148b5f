"""What is learnt from the seeds is kept: found again, learnt again when anything is amiss, and the same either way."""

import os
import shutil
from pathlib import Path

import numpy as np
import pytest

from search_index import learnt as learnt_room
from search_index.danger import Danger
from search_index.learnt import Learnt, letters, words_of
from search_index.lexicon import folded
from search_index.own_words import OwnWords

SEEN = ("a saying", "another")


class Learner:
    """Learns three numbers, and counts how often it was asked to."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self):
        self.times += 1
        return {"numbers": np.arange(3), "words": letters(["grief", "sad news"])}


@pytest.fixture
def learner() -> Learner:
    return Learner()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "instance" / "learnt"


def test_what_was_learnt_once_is_found_by_every_other_start(folder, learner):
    for _ in range(3):
        told = Learnt(folder).get("one", SEEN, learner)
        assert told["numbers"].tolist() == [0, 1, 2] and words_of(told["words"]) == ["grief", "sad news"]
    assert learner.times == 1


def test_without_a_folder_nothing_is_kept(learner):
    for _ in range(2):
        assert Learnt().get("one", SEEN, learner)["numbers"].tolist() == [0, 1, 2]
    assert learner.times == 2


def test_other_seeds_are_learnt_anew(folder, learner):
    Learnt(folder).get("one", SEEN, learner)
    Learnt(folder).get("one", (*SEEN, "a third"), learner)
    assert learner.times == 2


def test_other_code_learns_anew(folder, learner, monkeypatch):
    Learnt(folder).get("one", SEEN, learner)
    monkeypatch.setattr(learnt_room, "_code", lambda: b"another version")
    Learnt(folder).get("one", SEEN, learner)
    assert learner.times == 2


@pytest.mark.parametrize("damage", ["gone", "empty", "cut off", "a byte changed", "foreign", "another's"])
def test_a_file_that_is_amiss_is_learnt_and_written_again(folder, learner, damage):
    Learnt(folder).get("one", SEEN, learner)
    file = folder / "one"
    whole = file.read_bytes()
    at = whole.index(b"sad news")
    {
        "gone": file.unlink,
        "empty": lambda: file.write_bytes(b""),
        "cut off": lambda: file.write_bytes(whole[:-9]),
        "a byte changed": lambda: file.write_bytes(whole[:at] + b"b" + whole[at + 1 :]),
        "foreign": lambda: file.write_bytes(b"PK\3\4" + bytes(400)),
        "another's": lambda: (Learnt(folder).get("two", SEEN, Learner()), shutil.copy(folder / "two", file)),
    }[damage]()
    for _ in range(2):
        assert words_of(Learnt(folder).get("one", SEEN, learner)["words"]) == ["grief", "sad news"]
    assert learner.times == 2


def test_a_folder_that_nobody_may_write_to_only_costs_time(folder, learner, caplog):
    folder.parent.mkdir()
    folder.write_text("a file stands where the folder should be")
    for _ in range(2):
        assert Learnt(folder).get("one", SEEN, learner)["numbers"].tolist() == [0, 1, 2]
    assert learner.times == 2 and "cannot be kept" in caplog.text


def test_nothing_but_the_files_themselves_is_left_behind(folder, learner):
    for name in ("one", "two", "one"):
        Learnt(folder).get(name, SEEN, learner)
    assert sorted(os.listdir(folder)) == ["one", "two"]


class Term:
    """A concern, as far as own words read one."""

    def __init__(self, slug: str, label: str, *aka: str) -> None:
        self.slug, self.label, self.aka, self.sentence, self.extra = slug, label, aka, label, {}


SAID = {
    "sayings": {
        "grief": ["I miss my mother every morning since the funeral", "the empty chair at the table makes me cry"],
        "sleep": ["I lie awake until the birds start to sing", "my nights are broken and my days are fog"],
        "nothing": ["the bus was late again", "we baked a lemon cake on Sunday"],
    },
    "danger_sayings": {"danger": ["I will end it tonight", "he is at the door with a knife"], "near": ["my day ended"]},
}
TEXTS = ("since mother died the chair stays empty", "awake until the birds sing", "a cake on the bus")


def test_what_is_kept_reads_as_what_was_just_learnt(folder):
    terms = [Term("grief", "Grief and loss"), Term("sleep", "Sleep")]
    readers = [OwnWords(SAID, terms, None, Learnt(where)) for where in (None, folder, folder)]
    for text in TEXTS:
        fresh, *kept = ([(told.slug, told.score) for told in reader.read([folded(text)])] for reader in readers)
        assert fresh == kept[0] == kept[1]
    dangers = [Danger(SAID, Learnt(where)) for where in (None, folder, folder)]
    for text in ("I will end it", "a cake on the bus"):
        assert len({danger.in_any([folded(text)]) for danger in dangers}) == 1
    assert sorted(os.listdir(folder)) == ["danger", "own-words"]
