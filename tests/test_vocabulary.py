"""The vocabulary: what every file of terms must keep, and what a host may change."""

import re
import tomllib
import unicodedata
from itertools import pairwise
from pathlib import Path

import pytest
import textstat

from directory.vocabulary import Vocabulary, VocabularyError, fold, load

SEEDS = Path(__file__).parent.parent / "seeds" / "vocabulary"
VOCABULARY = load(SEEDS)
EVERY_TERM = [term for group in VOCABULARY.groups() for term in VOCABULARY.terms(group, hidden=True)]

WRITTEN = {path.stem: tomllib.loads(path.read_text(encoding="utf-8"))["term"] for path in SEEDS.glob("*.toml")}
SLUGS = {group: [term["slug"] for term in terms] for group, terms in WRITTEN.items()}

GROUPS = """
accessibility affirming age_bands approaches availability communities concerns consult_offers credentials faith_stances
faiths formats frequencies genders insurers languages payments populations themes times
""".split()

CONCERNS = """
childhood-trauma inner-child-wounds childhood-emotional-neglect childhood-physical-abuse childhood-sexual-abuse
emotional-abuse parentification attachment-wounds intergenerational-trauma complex-trauma ptsd sexual-assault
domestic-abuse narcissistic-parent family-addiction adoption-foster bullying dissociation birth-trauma
anxiety panic social-anxiety depression low-mood-numbness shame guilt self-esteem self-criticism perfectionism
people-pleasing boundaries anger emotional-overwhelm grief loneliness stress burnout ocd phobias bipolar
personality-patterns psychosis self-harm suicidal-thoughts sleep-nightmares eating-body
relationships couple-conflict codependency infidelity separation-divorce family-conflict family-expectations parenting
breaking-cycles estrangement sexuality-intimacy infertility-pregnancy-loss perinatal
bicultural-identity migration-stress racism-discrimination colourism-caste-casteism religious-harm spirituality
gender-identity sexual-orientation-coming-out refugee-war-trauma stigma-secrecy
work-career academic-pressure life-transitions chronic-illness-pain disability-adjustment adhd autism alcohol drugs
gambling-gaming-internet caregiving ageing brain-injury-dementia personal-growth
""".split()

SPOKEN = """
en hi ur pa bn gu ta te ml kn mr or as ne si sd ps fa syl kok ar he tr ku hy cmn yue ja ko tl vi th id ms my es pt fr de
it nl pl ru uk el ro so am sw yo ha
""".split()


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


# What every seed keeps


def test_every_group_is_there() -> None:
    assert list(VOCABULARY.groups()) == GROUPS


def test_the_concerns_are_exactly_the_fixed_ones() -> None:
    assert len(CONCERNS) == 83
    assert [term.slug for term in VOCABULARY.terms("concerns", hidden=True)] == CONCERNS


def test_the_languages_are_the_spoken_and_the_signed_ones() -> None:
    signed = {term.slug for term in VOCABULARY.terms("languages") if term.extra.get("signed")}
    assert signed == {"ase", "bfi", "ins", "asf"}
    assert {term.slug for term in VOCABULARY.terms("languages")} == signed | set(SPOKEN)


def test_slugs_are_plain_and_stand_once_in_their_group() -> None:
    for group, slugs in SLUGS.items():
        assert len(slugs) == len(set(slugs)), group
        assert [slug for slug in slugs if not re.fullmatch(r"[a-z0-9-]+", slug)] == []


def test_parents_exist_and_have_no_parents() -> None:
    for group, terms in WRITTEN.items():
        parents = {term["slug"]: term.get("parents", []) for term in terms}
        wrong = [slug for slug, above in parents.items() for parent in above if parents.get(parent) != []]
        assert wrong == [], group


def test_every_related_term_exists_and_is_another_one() -> None:
    for group, terms in WRITTEN.items():
        for term in terms:
            for other, _, slug in (f"{group}:{name}".rpartition(":") for name in term.get("related", [])):
                assert slug in SLUGS[other.rpartition(":")[2]], (term["slug"], slug)
                assert (other, slug) != (group, term["slug"])


