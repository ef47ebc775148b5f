"""The invented therapists: every file reads well, every bio is its own."""

import itertools
import re
import tomllib
from datetime import date
from pathlib import Path

import pytest

SEEDS = Path(__file__).parent.parent / "seeds"
FILES = sorted((SEEDS / "therapists").glob("*.toml"))
BIO_PARTS = ("approach", "working", "first_session")
GROUP_OF = {"communities_served": "communities", "communities_belonging": "communities", "greetings": "languages"}
GROUP_OF |= {"faith_own": "faiths"}
FORBIDDEN = re.compile(
    r"\b(best|perfect|guarantee[sd]?|journey|unlock|broken|patients?(?= (?:who|I|and|come)))\b", re.IGNORECASE
)


def slugs(group: str) -> set[str]:
    return {term["slug"] for term in tomllib.loads((SEEDS / "vocabulary" / f"{group}.toml").read_text())["term"]}


@pytest.fixture(scope="module")
def people() -> dict[str, dict]:
    return {file.stem: tomllib.loads(file.read_text()) for file in FILES}


def bio(person: dict) -> str:
    return " ".join([person["headline"], *(person["bio"][part] for part in BIO_PARTS)])


def words(text: str) -> list[str]:
    return re.findall(r"\w+(?:['’]\w+)?", text.lower())


def runs(text: str, length: int = 5) -> set[tuple[str, ...]]:
    told = words(text)
    return {tuple(told[i : i + length]) for i in range(len(told) - length + 1)}


def used_slugs(person: dict):
    """Every (vocabulary group, slug) that a file names."""
    for key in ("concerns", "approaches", "themes"):
        yield from ((key, item["slug"]) for item in person.get(key, []))
    for key, values in person.get("terms", {}).items():
        yield from ((GROUP_OF.get(key, key), value) for value in values)
    for key in ("gender", "age_band"):
        if key in person:
            yield key + "s", person[key]
    yield "availability", person["availability"]["status"]
    yield "consult_offers", person["consult"]["kind"]
    yield from (("formats", value) for value in person["consult"].get("channels", []))
    yield from (("credentials", licence["title"]) for licence in person["licences"])


def test_every_slug_is_in_the_vocabulary(people):
    known = {file.stem: slugs(file.stem) for file in (SEEDS / "vocabulary").glob("*.toml")}
    unknown = [
        (stem, group, slug) for stem, p in people.items() for group, slug in used_slugs(p) if slug not in known[group]
    ]
    assert not unknown


def test_every_main_concern_has_an_evidence_line_and_caps_hold(people):
    for stem, person in people.items():
        main = [c for c in person["concerns"] if c.get("main")]
        assert 1 <= len(main) <= 3 and len(person["concerns"]) - len(main) <= 9, stem
        assert all(0 < len(c["evidence"]) <= 200 for c in main), stem
        assert len(person.get("approaches", [])) <= 8, stem
        assert len(person["terms"].get("communities_served", [])) <= 6, stem
        assert len(set(c["slug"] for c in person["concerns"])) == len(person["concerns"]), stem


def test_lengths_and_addresses_hold(people):
    for stem, person in people.items():
        assert 80 <= len(person["headline"]) <= 270, (stem, len(person["headline"]))
        assert all(150 <= len(person["bio"][part]) <= 2000 for part in BIO_PARTS), stem
        url = person["consult"].get("booking_url", "")
        assert not url or re.fullmatch(r"https://[a-z0-9.-]+\.example(/[\w/-]*)?", url), (stem, url)
        assert all(licence["number"].startswith("DEMO-") for licence in person["licences"]), stem
        assert len(person["title"]) <= 60 and len(person["name"]) <= 60, stem
        assert person["practising_since"] <= date.today().year, stem
        if "sliding_from" in person["fee"]:
            assert "sliding-scale" in person["terms"].get("payments", []), stem
            assert person["fee"]["sliding_from"] < person["fee"]["full"], stem


def test_named_training_stands_behind_approaches_that_need_it(people):
    terms = tomllib.loads((SEEDS / "vocabulary" / "approaches.toml").read_text())["term"]
    needs = {term["slug"] for term in terms if term.get("requires_named_training")}
    missing = [
        (stem, approach["slug"])
        for stem, person in people.items()
        for approach in person.get("approaches", [])
        if approach["slug"] in needs
        and approach["slug"] not in {t.get("approach") for t in person.get("trainings", [])}
    ]
    assert not missing


def test_no_text_promises_or_labels(people):
    found = [(stem, FORBIDDEN.findall(bio(person))) for stem, person in people.items() if FORBIDDEN.search(bio(person))]
    assert not found


def test_each_bio_names_two_facts_found_in_no_other(people):
    texts = {stem: " ".join(words(bio(person))) for stem, person in people.items()}
    for stem, person in people.items():
        assert len(person["facts"]) >= 2, stem
        for fact in person["facts"]:
            told = " ".join(words(fact))
            assert 3 <= len(words(fact)) <= 9, (stem, fact)
            assert told in texts[stem], (stem, fact)
            assert [other for other in texts if told in texts[other]] == [stem], (stem, fact)


def test_no_sentence_stands_in_two_bios(people):
    seen: dict[str, str] = {}
    for stem, person in people.items():
        for sentence in re.split(r"(?<=[.!?])\s+", bio(person).replace("\n", " ")):
            told = " ".join(words(sentence))
            assert not told or seen.setdefault(told, stem) == stem, (stem, seen[told], sentence)


def test_no_two_bios_share_a_tenth_of_their_five_word_runs(people, capsys):
    told = {stem: runs(bio(person)) for stem, person in people.items()}
    where: dict[tuple[str, ...], list[str]] = {}
    for stem, mine in told.items():
        for run in mine:
            where.setdefault(run, []).append(stem)
    shared: dict[tuple[str, str], int] = {}
    for stems in where.values():
        for pair in itertools.combinations(sorted(stems), 2):
            shared[pair] = shared.get(pair, 0) + 1
    share = {pair: count / min(len(told[pair[0]]), len(told[pair[1]])) for pair, count in shared.items()}
    closest = max(share, key=share.__getitem__, default=None)
    with capsys.disabled():
        print(f"\nclosest pair of bios: {closest}, {share.get(closest, 0):.3f} of five-word runs shared")
    assert closest is None or share[closest] < 0.10


def test_practices_are_shared_by_at_most_six(people):
    practices = [person["practice"] for person in people.values() if person.get("practice")]
    assert all(practices.count(name) <= 6 for name in practices)
