"""The learn pages: their loader, where their links lead, and how they read."""

import os
import re
import tomllib
from pathlib import Path

import pytest
import textstat

from directory import learn

ROOT = Path(__file__).parents[1]
SHARED = Path(os.environ.get("HOLDSPACE_SHARED", ROOT.parent / "shared"))
LIBRARY = learn.load(ROOT / "seeds" / "learn")
PAGES = LIBRARY.pages()
every_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.slug)

NEVER = re.compile(
    r"\b(best|perfect(ly)?|guarantee[ds]?|broken|journeys?|unlock\w*|patients?|providers?|match score|not ready)\b"
    r"|% match",
    re.IGNORECASE,
)
RUN = 6

WHAT_THE_ISSUE_ASKS_FOR = {
    "what-is-inner-child-work": "younger sides",
    "how-it-shows-up": "bigger than the moment;freezing;pleasing;shutting down;the strong one",
    "south-asian-families": "tough it out;family comes first;high hopes;what will people say;moved",
    "getting-ready": "why now;a place;people;doubt",
    "finding-a-qualified-therapist": "register;specialised;not protected;walk away;charities",
    "starting-well": "trust;at ease;goal;fine to change",
    "what-sessions-look-like": "letter;younger self;imagery;mindfulness;painting;breath;emotional release;somatic work;"
    "re-parenting;integration",
    "when-it-gets-hard": "resistance;block;looking after yourself;blame;unreal;lose time;twenty minutes",
    "first-consult": "what they know;how they work;how you get on;two or three people;afterwards",
    "paying-for-therapy": "sliding scale;reduced place;united states;canada;united kingdom;india;australia",
    "staying-private": "private window;history;shared phone",
    "what-the-evidence-says": "few trials;comparison group;295 studies;culture",
}


def page_of(slug: str) -> learn.Page:
    page = LIBRARY.get(slug)
    assert page is not None, f"no page {slug}"
    return page


def passages(page: learn.Page) -> list[str]:
    """Every text of a page that people read, names of papers and registers apart."""
    found = [page.title, page.lead]
    for section in page.sections:
        found += [section.heading, *(item for block in section.blocks for item in block.items), section.aside]
        found += [*section.said, *(link.text for link in section.links)]
    return [text for text in found if text]


def prose(page: learn.Page) -> str:
    """A page as sentences: each passage ends as one, so that headings and list items are not run together."""
    return "\n".join(text if text[-1] in '.?!"' else f"{text.rstrip(':;,')}." for text in passages(page))


def runs(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"[a-z0-9']+", text.lower().replace("\u2019", "'"))
    return {tuple(words[at : at + RUN]) for at in range(len(words) - RUN + 1)}


def slugs(group: str) -> set[str]:
    terms = tomllib.loads((ROOT / "seeds" / "vocabulary" / f"{group}.toml").read_text(encoding="utf-8"))["term"]
    return {term["slug"] for term in terms if not term.get("hidden")}


def write(folder: Path, name: str, text: str) -> None:
    (folder / name).write_text(text, encoding="utf-8")


A_PAGE = """
title = "A page"
lead = "What it says."
order = 2
minutes = 1
part = "One"
[[section]]
heading = "First"
body = "Hello."
"""


@pytest.mark.parametrize("slug", WHAT_THE_ISSUE_ASKS_FOR)
def test_each_topic_has_its_page_and_covers_it(slug: str) -> None:
    text = prose(page_of(slug)).lower()
    assert [phrase for phrase in WHAT_THE_ISSUE_ASKS_FOR[slug].split(";") if phrase not in text] == []


def test_pages_come_in_order_and_parts_keep_their_pages_together() -> None:
    assert [page.order for page in PAGES] == sorted({page.order for page in PAGES})
    parts = LIBRARY.parts()
    assert [page for _, pages in parts for page in pages] == list(PAGES)
    assert len({part for part, _ in parts}) == len(parts)


def test_an_unknown_slug_is_no_page() -> None:
    assert LIBRARY.get("no-such-page") is None


@every_page
def test_every_link_leads_to_a_term_that_exists(page: learn.Page) -> None:
    named = {(topic, slug) for topic in learn.TOPICS for slug in getattr(page.people, topic)}
    named |= {
        (door, slug)
        for section in page.sections
        for link in section.links
        for door, _, slug in [link.to.partition("/")]
        if door in learn.TOPICS
    }
    assert {(topic, slug) for topic, slug in named if slug not in slugs(topic)} == set()


@every_page
def test_every_page_leads_to_people_and_to_another_page(page: learn.Page) -> None:
    assert any(getattr(page.people, topic) for topic in learn.TOPICS)
    assert page.next and page.slug not in page.next


@every_page
def test_a_page_is_long_enough_to_be_useful_and_says_how_long_it_takes(page: learn.Page) -> None:
    words = len(prose(page).split())
    assert 500 <= words <= 900
    assert abs(page.minutes - words / 200) <= 1


