"""The questionnaire and the Reading: any answers give one path, each answer changes something, nothing is a score."""

import json
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

import pytest
import textstat
from hypothesis import given, settings
from hypothesis import strategies as st

from directory import matching, readiness, vocabulary
from directory.readiness import clean, keep, next_page, previous_page, read
from directory.readiness.questionnaire import Question, Questionnaire

SEEDS = Path(__file__).parent.parent / "seeds"
VOCABULARY = vocabulary.load(SEEDS / "vocabulary")
KNOWN = {f"vocabulary:{group}": [term.slug for term in VOCABULARY.terms(group)] for group in VOCABULARY.groups()}
ASKED = readiness.load(SEEDS / "questionnaire.toml", KNOWN)
TEXT = (SEEDS / "questionnaire.toml").read_text(encoding="utf-8")
PATHS = ("now", "steady-first", "gently", "ready-to-look")
COMMUNITY = {"c_community": {"of": ["tamil"], "how": "nice"}}
FORBIDDEN = re.compile(
    r"\b(best|perfect|perfectly|guaranteed?|match score|not ready|low readiness|broken|journey|unlock|patients?"
    r"|diagnos\w+|providers?|score)\b|% match",
    re.IGNORECASE,
)


@cache
def question(question_id: str) -> Question:
    found = ASKED.question(question_id)
    assert found is not None
    return found


def ids(asked: Question) -> list[str]:
    return [option.id for option in asked.options] or list(asked.listed)


def answer(asked: Question, item: str, how: str = "must") -> Any:
    if asked.kind in ("one", "scale"):
        return item
    if asked.kind == "many":
        return [item]
    return {"of": [item], "how": how if how in asked.strengths else asked.strengths[0]}


def answers_to(asked: Question) -> list[Any]:
    """Every single answer to a question, in every strength; a few where it is a place, a sum or a long list."""
    if asked.kind == "place":
        return [{"country": "GB"}, {"country": "US"}, {"country": "US", "region": "US-CA"}]
    if asked.kind == "money":
        return [{"max_minor": sum_, "currency": "GBP", "how": how} for sum_ in (3000, 9000) for how in ("must", "nice")]
    strengths = asked.strengths if asked.kind == "choice-with-strength" else ("nice",)
    return [answer(asked, item, how) for item in ids(asked)[:12] for how in strengths]


def seen(answers: dict[str, Any]) -> str:
    """Everything a person could notice of a Reading and its pages, as text that can be compared."""
    pages = [page.id for page in ASKED.shown(answers)]
    return repr((read(answers, ASKED), pages))


