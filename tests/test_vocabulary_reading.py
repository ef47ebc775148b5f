"""Reading a vocabulary: what a host may change, what is refused, and how it is told."""

import unicodedata
from pathlib import Path

import pytest

from directory.vocabulary import Vocabulary, VocabularyError, load


def a_folder(path: Path, name: str = "colours", **files: str) -> Path:
    """A small vocabulary in a folder of its own; each keyword is a file's name and text."""
    folder = path / name
    folder.mkdir()
    for stem, text in files.items():
        (folder / f"{stem}.toml").write_text(text, encoding="utf-8")
    return folder


SHADES = """
group = "shades"
label = "Shade"
retired = ["puce"]

[[term]]
slug = "blue"
label = "Blue"
sentence = "Like the sky."
section = "Cool"
translations.fr = { label = "Bleu" }

[[term]]
slug = "red"
label = "Red"
sentence = "Like a rose."
aka = ["Scarlet"]
section = "Warm"

[[term]]
slug = "navy"
label = "Navy (dark blue)"
sentence = "Like the sea at night."
parents = ["blue"]
related = ["red"]
section = "Warm"

[[term]]
slug = "crimson"
label = "Crimson"
sentence = "An old name of red."
hidden = true
replaced_by = "red"
"""


@pytest.fixture
def shades(tmp_path: Path) -> Path:
    return a_folder(tmp_path, "seeds", shades=SHADES)


def with_own(shades: Path, text: str) -> Vocabulary:
    return load(shades, a_folder(shades.parent, "own", shades=text))


def problems_of(folder: Path, overlay: Path | None = None) -> tuple[str, ...]:
    with pytest.raises(VocabularyError) as refused:
        load(folder, overlay)
    return refused.value.problems


# What a host may change


def test_a_host_renames_a_term_and_keeps_the_rest(shades: Path) -> None:
    changed = with_own(shades, '[[term]]\nslug = "red"\nlabel = "Rose red"\n').get("shades", "red")
    assert changed is not None
    assert (changed.label, changed.sentence, changed.aka) == ("Rose red", "Like a rose.", ("Scarlet",))


def test_a_host_renames_a_heading(shades: Path) -> None:
    assert with_own(shades, 'label = "Colour"\n').heading("shades") == "Colour"


def test_a_host_hides_a_term(shades: Path) -> None:
    own = with_own(shades, '[[term]]\nslug = "red"\nhidden = true\n')
    assert [term.slug for term in own.terms("shades")] == ["blue", "navy"]
    assert own.related("shades", "navy") == ()
    assert own.label("shades", "red") == "Red"


def test_a_host_adds_a_term_at_the_end_of_its_section(shades: Path) -> None:
    own = with_own(shades, '[[term]]\nslug = "teal"\nlabel = "Teal"\nsentence = "Like a duck."\nsection = "Cool"\n')
    assert [term.slug for term in own.terms("shades")] == ["blue", "teal", "red", "navy"]


def test_a_host_translates_labels_sentences_headings_and_sections(shades: Path) -> None:
    own = with_own(
        shades,
        """
        [translations.hi]
        label = "रंग"
        sections = { Cool = "ठंडे" }
        [[term]]
        slug = "blue"
        translations.hi = { label = "नीला", sentence = "आसमान जैसा।" }
        """,
    )
    assert own.label("shades", "blue", "hi-IN") == own.label("shades", "blue", "hi") == "नीला"
    assert own.sentence("shades", "blue", "hi") == "आसमान जैसा।"
    assert (own.heading("shades", "hi"), own.section("shades", "Cool", "hi")) == ("रंग", "ठंडे")
    assert own.label("shades", "blue", "fr") == "Bleu", "the translation that was there stays"
    assert own.label("shades", "red", "hi") == "Red", "what has no translation stays in English"
    assert own.section("shades", "Warm", "hi") == "Warm"


@pytest.mark.parametrize("text", ['slug = "puce"\nlabel = "Puce"\nsentence = "A."', 'slug = "crimson"\nlabel = "New"'])
def test_a_host_may_not_use_a_removed_slug_again(shades: Path, text: str) -> None:
    found = problems_of(shades, a_folder(shades.parent, "own", shades=f"[[term]]\n{text}\n"))
    assert len(found) == 1 and found[0].startswith("own/shades.toml: ") and "removed" in found[0]


def test_a_replaced_slug_names_its_successor(shades: Path) -> None:
    old = load(shades).get("shades", "crimson")
    assert old is not None and old.replaced_by == "red"


def test_the_digest_follows_the_words_and_not_the_comments(shades: Path, tmp_path: Path) -> None:
    same = a_folder(tmp_path, "same", shades="# A remark.\n" + SHADES)
    assert load(shades).digest == load(same).digest
    assert load(shades).digest != with_own(shades, '[[term]]\nslug = "red"\nlabel = "Rose"\n').digest