@every_page
def test_a_page_reads_at_grade_8_or_lower(page: learn.Page) -> None:
    assert textstat.flesch_kincaid_grade(prose(page)) <= 8


@every_page
def test_no_section_hides_hard_reading_behind_an_easy_page(page: learn.Page) -> None:
    hard = {
        section.heading: grade
        for section in page.sections
        for text in ["\n".join(f"{item.rstrip(':;,.')}." for block in section.blocks for item in block.items)]
        if (grade := textstat.flesch_kincaid_grade(text)) > 10
    }
    assert hard == {}


@every_page
def test_no_page_uses_a_word_we_never_use(page: learn.Page) -> None:
    assert [found.group() for text in passages(page) for found in NEVER.finditer(text)] == []


def test_the_list_of_words_we_never_use_catches_them() -> None:
    assert NEVER.search("Unlocking your best self") and NEVER.search("a patient") and NEVER.search("82% match")
    assert not NEVER.search("perfectionism, patiently, the journeyman's bestiary")


@every_page
def test_plain_text_stays_plain(page: learn.Page) -> None:
    assert [text for text in passages(page) if re.search(r"[<>*_`#]|\]\(|https?:", text)] == []


def test_pages_that_touch_on_danger_show_the_help_box() -> None:
    touching = {
        page.slug for page in PAGES if re.search(r"hurt yourself|hurts or threatens|abuse helpline", prose(page))
    }
    assert touching and all(page_of(slug).helpline for slug in touching)


def test_the_evidence_page_names_its_sources_and_is_honest_about_inner_child_work() -> None:
    page = page_of("what-the-evidence-says")
    assert len(page.sources) >= 10
    assert "few trials, and most are small" in prose(page)


@every_page
def test_no_run_of_six_words_is_shared_with_the_articles(page: learn.Page) -> None:
    articles = sorted((SHARED / "sources").glob("*.txt"))
    if not articles:
        pytest.skip(f"the two articles are not in {SHARED / 'sources'}; set HOLDSPACE_SHARED to compare with them")
    theirs = {run for article in articles for run in runs(article.read_text(encoding="utf-8"))}
    ours = runs(" ".join(passages(page)))
    assert [" ".join(run) for run in sorted(ours & theirs)] == []


def test_blocks_part_paragraphs_at_blank_lines_and_lists_at_dashes() -> None:
    assert learn.blocks("One\ntwo.\n\nThree:\n- a\n  goes on\n- b\n\n- c\n") == (
        learn.Block("p", ("One two.",)),
        learn.Block("p", ("Three:",)),
        learn.Block("ul", ("a goes on", "b")),
        learn.Block("ul", ("c",)),
    )
    assert learn.blocks(" \n\n") == ()


def test_a_small_page_loads_with_everything_optional_left_out(tmp_path: Path) -> None:
    write(tmp_path, "a-page.toml", A_PAGE)
    page = learn.load(tmp_path).get("a-page")
    assert page == learn.Page(
        slug="a-page",
        title="A page",
        lead="What it says.",
        order=2,
        minutes=1,
        part="One",
        sections=(learn.Section("First", (learn.Block("p", ("Hello.",)),), "", (), ()),),
        people=learn.People((), (), ()),
        next=(),
        sources=(),
        helpline=False,
    )


def test_all_problems_of_all_files_are_named_at_once(tmp_path: Path) -> None:
    write(tmp_path, "a-page.toml", A_PAGE.replace("order = 2", 'order = "2"\nnext = ["gone"]\ncolour = "red"'))
    write(tmp_path, "b-page.toml", A_PAGE.replace('body = "Hello."', 'links = [{ to = "concern/shame", text = " " }]'))
    write(tmp_path, "c-page.toml", "title = ")
    write(tmp_path, "D page.toml", A_PAGE.replace("minutes = 1", "minutes = 0\nhelpline = 1\nsources = [1]"))
    with pytest.raises(learn.LearnError) as caught:
        learn.load(tmp_path)
    for problem in (
        "a-page.toml: order must be a whole number from 1 up.",
        "a-page.toml: colour is not a key that we know.",
        "a-page.toml: next names no page: 'gone'.",
        "b-page.toml: section 1: body is missing.",
        "b-page.toml: section 1: links 1: to leads nowhere: 'concern/shame'.",
        "b-page.toml: section 1: links 1: text is empty.",
        "D page.toml: the file's name must be small letters, digits and single hyphens.",
        "D page.toml: minutes must be a whole number from 1 up.",
        "D page.toml: helpline must be true or false.",
        "D page.toml: sources must be a list of texts, none of them empty.",
    ):
        assert problem in caught.value.problems
    assert any(problem.startswith("c-page.toml: cannot be read as TOML") for problem in caught.value.problems)


def test_an_empty_folder_says_what_to_put_there(tmp_path: Path) -> None:
    with pytest.raises(learn.LearnError, match="put at least one"):
        learn.load(tmp_path)