def test_every_term_has_a_short_label_in_one_form_of_unicode() -> None:
    for term in EVERY_TERM:
        assert term.label and term.label == unicodedata.normalize("NFC", term.label), term.slug
        assert term.group == "credentials" or len(term.label) <= 40, term.label


def test_labels_differ_within_a_group() -> None:
    for group in VOCABULARY.groups():
        labels = [term.label for term in VOCABULARY.terms(group)]
        assert len(labels) == len(set(labels)), group


def test_every_term_has_one_short_sentence_with_one_full_stop() -> None:
    for term in EVERY_TERM:
        assert re.fullmatch(r"[^.!?]+\.", term.sentence), (term.slug, term.sentence)
        assert len(term.sentence) <= 140, (term.slug, len(term.sentence))


@pytest.mark.parametrize("group", GROUPS)
def test_a_group_reads_at_grade_eight_or_lower(group: str) -> None:
    text = " ".join(term.sentence for term in VOCABULARY.terms(group))
    assert textstat.flesch_kincaid_grade(text) <= 8


def test_no_sentence_promises_or_ranks() -> None:
    never = re.compile(r"\b(best|perfect|guaranteed|match score|not ready|broken|journey|unlock|patients?)\b", re.I)
    said = [
        (term.slug, word.group()) for term in EVERY_TERM if (word := never.search(f"{term.label}. {term.sentence}"))
    ]
    assert said == []


def test_other_names_say_something_new() -> None:
    for term in EVERY_TERM:
        names = [fold(name) for name in (term.label, *term.aka)] if term.group != "credentials" else []
        assert len(names) == len(set(names)) and "" not in names, (term.slug, names)


def test_bare_directions_are_no_names() -> None:
    names = {fold(name) for term in EVERY_TERM for name in (term.label, *term.aka)}
    assert names.isdisjoint({"west", "east", "north", "south", "southern", "northern", "eastern", "western", "central"})


def test_terms_of_one_section_stand_together() -> None:
    for group in VOCABULARY.groups():
        sections = [term.section for term in VOCABULARY.terms(group)]
        headings = [section for section, after in pairwise([*sections, None]) if section != after]
        assert len(headings) == len(set(headings)), group


def test_named_training_is_asked_where_a_title_depends_on_it() -> None:
    asked = {term.slug for term in VOCABULARY.terms("approaches") if term.extra.get("requires_named_training")}
    assert asked == set(
        "emdr somatic-experiencing sensorimotor ifs art-therapy music-therapy drama-psychodrama dance-movement tre "
        "hypnotherapy brainspotting".split()
    )


def test_every_approach_says_its_kind() -> None:
    assert {term.extra["kind"] for term in VOCABULARY.terms("approaches")} == {"approach", "technique"}


def test_the_help_box_goes_with_the_concerns_that_need_it() -> None:
    safety = {term.slug for term in VOCABULARY.terms("concerns") if term.extra.get("safety") == "helpline"}
    assert safety == set("childhood-sexual-abuse sexual-assault domestic-abuse self-harm suicidal-thoughts".split())


BODY_BASED = "somatic-therapy somatic-experiencing sensorimotor breathwork grounding trauma-sensitive-yoga tre"
TRAUMA_FOCUSED = "emdr cpt prolonged-exposure tf-cbt net-narrative-exposure brainspotting stabilisation-skills"
INNER_CHILD = "inner-child-dialogue letter-writing reparenting guided-imagery"


@pytest.mark.parametrize(
    ("parent", "children"),
    [
        ("body-based", BODY_BASED),
        ("trauma-focused", TRAUMA_FOCUSED),
        ("inner-child-work", INNER_CHILD),
        ("parts-work", "ifs ego-state"),
    ],
)
def test_an_approach_gathers_what_belongs_to_it(parent: str, children: str) -> None:
    assert VOCABULARY.descendants("approaches", parent) == {parent, *children.split()}