def edited(old: str, new: str, tmp_path: Path) -> readiness.QuestionnaireError:
    assert old in TEXT
    file = tmp_path / "questionnaire.toml"
    file.write_text(TEXT.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(readiness.QuestionnaireError) as caught:
        readiness.load(file, KNOWN)
    return caught.value


# --- paths


def test_every_combination_of_the_answers_that_choose_a_path_gives_one_and_only_r0_now_gives_now() -> None:
    loads = [None, ["home"], ["unsafe"], ["hospital"], ["loss", "sleep"], ["none"], ["unsure"]]
    mixed = [None, ["keen"], ["doubt"], ["fears", "family"]]
    singles = ("r0_now", "s1_settle", "s2_remember", "p1_people", "p2_space")
    choices = [[None, "unsure", *ids(question(name))] for name in singles]
    found = set()
    for combination in product(*choices, loads, mixed):
        named = zip((*singles, "s3_load", "m4_mixed"), combination, strict=True)
        answers = {name: said for name, said in named if said is not None}
        path = next(path.id for path in ASKED.path if readiness.applies(path.when, answers))
        assert (path == "now") == (answers.get("r0_now") == "danger")
        found.add(path)
    assert found == set(PATHS)


@pytest.mark.parametrize(
    ("answers", "path"),
    [
        ({}, "ready-to-look"),
        ({"r0_now": "hard"}, "ready-to-look"),
        ({"r0_now": "danger", "s1_settle": "minutes"}, "now"),
        ({"s1_settle": "days"}, "steady-first"),
        ({"s1_settle": "numb"}, "steady-first"),
        ({"s2_remember": "much", "p1_people": "not-yet"}, "steady-first"),
        ({"s3_load": ["loss"]}, "ready-to-look"),
        ({"s3_load": ["loss", "sleep"]}, "steady-first"),
        ({"s3_load": ["unsafe"]}, "steady-first"),
        ({"s3_load": ["hospital"]}, "steady-first"),
        ({"s2_remember": "blank"}, "gently"),
        ({"p2_space": "not-yet"}, "gently"),
        ({"m4_mixed": ["doubt"]}, "gently"),
        ({"m4_mixed": ["keen", "others"]}, "ready-to-look"),
        ({"s1_settle": "unsure", "s2_remember": "unsure", "p1_people": "unsure"}, "ready-to-look"),
    ],
)
def test_the_path_is_the_first_that_applies(answers: dict[str, Any], path: str) -> None:
    assert read(answers, ASKED).path == path


@st.composite
def forms(draw: st.DrawFn) -> dict[str, list[str]]:
    """A posted form over all pages: known ids, unknown ids and anything else in any field."""
    form: dict[str, list[str]] = {}
    for asked in draw(st.lists(st.sampled_from(ASKED.questions), max_size=12)):
        items = st.sampled_from([*ids(asked), "unsure", "no-such-id"]) if ids(asked) else st.text(max_size=12)
        form[asked.id] = draw(st.lists(items, max_size=5))
        for ending in ("strength", "country", "region", "town", "amount", "currency"):
            values = st.sampled_from(["must", "nice", "none", "GB", "US-CA", "GBP", "55", "12,50", "\x00", "🙂", ""])
            form[f"{asked.id}_{ending}"] = draw(st.lists(values, max_size=2))
    return form


def posted(form: dict[str, list[str]]) -> dict[str, Any]:
    answers: dict[str, Any] = {}
    for page in ASKED.page:
        answers = keep(answers, page, clean(page, form).answers)
    return answers


@settings(max_examples=100, deadline=None)
@given(forms())
def test_any_form_gives_one_reading_that_survives_the_link_it_travels_in(form: dict[str, list[str]]) -> None:
    answers = posted(form)
    again = json.loads(json.dumps(answers))
    reading = read(again, ASKED)
    assert reading == read(answers, ASKED)
    assert reading.path in PATHS and reading.paragraphs and reading.unknown_answers == ()
    assert (reading.path == "now") == (answers.get("r0_now") == "danger")


@settings(max_examples=100, deadline=None)
@given(forms())
def test_answers_put_back_into_the_form_are_the_same_answers(form: dict[str, list[str]]) -> None:
    answers = posted(form)
    for page in ASKED.page:
        filled: dict[str, list[str]] = {}
        for asked in page.question:
            if asked.id in answers:
                filled |= readiness.as_form(asked, answers[asked.id])
        mine = {asked.id: answers[asked.id] for asked in page.question if asked.id in answers}
        assert clean(page, filled).answers == mine


# --- each answer changes something


@pytest.mark.parametrize("asked", [asked for asked in ASKED.questions if asked.kept], ids=lambda asked: asked.id)
def test_each_answer_to_a_question_changes_something_and_no_two_say_the_same(asked: Question) -> None:
    base = COMMUNITY if asked.id == "c_lived" else {}
    answered = [seen(base | {asked.id: each}) for each in answers_to(asked)]
    nothing = seen(base)
    silent = {"c_lived": ["none"], "r0_home": ["yes"]}.get(asked.id, [])
    loud = [text for text, each in zip(answered, answers_to(asked), strict=True) if each not in silent]
    assert nothing not in loud
    assert len(set(loud)) == len(loud)


def said(change: str, asked: Question) -> bool:
    """Does some answer to this question bring about what the file says that it changes?"""
    kind, _, target = change.partition(":")
    base = COMMUNITY if asked.id == "c_lived" else {}
    each = answers_to(asked)
    if kind == "path" and asked.id == "s3_load":
        each.append(["loss", "sleep"])
    if asked.id == "m1_concerns":
        each += [["domestic-abuse"], ["self-harm"]]
    if asked.id == "r0_home":
        each.append("unsure")
    answered = [base | {asked.id: one} for one in each]
    return any(happens(kind, target, answers, base) for answers in answered)


def happens(kind: str, target: str, answers: dict[str, Any], base: dict[str, Any]) -> bool:
    reading, before = read(answers, ASKED), read(base, ASKED)
    return {
        "path": reading.path == target,
        "sentence": reading.notes != before.notes,
        "goal": reading.goals != before.goals,
        "help": target in reading.helps,
        "page": target in [page.id for page in ASKED.shown(answers)],
        "consult_question": target in {ask.id for ask in reading.consult_questions}
        and target not in {ask.id for ask in before.consult_questions},
        "step": reading.steps != before.steps,
        "rule": reading.needs != before.needs,
        "points": reading.needs != before.needs,
    }[kind]


@pytest.mark.parametrize(
    ("change", "asked"),
    [(change, asked) for asked in ASKED.questions if asked.kept for change in asked.changes],
    ids=lambda value: value if isinstance(value, str) else value.id,
)
def test_what_a_question_says_it_changes_it_does_change(change: str, asked: Question) -> None:
    assert said(change, asked)


@pytest.mark.parametrize("asked", [asked for asked in ASKED.questions if asked.kept], ids=lambda asked: asked.id)
def test_a_question_changes_nothing_that_it_does_not_name(asked: Question) -> None:
    before = read({}, ASKED)
    named = {change.partition(":")[0] for change in asked.changes}
    for each in answers_to(asked):
        reading = read({asked.id: each}, ASKED)
        changed = {
            "path": reading.path != before.path,
            "sentence": reading.notes != before.notes,
            "goal": reading.goals != before.goals,
            "help": reading.helps != before.helps,
            "step": reading.steps != before.steps,
            "consult_question": reading.consult_questions != before.consult_questions,
        }
        assert {kind for kind, happened in changed.items() if happened} <= named


def test_rules_and_points_that_questions_name_are_those_of_matching() -> None:
    rules = matching.load(SEEDS / "matching.toml")
    named = {change for asked in ASKED.questions for change in asked.changes}
    components = {component.id for component in rules.component}
    assert {change[5:] for change in named if change.startswith("rule:")} == {rule.id for rule in rules.hard}
    assert {change[7:] for change in named if change.startswith("points:")} == components - {"fresh"}
    assert {asked.rule for asked in ASKED.questions if asked.rule} == {rule.id for rule in rules.hard}


# --- what typed words and answers do to help


def test_typed_danger_words_show_help_first_and_never_change_the_path() -> None:
    for answers in ({}, {"s1_settle": "days"}, {"p1_people": "not-yet"}):
        told = readiness.heard(answers, ["burnout"], "danger")
        assert read(told, ASKED).help == "danger"
        assert read(told, ASKED).path == read(answers, ASKED).path != "now"


def test_help_is_led_by_the_gravest_and_none_is_lost() -> None:
    answers = {"r0_now": "hard", "r0_home": "no", "s3_load": ["unsafe"], "m1_concerns": ["self-harm"]}
    assert read(answers, ASKED).helps == ("abuse", "hard", "device")
    assert read(answers | {"r0_now": "danger"}, ASKED).help == "danger"
    assert read({}, ASKED).help is None


def test_every_concern_with_a_help_line_and_every_kind_of_abuse_shows_help() -> None:
    with_a_line = {term.slug for term in VOCABULARY.terms("concerns") if term.extra.get("safety")}
    abuse = {term.slug for term in VOCABULARY.terms("concerns") if re.search("abuse|assault", term.slug)}
    helped = {slug: read({"m1_concerns": [slug]}, ASKED).help for slug in with_a_line | abuse}
    assert {slug for slug, kind in helped.items() if kind is None} == set()
    assert {slug for slug, kind in helped.items() if kind == "abuse"} == abuse | {"domestic-abuse"}


def test_typed_words_never_enter_the_answers() -> None:
    page = ASKED.get("brings")
    assert page is not None
    assert clean(page, {"m1_words": ["I freeze when she calls"]}).answers == {}


# --- questions for a first talk


def asked_them(answers: dict[str, Any]) -> dict[str, list[str]]:
    questions = read(answers, ASKED).consult_questions
    return {part.id: [ask.id for ask in questions if ask.about == part.id] for part in ASKED.consult_part}


def test_every_heading_of_the_consult_sheet_has_a_question_even_without_an_answer() -> None:
    assert asked_them({}) == {
        "expertise": ["training"],
        "approach": ["first-session", "working"],
        "compatibility": ["disagree"],
        "practical": ["fees", "records"],
    }


@pytest.mark.parametrize(
    ("answers", "about", "ask"),
    [
        ({"m1_concerns": ["burnout", "grief"]}, "expertise", "concern"),
        ({"s2_remember": "avoid"}, "approach", "memories"),
        ({"s1_settle": "numb"}, "approach", "overwhelm"),
        ({"c_themes": {"of": ["family-first"], "how": "nice"}}, "compatibility", "family-first"),
        ({"c_stance": {"of": ["open"], "how": "nice"}}, "compatibility", "faith"),
        ({"c_community": {"of": ["tamil"], "how": "must"}}, "compatibility", "culture"),
        ({"f_fee": {"max_minor": 4000, "currency": "GBP", "how": "must"}}, "practical", "lower-fee"),
    ],
)
def test_the_answers_bring_their_own_questions(answers: dict[str, Any], about: str, ask: str) -> None:
    assert ask in asked_them(answers)[about] and ask not in asked_them({})[about]


@pytest.mark.parametrize("answers", [{"s1_settle": "days"}, {"s2_remember": "much"}, {"s3_load": ["unsafe"]}])
def test_who_begins_with_steadying_has_five_questions_or_more_to_ask(answers: dict[str, Any]) -> None:
    reading = read(answers, ASKED)
    assert reading.path == "steady-first" and len(reading.consult_questions) >= 5


# --- needs


def test_wishes_fill_the_places_that_concerns_leave_at_half_the_weight() -> None:
    needs = read({"m1_concerns": ["burnout"], "m3_wish": ["blame", "kinder"]}, ASKED).needs
    assert needs.concerns == (("burnout", 1.0), ("shame", 0.5), ("guilt", 0.5))
    full = read({"m1_concerns": ["burnout", "grief", "panic"], "m3_wish": ["blame"]}, ASKED)
    assert full.needs.concerns == (("burnout", 1.0), ("grief", 1.0), ("panic", 1.0))
    assert full.goals == ("I want to stop blaming myself for what was not my fault.",)


def test_an_offer_changes_the_needs_only_once_it_is_taken() -> None:
    answers = {"s1_settle": "days"}
    offered, taken = read(answers, ASKED), read(answers | {"o_offers": ["steadying"]}, ASKED)
    assert [offer.id for offer in offered.offers] == ["steadying"] and not offered.needs.added_approaches
    assert [offer.id for offer in taken.added] == ["steadying"] and not taken.offers
    assert "stabilisation-skills" in taken.needs.added_approaches


def test_a_line_that_was_answered_wins_over_what_pace_or_the_past_would_say() -> None:
    assert read({"x_pace": "slow"}, ASKED).needs.style == {"feelings": 4, "gentle": 2}
    assert read({"x_pace": "slow", "x_gentle": "5"}, ASKED).needs.style["gentle"] == 5


def test_relaxing_a_rule_keeps_the_wish_as_nice_and_never_moves_the_person() -> None:
    answers = {"y_language": {"of": ["pa"], "how": "must"}, "w_format": ["video"], "w_place": {"country": "GB"}}
    relaxed = readiness.relax(answers, "language", ASKED)
    assert relaxed["y_language"] == {"of": ["pa"], "how": "nice"} and relaxed["w_format"] == ["video"]
    assert "w_format" not in readiness.relax(answers, "format", ASKED)
    assert readiness.relax(answers, "place", ASKED) == answers


# --- what a form says


def test_unknown_ids_fall_away_and_are_named() -> None:
    page = ASKED.get("who")
    assert page is not None
    cleaned = clean(page, {"y_language": ["pa", "klingon"], "y_language_strength": ["always"], "stray": ["x"]})
    assert cleaned.answers == {"y_language": {"of": ["pa"], "how": "nice"}}
    assert cleaned.dropped == ("klingon", "always")


def test_more_choices_than_the_cap_are_cut_and_said() -> None:
    page = ASKED.get("wishes")
    assert page is not None
    cleaned = clean(page, {"m3_wish": ["blame", "kinder", "grow", "feel", "feel"]})
    assert cleaned.answers == {"m3_wish": ["blame", "kinder", "grow"]} and cleaned.over == ("m3_wish",)


def test_not_sure_and_none_of_these_give_way_to_any_other_answer() -> None:
    page = ASKED.get("load")
    assert page is not None
    assert clean(page, {"s3_load": ["none", "loss"], "s4_care": ["unsure", "doctor"]}).answers == {
        "s3_load": ["loss"],
        "s4_care": ["doctor"],
    }
    assert clean(page, {"s3_load": ["unsure"]}).answers == {"s3_load": ["unsure"]}


@pytest.mark.parametrize(
    ("amount", "currency", "minor"),
    [
        ("55", "GBP", 5500),
        ("£55.50", "GBP", 5550),
        ("12,5", "EUR", 1250),
        ("1,500", "INR", 150000),
        ("1,00,000", "INR", 10000000),
        ("5500", "JPY", 5500),
        ("0", "GBP", None),
        ("-5", "GBP", None),
        ("cheap", "GBP", None),
        ("55", "pounds", None),
        ("1e9", "GBP", None),
        ("9" * 40, "GBP", None),
    ],
)
def test_a_sum_is_read_as_people_write_it(amount: str, currency: str, minor: int | None) -> None:
    page = ASKED.get("money")
    assert page is not None
    cleaned = clean(page, {"f_fee_amount": [amount], "f_fee_currency": [currency], "f_fee_strength": ["must"]})
    told = cleaned.answers.get("f_fee")
    assert (told and told["max_minor"]) == minor


@pytest.mark.parametrize(
    ("amount", "currency", "told"),
    [
        ("60 pounds", "", (6000, "GBP")),
        ("£60", "GBP", (6000, "GBP")),
        ("US$ 120", "", (12000, "USD")),
        ("Rs. 1,500", "INR", (150000, "INR")),
        ("60 dollars", "CAD", (6000, "CAD")),
        ("GBP 60", "", (6000, "GBP")),
        ("12,50", "EUR", (1250, "EUR")),
        ("60", "", "currency"),
        ("$60", "", "currency"),
        ("60 pounds", "USD", "apart"),
        ("60-80", "GBP", "unread"),
        ("60 to 80", "GBP", "unread"),
        ("60 a week", "GBP", "unread"),
        ("-5", "GBP", "unread"),
        ("12.50", "JPY", "unread"),
        ("5" + " " * 60_000 + "x", "GBP", "unread"),
        ("0.00", "GBP", "nought"),
    ],
)
def test_a_sum_is_read_with_its_currency_or_named_with_the_reason(
    amount: str, currency: str, told: tuple[int, str] | str
) -> None:
    page = ASKED.get("money")
    assert page is not None
    cleaned = clean(page, {"f_fee_amount": [amount], "f_fee_currency": [currency]})
    if isinstance(told, str):
        assert cleaned.answers == {} and [fault.code for fault in cleaned.faults] == [told]
    else:
        assert cleaned.answers == {"f_fee": {"max_minor": told[0], "currency": told[1], "how": "nice"}}
        assert cleaned.faults == ()


@pytest.mark.parametrize(
    ("place", "told"),
    [
        ({"region": "CA-ON"}, {"country": "CA", "region": "CA-ON"}),
        ({"country": "GB", "town": " Leeds\x00"}, {"country": "GB", "town": "Leeds"}),
        ({"country": "GB", "region": "US-CA"}, "apart"),
        ({"town": "Leeds"}, "country"),
        ({"country": "GB", "town": "x" * 99}, "long"),
        ({"country": "Albion"}, "unknown"),
    ],
)
def test_a_place_is_read_whole_or_named_with_the_reason(place: dict[str, str], told: dict[str, str] | str) -> None:
    page = ASKED.get("where")
    assert page is not None
    cleaned = clean(page, {f"w_place_{part}": [said] for part, said in place.items()})
    assert [fault.code for fault in cleaned.faults] == ([told] if isinstance(told, str) else [])
    assert isinstance(told, str) or cleaned.answers == {"w_place": told}


@settings(max_examples=100, deadline=None)
@given(forms())
def test_whatever_a_page_says_is_kept_or_named(form: dict[str, list[str]]) -> None:
    for page in ASKED.page:
        cleaned = clean(page, form)
        named = {fault.question for fault in cleaned.faults}
        for asked in page.question:
            typed = {"money": "_amount", "place": "_town"}.get(asked.kind, "")
            said = "".join(char for char in (form.get(asked.id + typed) or [""])[0] if char.isprintable()).strip()
            assert not said or not asked.kept or asked.id in {*cleaned.answers, *named}


def test_skipping_a_page_takes_its_answers_back() -> None:
    page = ASKED.get("settling")
    assert page is not None
    assert keep({"s1_settle": "days", "r0_now": "ok"}, page, {}) == {"r0_now": "ok"}


def test_answers_that_this_version_does_not_know_are_kept_out_and_said() -> None:
    reading = read({"z9_old": "yes", "s1_settle": "weeks", "m1_concerns": ["burnout", "gone"]}, ASKED)
    assert set(reading.unknown_answers) == {"z9_old", "s1_settle:weeks", "m1_concerns:gone"}
    assert reading.needs.concerns == (("burnout", 1.0),)


# --- pages


def test_back_and_continue_walk_the_same_pages() -> None:
    for answers in ({}, {"r0_home": "no"}, {"r0_home": "unsure"}):
        forward = [ASKED.page[0]]
        while (later := next_page(ASKED, forward[-1], answers)) is not None:
            forward.append(later)
        back = [forward[-1]]
        while (earlier := previous_page(ASKED, back[-1], answers)) is not None:
            back.append(earlier)
        assert forward == back[::-1] == list(ASKED.shown(answers))
        assert ("device-advice" in [page.id for page in forward]) == bool(answers)


def test_what_was_answered_can_be_checked_in_order() -> None:
    rows = readiness.summary({"y_language": {"of": ["pa"], "how": "must"}, "s1_settle": "days"}, ASKED)
    assert [(row.page.id, row.labels, row.slugs, row.strength) for row in rows] == [
        ("settling", ("but it takes days",), (), ""),
        ("who", (), ("pa",), "must"),
    ]


def test_every_other_path_can_be_read() -> None:
    for path, answers in (("now", {"r0_now": "danger"}), ("gently", {"p1_people": "not-yet"})):
        others = readiness.other_paths(read(answers, ASKED), ASKED)
        assert [other.id for other in others] == [name for name in PATHS if name != path]
        assert all(len(other.paragraphs) >= 2 for other in others)


# --- the file


def test_a_fault_names_the_file_the_line_and_the_key(tmp_path: Path) -> None:
    error = edited('id = "s1_settle"\nkind = "one"', 'id = "s1_settle"\nkind = "ones"', tmp_path)
    line = TEXT.splitlines().index('id = "s1_settle"') + 1
    assert str(error).startswith(f"questionnaire.toml, line {line}: question s1_settle: kind is “ones”")


@pytest.mark.parametrize(
    ("old", "new", "table"),
    [
        ('title = "Why now?"\n', "", 'id = "why-now"'),
        ('id = "m4_mixed"\nkind = "many"', 'id = "m4_mixed"', 'id = "m4_mixed"'),
        ('id = "s2_remember"', 'id = "s1_settle"', 'id = "s2_remember"'),
        ('any = ["days", "numb"]', 'any = ["weeks"]', 'id = "steady-first"'),
        ('each = "c_themes"', 'each = "c_theme"', 'id = "family-first"'),
        ('about = "expertise"', 'about = "fame"', 'id = "concern"'),
    ],
)
def test_what_is_missing_unknown_or_twice_is_named_by_line(old: str, new: str, table: str, tmp_path: Path) -> None:
    line = TEXT.splitlines().index(table) + 1
    problems = edited(old, new, tmp_path).problems
    assert any(problem.startswith(f"questionnaire.toml, line {line}: ") for problem in problems), problems


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('title = "Why now?"\n', "", "title is missing"),
        ('title = "Why now?"\n', "title = 5\n", "title must be a text"),
        ('part = "Steadiness"', 'party = "Steadiness"', "party is not a key"),
        ('id = "s2_remember"', 'id = "s1_settle"', "two tables of question are called “s1_settle”"),
        ('concerns = ["shame", "guilt"]', 'concerns = ["blame"]', "“blame” is not among the concerns"),
        ('values = ["letter-writing"]', 'values = ["letters"]', "“letters” is not among the approaches"),
        ('question = "r0_home", any = ["no", "unsure"]', 'question = "r0_house"', "“r0_house”, which does not exist"),
        ('any = ["days", "numb"]', 'any = ["weeks"]', "“weeks”, which is no answer to s1_settle"),
        ('"domestic-abuse", "childhood', '"home-abuse", "childhood', "“home-abuse”, which is no answer"),
        ('"vocabulary:genders"', '"vocabulary:sexes"', "“vocabulary:sexes”, which is not a list"),
        ('changes = ["goal", "points:focus"]', "changes = []", "a question that changes nothing is not asked"),
        ('changes = ["goal", "points:focus"]', 'changes = ["mood"]', "changes names “mood”"),
        ('offers = ["steadying"]', 'offers = ["tea"]', "offers names “tea”"),
        ('id = "ready-to-look"', 'id = "off-you-go"', "the paths must be now, steady-first"),
        ('when = [{ question = "r0_now", any = ["danger"] }]', 'when = [{ question = "s1_settle" }]', "only r0_now"),
        ('[[consult_part]]\nid = "practical"', '[[consult_part]]\nid = "money"', "consult_part must be expertise"),
        ("version = 1", "version = = 1", "at line 7"),
    ],
)
def test_a_file_that_cannot_be_used_says_why(old: str, new: str, told: str, tmp_path: Path) -> None:
    if told == "only r0_now":
        at = TEXT.index('id = "now"\ntitle')
        old = TEXT[at : TEXT.index("paragraphs", at)]
        new = old.replace('question = "r0_now", any = ["danger"]', 'question = "s1_settle"')
    assert any(told in problem for problem in edited(old, new, tmp_path).problems)


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    file = tmp_path / "questionnaire.toml"
    broken = TEXT.replace('kind = "scale"', 'kind = "slide"').replace('["shame", "guilt"]', '["blame"]')
    file.write_text(broken, encoding="utf-8")
    with pytest.raises(readiness.QuestionnaireError) as caught:
        readiness.load(file, KNOWN)
    assert len(caught.value.problems) == 5


