"""The vocabulary that comes with the house: what every file of terms must keep."""

import re
import tomllib
import unicodedata
from itertools import pairwise
from pathlib import Path

import pytest
import textstat

from directory.vocabulary import load
from search_index import folding

SEEDS = Path(__file__).parent.parent / "seeds" / "vocabulary"
VOCABULARY = load(SEEDS)
EVERY_TERM = [term for group in VOCABULARY.groups() for term in VOCABULARY.terms(group, hidden=True)]

WRITTEN = {path.stem: tomllib.loads(path.read_text(encoding="utf-8"))["term"] for path in SEEDS.glob("*.toml")}
PHRASES = tomllib.loads((SEEDS.parent / "phrases.toml").read_text(encoding="utf-8"))
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
it nl pl cy ru uk el ro so am sw yo ha
""".split()


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


def fold(text: str) -> str:
    """A name as people may type it: the words alone, as search folds them."""
    return " ".join(folding.WORD.findall(folding.fold(text)))


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


def test_unknown_terms_fall_back_to_their_words() -> None:
    assert VOCABULARY.get("concerns", "sea-sickness") is None
    assert VOCABULARY.label("concerns", "sea-sickness") == "Sea sickness"
    assert VOCABULARY.sentence("concerns", "sea-sickness") == ""
    assert VOCABULARY.ancestors("concerns", "sea-sickness") == frozenset()
    assert VOCABULARY.descendants("concerns", "sea-sickness") == frozenset()
    assert VOCABULARY.related("concerns", "sea-sickness") == ()


# The words people use (seeds/phrases.toml)


def test_every_family_leads_to_terms_that_exist() -> None:
    assert len(PHRASES["family"]) == 54
    for family in PHRASES["family"]:
        assert set(family["concerns"]) <= set(SLUGS["concerns"]), family["phrases"][0]
        assert set(family.get("filters", {}).get("approach", [])) <= set(SLUGS["approaches"]), family["phrases"][0]
        assert set(family.get("more", {}).get("payments", [])) <= set(SLUGS["payments"])


def test_a_family_asks_for_something() -> None:
    asks = ("concerns", "filters", "more")
    assert [family["phrases"][0] for family in PHRASES["family"] if not any(map(family.get, asks))] == []


def test_no_phrase_stands_in_two_families() -> None:
    phrases = [fold(phrase) for family in PHRASES["family"] for phrase in family["phrases"]]
    assert len(phrases) == len(set(phrases))
    assert min(len(family["phrases"]) for family in PHRASES["family"]) >= 5


def test_help_goes_with_the_families_that_need_it() -> None:
    safety = {family["safety"]: family["concerns"][0] for family in PHRASES["family"] if "safety" in family}
    assert safety == {"helpline": "domestic-abuse", "crisis": "suicidal-thoughts"}
    quiet = [family["concerns"][0] for family in PHRASES["family"] if family.get("safety") == "helpline"]
    assert quiet == ["childhood-sexual-abuse", "domestic-abuse"]


@pytest.mark.parametrize("name", ["danger", "near"])
def test_words_of_danger_are_folded_and_stand_once(name: str) -> None:
    assert PHRASES[name] == [fold(run) for run in PHRASES[name]]
    assert len(PHRASES[name]) == len(set(PHRASES[name]))


def test_nothing_means_danger_and_its_opposite() -> None:
    assert set(PHRASES["danger"]).isdisjoint(PHRASES["near"])