def test_a_term_may_belong_to_several_parents() -> None:
    assert "tamil" in VOCABULARY.descendants("communities", "south-asian")
    assert VOCABULARY.ancestors("communities", "afro-latine") == {"afro-latine", "black", "latine"}
    assert VOCABULARY.ancestors("faiths", "ismaili") == {"ismaili", "muslim"}


@pytest.mark.parametrize(
    ("group", "text", "slug"),
    [
        ("concerns", "ACEs", "childhood-trauma"),
        ("concerns", "  inner CRITIC! ", "self-criticism"),
        ("concerns", "self-blame", "shame"),
        ("concerns", "fear", "anxiety"),
        ("concerns", "can’t sleep", "sleep-nightmares"),
        ("concerns", "c-ptsd", "complex-trauma"),
        ("approaches", "internal family systems", "ifs"),
        ("approaches", "trauma-informed", "trauma-focused"),
        ("approaches", "cultural humility", "culturally-adapted"),
        ("communities", "Sapmi", "sami"),
        ("languages", "हिन्दी", "hi"),
        ("languages", "espanol", "es"),
        ("faiths", "Baha'i", "bahai"),
        ("concerns", "bicycle repair", None),
        ("concerns", " . ", None),
        ("no-such-group", "fear", None),
    ],
)
def test_people_may_call_a_term_by_another_name(group: str, text: str, slug: str | None) -> None:
    assert VOCABULARY.lookup(group, text) == slug


def test_unknown_terms_fall_back_to_their_words() -> None:
    assert VOCABULARY.get("concerns", "sea-sickness") is None
    assert VOCABULARY.label("concerns", "sea-sickness") == "Sea sickness"
    assert VOCABULARY.sentence("concerns", "sea-sickness") == ""
    assert VOCABULARY.ancestors("concerns", "sea-sickness") == frozenset()
    assert VOCABULARY.descendants("concerns", "sea-sickness") == frozenset()
    assert VOCABULARY.related("concerns", "sea-sickness") == ()


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
    assert own.lookup("shades", "scarlet") is None
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
    assert own.lookup("shades", "नीला") == "blue"
    assert own.label("shades", "blue", "fr") == "Bleu", "the translation that was there stays"
    assert own.label("shades", "red", "hi") == "Red", "what has no translation stays in English"
    assert own.section("shades", "Warm", "hi") == "Warm"


@pytest.mark.parametrize("text", ['slug = "puce"\nlabel = "Puce"\nsentence = "A."', 'slug = "crimson"\nlabel = "New"'])
def test_a_host_may_not_use_a_removed_slug_again(shades: Path, text: str) -> None:
    found = problems_of(shades, a_folder(shades.parent, "own", shades=f"[[term]]\n{text}\n"))
    assert len(found) == 1 and found[0].startswith("own/shades.toml: ") and "removed" in found[0]


def test_a_replaced_slug_leads_to_its_successor(shades: Path) -> None:
    assert load(shades).lookup("shades", "crimson") == "red"


def test_a_label_is_found_with_its_brackets_and_without(shades: Path) -> None:
    assert {load(shades).lookup("shades", name) for name in ("navy", "dark blue", "Navy (dark blue)")} == {"navy"}


def test_a_slug_wins_over_another_term_s_label(shades: Path) -> None:
    own = with_own(shades, '[[term]]\nslug = "sky"\nlabel = "Blue"\nsentence = "High."\n')
    assert own.lookup("shades", "blue") == "blue"


def test_a_label_wins_over_another_term_s_other_name(shades: Path) -> None:
    own = with_own(shades, '[[term]]\nslug = "blue"\naka = ["Red", "rouge"]\n[[term]]\nslug = "red"\naka = ["rouge"]\n')
    assert own.lookup("shades", "red") == "red"
    assert own.lookup("shades", "rouge") == "blue", "the first in file order has a shared name"


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
