"""Names suggested while somebody types beside the filters: asked of this house after a rest, shown by the browser."""

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

# Six letters at once: a busy machine types no faster than its rests.
TYPE = """(line, text) => {
    for (const letter of text) {
        line.value += letter
        line.dispatchEvent(new InputEvent("input", {bubbles: true}))
    }
}"""
LANGUAGE, TOPIC = "Add a language", "Add a topic"


def options(page: Page, label: str) -> list[str]:
    """The names in a line's list."""
    return page.get_by_label(label).evaluate("line => [...line.list.options].map(one => one.value)")


def asked(page: Page) -> list[str]:
    """What the page asks for suggestions from now on."""
    sent: list[str] = []
    page.on("request", lambda one: sent.append(one.post_data or "") if one.url.endswith("/suggest") else None)
    return sent


def test_the_list_follows_what_is_typed_after_a_rest(visit):
    visitor = visit(1280)
    page = visitor.page
    page.goto("/therapists")
    sent, every = asked(page), options(page, TOPIC)
    with page.expect_response("**/suggest"):
        page.get_by_label(TOPIC).evaluate(TYPE, "truama")
    page.wait_for_function("document.querySelector('[name=add_concern]').list.options.length < 9")
    assert "Trauma and PTSD" in options(page, TOPIC) and len(every) > 50
    assert sent == ["field=concern&text=truama"], "once, not for every letter"
    page.get_by_label(TOPIC).fill("")
    page.wait_for_timeout(300)
    assert options(page, TOPIC) == every
    assert visitor.wrong == []


def test_a_name_is_taken_with_the_keyboard_alone(visit):
    page = visit(1280).page
    page.goto("/therapists")
    line = page.get_by_label(LANGUAGE)
    line.focus()
    page.keyboard.type("Tamil")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert "language=ta" in page.url
    expect(page.get_by_label(LANGUAGE)).to_have_value("")


@pytest.mark.parametrize("javascript", [True, False])
def test_without_a_script_the_line_works_as_well(visit, javascript):
    page = visit(1280, javascript=javascript).page
    page.goto("/therapists")
    page.get_by_label(TOPIC).fill("bereavement")
    with page.expect_navigation():
        page.get_by_label(TOPIC).press("Enter")
    expect(page.locator(".chip")).to_have_text("Grief and loss: take this away")


def test_a_house_that_does_not_answer_leaves_the_whole_list(visit):
    page = visit(1280).page
    page.goto("/therapists")
    page.route("**/suggest", lambda route: route.abort())
    every = options(page, TOPIC)
    page.get_by_label(TOPIC).fill("grief")
    page.wait_for_timeout(400)
    assert options(page, TOPIC) == every


def test_the_box_for_own_words_asks_nothing(visit):
    page = visit(1280).page
    page.goto("/")
    heard: list[str] = []
    page.on("request", lambda one: heard.append(one.url) if one.resource_type == "fetch" else None)
    page.get_by_label("What would you like help with?").press_sequentially("trauma and grief", delay=20)
    page.wait_for_timeout(400)
    assert heard == []


def test_going_back_shows_no_name_that_was_typed(visit):
    page = visit(1280).page
    page.goto("/therapists")
    page.get_by_label(TOPIC).fill("shame")
    page.goto("/about")
    page.go_back()
    expect(page.get_by_label(TOPIC)).to_have_value("")
