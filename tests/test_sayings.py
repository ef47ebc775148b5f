"""What people say, as seeds: read from every file, and refused with every problem at once."""

from collections import Counter
from pathlib import Path

import pytest

from directory import sayings
from directory.sayings import SayingsError
from tests.opening import ROOT

CONCERNS = {"grief", "shame"}


def folder_with(folder: Path, **files: str) -> Path:
    for name, written in files.items():
        (folder / f"{name}.toml").write_text(written, "utf-8")
    return folder


def test_a_concern_may_be_spoken_of_in_several_files(tmp_path):
    folder = folder_with(
        tmp_path,
        a='[grief]\nsayings = ["her chair is empty"]\n[nothing]\nsayings = ["nice weather"]',
        b='[grief]\nsayings = ["nobody sits there now"]',
    )
    assert sayings.load(folder, CONCERNS) == {
        "grief": ("her chair is empty", "nobody sits there now"),
        "nothing": ("nice weather",),
    }


def test_every_problem_is_named_with_its_file(tmp_path):
    folder = folder_with(
        tmp_path,
        a='grief = 3\n[greif]\nsayings = ["her chair is empty"]',
        b='[shame]\nsaying = ["x"]\nsayings = ["I hide", " "]',
    )
    with pytest.raises(SayingsError) as raised:
        sayings.load(folder, CONCERNS)
    told = {problem.removeprefix(f"{tmp_path.name}/") for problem in raised.value.problems}
    assert told == {
        "a.toml: grief must be a table.",
        "a.toml: greif is not a concern that we know.",
        "b.toml: shame: saying is not a key that we know.",
        "b.toml: shame: sayings must be a text that is not empty.",
    }


def test_a_folder_without_sayings_is_a_problem(tmp_path):
    with pytest.raises(SayingsError, match="no saying found"):
        sayings.load(tmp_path, CONCERNS)


def test_the_sayings_of_this_house_are_in_order_and_none_stands_twice(words):
    slugs = {term.slug for term in words.terms("concerns", hidden=True)}
    said = sayings.load(ROOT / "seeds" / "sayings", slugs)
    seen = Counter(saying.casefold() for each in said.values() for saying in each)
    assert [saying for saying, count in seen.items() if count > 1] == []