def test_texts_are_kept_in_one_form(tmp_path: Path) -> None:
    decomposed = unicodedata.normalize("NFD", "Türkis")
    text = f'group = "shades"\nlabel = "Shade"\n[[term]]\nslug = "t"\nlabel = "{decomposed} \t hell"\nsentence = "A."\n'
    assert load(a_folder(tmp_path, "seeds", shades=text)).label("shades", "t") == "Türkis hell"


# What is refused, and how it is told

WRONG = """
group = "shades"
label = "Shade"
colour = "blue"
"""

FAULTY = """
group = "shades"
label = "Shade"
retired = ["puce"]

[[term]]
slug = "Blue!"
label = "Blue"
sentence = "Like the sky."

[[term]]
slug = "red"
label = "Red"
sentence = "Like a rose."
tint = 3

[[term]]
slug = "grey"
label = "Grey"
parents = ["ash"]
related = ["sounds:loud"]

[[term]]
slug = "up"
label = "Up"
sentence = "Round."
parents = ["down"]

[[term]]
slug = "down"
label = "Down"
sentence = "Round."
parents = ["up"]

[[term]]
slug = "old"
label = "Old"
sentence = "Gone."
replaced_by = "nowhere"

[[term]]
slug = "old"
label = "Old"
sentence = "Gone."

[[term]]
slug = "echo"
label = "Echo"
sentence = "Again."
related = ["echo"]

[[term]]
slug = "puce"
label = "Puce"
sentence = "Was let go."
"""

NAMELESS = """
[[term]]
slug = "left"
label = "Left"
sentence = "Not right."
"""


def test_every_problem_is_told_with_its_file_and_term(tmp_path: Path) -> None:
    found = problems_of(a_folder(tmp_path, "seeds", shades=FAULTY, marks=WRONG, sides=NAMELESS, sounds="group = "))
    expected = (
        "seeds/marks.toml: unknown key 'colour'",
        "seeds/marks.toml: group must be 'marks'",
        "seeds/sounds.toml: cannot be read",
        "seeds/shades.toml: Blue!: a slug needs",
        "seeds/shades.toml: red: unknown key 'tint'",
        "seeds/shades.toml: grey: has no sentence",
        "seeds/shades.toml: grey: the parent 'ash' does not exist",
        "seeds/shades.toml: grey: the related term 'sounds:loud' does not exist",
        "seeds/shades.toml: up: the parent 'down' has a parent itself",
        "seeds/shades.toml: down: the parent 'up' has a parent itself",
        "seeds/shades.toml: old: a replaced term must be hidden",
        "seeds/shades.toml: old: the successor 'nowhere' does not exist",
        "seeds/shades.toml: old: this slug stands twice",
        "seeds/shades.toml: echo: the related term 'echo' does not exist or is the term itself",
        "seeds/shades.toml: puce: is listed as retired",
        "sides.toml: the group has no label",
    )
    for words in expected:
        assert any(problem.startswith(words) for problem in found), (words, found)
    assert len(found) == len(expected)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('aka = "Scarlet"', "'aka' must be a list of texts"),
        ("aka = [1]", "'aka' must be a list of texts"),
        ('hidden = "yes"', "'hidden' must be true or false"),
        ("label = 3", "'label' must be a text"),
        ('translations.fr = "Rouge"', "the translation 'fr' must be a table"),
        ("translations.fr = { colour = 'x' }", "in the translation 'fr', unknown key 'colour'"),
        ("slug = 3", "a slug needs"),
    ],
)
def test_a_value_of_a_wrong_type_is_told(shades: Path, line: str, words: str) -> None:
    text = f"[[term]]\n{line}\n" if line.startswith("slug") else f'[[term]]\nslug = "red"\n{line}\n'
    (problem,) = problems_of(shades, a_folder(shades.parent, "own", shades=text))
    assert words in problem


def test_a_file_of_an_unknown_group_is_told(shades: Path) -> None:
    (problem,) = problems_of(shades, a_folder(shades.parent, "own", smells='label = "Smell"\n'))
    assert problem.startswith("own/smells.toml: ")


def test_a_missing_folder_is_told(shades: Path) -> None:
    assert problems_of(shades / "nowhere") == ("nowhere: holds no vocabulary files.",)
    assert problems_of(shades, shades / "mine") == ("mine: this folder of your own terms does not exist.",)


def test_a_file_that_is_no_text_is_told(shades: Path) -> None:
    (shades / "shades.toml").write_bytes(b"\xff\xfe\x00")
    (problem,) = problems_of(shades)
    assert problem.startswith("seeds/shades.toml: cannot be read")