# --- the words


def sentences(told: Any) -> Iterator[str]:
    """Every text of the file that people read."""
    shown = ("label", "title", "why", "note", "help", "sentence", "goal", "text", "button", "added", "footer", "lines")
    if isinstance(told, dict):
        for key, value in told.items():
            if key in shown or key == "paragraphs" or isinstance(value, dict | list):
                yield from sentences(value) if key not in ("changes", "values", "any", "when", "concerns") else ()
    elif isinstance(told, list):
        for value in told:
            yield from sentences(value)
    elif isinstance(told, str):
        yield told


def prose() -> list[str]:
    return [text for text in sentences(tomllib.loads(TEXT)) if " " in text]


def test_the_questionnaire_reads_at_grade_eight_or_lower() -> None:
    whole = " ".join(text if text[-1] in ".?!" else f"{text}." for text in prose())
    assert len(prose()) > 200
    assert textstat.flesch_kincaid_grade(whole) <= 8
    long = [text for text in prose() if len(text.split()) > 25]
    assert [text for text in long if textstat.flesch_kincaid_grade(text) > 8] == []


def test_no_word_of_the_questionnaire_presses_labels_or_promises() -> None:
    assert [text for text in prose() if FORBIDDEN.search(text)] == []


def test_no_reading_holds_a_number_about_the_person() -> None:
    for answers in ({}, {"s1_settle": "days"}, {"p1_people": "not-yet"}, {"r0_now": "danger"}):
        reading = read(answers, ASKED)
        assert not re.search(r"\d", " ".join(reading.paragraphs + tuple(note.text for note in reading.notes)))


def test_there_are_about_eighteen_pages_each_with_its_why() -> None:
    usual = ASKED.shown({})
    assert 17 <= len(usual) <= 20
    assert all(page.why and page.note and page.question for page in usual)
    assert isinstance(ASKED, Questionnaire)
