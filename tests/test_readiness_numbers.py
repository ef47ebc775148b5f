"""/how-matching-works says the numbers that the matching reads: a changed one changes the page."""

import re
from dataclasses import replace

import pytest
from markupsafe import escape

from directory import matching
from tests.opening import ROOT

RULES = ROOT / "seeds" / "matching.toml"
TEXT = RULES.read_text("utf-8")
LINES = [at for at, line in enumerate(TEXT.splitlines()) if re.match(r"[a-z0-9_-]+ = [\d.]+$", line)]


def page_by(app, text: str, folder) -> str:
    """The page of a house whose rules are these."""
    file = folder / "matching.toml"
    file.write_text(text, "utf-8")
    house = app.extensions["holdspace"]
    try:
        app.extensions["holdspace"] = replace(house, rules=matching.load(file))
        return app.test_client().get("/how-matching-works").get_data(as_text=True)
    finally:
        app.extensions["holdspace"] = house


def changed(at: int) -> str:
    """The file with one number changed, and another component's points so that they still add up."""
    lines = TEXT.splitlines()
    name, _, value = lines[at].partition(" = ")
    if name == "points":
        other = next(
            n for n in LINES if n != at and lines[n].startswith("points") and int(lines[n].split(" = ")[1]) > 3
        )
        lines[other] = f"points = {int(lines[other].split(' = ')[1]) - 3}"
        lines[at] = f"points = {int(value) + 3}"
    elif "." in value:
        lines[at] = f"{name} = {0.9 if float(value) != 0.9 else 0.8}"
    else:
        lines[at] = f"{name} = {int(value) + 1}"
    return "\n".join(lines)


@pytest.mark.parametrize("at", LINES, ids=lambda at: f"line {at + 1}: {TEXT.splitlines()[at]}")
def test_a_changed_number_changes_the_page(reading_app, tmp_path, at):
    before, after = page_by(reading_app, TEXT, tmp_path), page_by(reading_app, changed(at), tmp_path)
    assert before != after and "<h1>" in after


def test_every_number_of_the_file_is_tried():
    assert len(LINES) > 35


def test_every_component_and_every_rule_stands_there_with_its_evidence_and_its_limits(client, reading_app):
    page = client.get("/how-matching-works").get_data(as_text=True)
    rules = reading_app.extensions["holdspace"].rules
    for part in rules.component:
        for said in (part.label, part.rule, part.evidence, part.limits):
            assert escape(said) in page, said
        assert f"up to {part.points} point" in page
    assert all(escape(rule.label) in page and escape(rule.text) in page for rule in rules.hard)
