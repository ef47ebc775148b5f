"""What the one small script adds: leaving at once, no words left behind, and a list that follows the ticks."""

import re

import pytest
from playwright.sync_api import Page

from tests.browser import people

pytestmark = pytest.mark.browser

PERSON = f"/therapists/{people.KEEPER}-x"


WATCH_COVER = """new MutationObserver(() => {
    sessionStorage.seen = `covered ${document.body.hidden}, titled ${document.title}`
}).observe(document, {attributes: true, childList: true, subtree: true})"""


def click_leave(page: Page) -> None:
    page.get_by_role("link", name="Leave this site").click(no_wait_after=True)


def press_shift(page: Page, times: int = 3) -> None:
    for _press in range(times):
        page.keyboard.press("Shift")


@pytest.mark.parametrize("leave", [click_leave, press_shift])
def test_leaving_covers_the_page_before_the_next_one_comes(visit, elsewhere, leave):
    page = visit().page
    page.goto(PERSON)
    page.evaluate(WATCH_COVER)
    leave(page)
    page.wait_for_url(f"{elsewhere.address}/weather")
    page.goto("/about")
    seen = page.evaluate("sessionStorage.seen")
    assert seen.startswith("covered true") and "Meera" not in seen


@pytest.mark.parametrize("leave", [click_leave, press_shift])
def test_after_leaving_back_does_not_lead_to_the_page(visit, elsewhere, leave):
    page = visit().page
    page.goto("/about")
    page.goto(PERSON)
    leave(page)
    page.wait_for_url(f"{elsewhere.address}/weather")
    page.go_back()
    assert page.url.endswith("/about")
    assert {one["referer"] for one in elsewhere.heard if one["path"] == "/weather"} == {""}


def test_capital_letters_never_leave(visit):
    page = visit().page
    page.goto("/")
    page.get_by_label("What would you like help with?").focus()
    page.keyboard.type("HELP ME Please")
    for letter in "ABC":
        page.keyboard.press(f"Shift+{letter}")
    press_shift(page, 2)
    page.wait_for_timeout(100)
    assert page.get_by_label("What would you like help with?").input_value().startswith("HELP ME")


@pytest.mark.parametrize("javascript", [True, False])
def test_going_back_to_the_box_shows_no_words_of_before(visit, javascript):
    page = visit(javascript=javascript).page
    page.goto("/")
    page.get_by_label("What would you like help with?").fill("Something that I told nobody")
    page.get_by_role("button", name="Show me people").click()
    page.wait_for_url("**/search/**")
    page.go_back()
    assert page.get_by_label("What would you like help with?").input_value() == ""
    assert "told nobody" not in page.locator("main").inner_text()


def test_a_page_that_comes_back_from_memory_is_covered_and_asked_for_anew(visit):
    page = visit().page
    page.goto(PERSON)
    page.evaluate("window.stillHere = true")
    with page.expect_navigation():
        page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))")
    assert page.evaluate("window.stillHere") is None


def test_on_a_wide_screen_the_list_follows_the_ticks_and_the_focus_stays_near(visit):
    visitor = visit(1280)
    page = visitor.page
    page.goto("/therapists")
    assert page.get_by_text("The list changes as you tick.").is_visible()
    with page.expect_navigation():
        page.get_by_role("checkbox", name=re.compile("^Hindi")).check()
    assert "language=hi" in page.url and "#" not in page.url
    assert page.locator("fieldset:focus > legend").inner_text().startswith("Language")
    assert visitor.wrong == []


def test_on_a_phone_nothing_moves_until_the_button_is_pressed(visit):
    page = visit(360, 740).page
    page.goto("/therapists")
    page.locator("details.facets > summary").click()
    page.evaluate("window.stillHere = true")
    page.get_by_role("checkbox", name=re.compile("^Video call")).check()
    page.wait_for_timeout(1000)
    assert page.evaluate("window.stillHere") is True
    page.get_by_role("button", name="Show these people").last.click()
    page.wait_for_url("**format=video**")


def save_two(page: Page) -> list[str]:
    """Save the first two people of everyone, and go to the list. Gives their names."""
    page.goto("/therapists")
    for _person in range(2):
        page.get_by_role("button", name=re.compile("^Save ?:")).first.click()
    page.get_by_role("link", name="Your list: 2 people").click()
    return page.locator(".entry-name").all_inner_texts()


def test_the_device_keeps_a_list_only_where_somebody_asks_for_it(visit):
    visitor = visit()
    page = visitor.page
    names = save_two(page)
    kept = "Object.values({...localStorage, ...sessionStorage}).join()"
    assert page.evaluate(kept) == "" and visitor.context.cookies() == []
    page.get_by_role("button", name="Keep this list on this device").click()
    assert page.get_by_role("status").inner_text().startswith("Kept.")
    assert re.fullmatch(r"[a-z0-9]{10} [a-z0-9]{10}", page.evaluate(kept))
    page.goto("/therapists")
    page.get_by_role("link", name="You kept a list on this device").click()
    page.get_by_role("button", name="Open the list kept here").click()
    page.wait_for_url("**/shortlist/*")
    assert page.locator(".entry-name").all_inner_texts() == names
    page.get_by_role("button", name="Forget the list kept here").click()
    assert page.get_by_role("status").inner_text().startswith("Forgotten.") and page.evaluate(kept) == ""
    page.goto("/therapists")
    assert not page.get_by_text("You kept a list").is_visible()
    assert visitor.wrong == [] and visitor.context.cookies() == []


def test_a_browser_that_keeps_nothing_offers_nothing_and_breaks_nothing(visit):
    visitor = visit()
    visitor.page.add_init_script("Object.defineProperty(window, 'localStorage', {get() { throw new Error('no') }})")
    save_two(visitor.page)
    visitor.page.goto("/shortlist")
    assert not visitor.page.get_by_role("heading", name="On this device").is_visible()
    assert visitor.wrong == []


def test_what_was_kept_before_is_added_to_the_list_of_now(visit):
    page = visit().page
    save_two(page)
    page.get_by_role("button", name="Keep this list on this device").click()
    page.goto("/therapists?page=2")
    page.get_by_role("button", name=re.compile("^Save ?:")).first.click()
    page.get_by_role("link", name="Your list: 1 person").click()
    page.get_by_role("button", name="Add the people kept here").click()
    page.wait_for_url("**/shortlist/*")
    assert page.locator("h1").inner_text() == "3 people on your list"


def referer_of(page: Page, address: str) -> list[str]:
    """Answer requests to an address here, and note what each said of where it came from."""
    heard: list[str] = []

    def answer(route) -> None:
        heard.append(route.request.all_headers().get("referer", ""))
        route.fulfill(body="<title>Elsewhere</title>", content_type="text/html")

    page.route(address, answer)
    return heard


def test_the_link_to_a_first_conversation_says_nothing_of_where_people_come_from(visit):
    page = visit().page
    heard = referer_of(page, re.compile(r"^https://[^/]*\.example/"))
    page.goto(PERSON)
    page.locator(".consult a.btn[rel]").click()
    page.wait_for_url(re.compile("^https://"))
    assert heard == [""]


def test_a_link_that_says_it_would_be_noticed(visit, house):
    page = visit().page
    heard = referer_of(page, re.compile(r"^https://[^/]*\.example/"))
    loud = '<meta name="referrer" content="unsafe-url"><a href="https://loud.example/">Loud</a>'
    page.route(f"{house.address}/loud", lambda route: route.fulfill(body=loud, content_type="text/html"))
    page.goto("/loud")
    page.get_by_role("link", name="Loud").click()
    page.wait_for_url("https://loud.example/")
    assert heard == [f"{house.address}/loud"]


def test_a_printed_page_keeps_the_words_and_drops_the_furniture(visit):
    page = visit().page
    page.goto(PERSON)
    page.emulate_media(media="print")
    assert page.locator(".consult").is_visible()
    assert not page.locator(".safety").is_visible()
    assert not page.locator(".menu").is_visible()


def test_a_printed_list_has_room_for_notes_and_no_buttons(visit):
    page = visit().page
    names = save_two(page)
    page.emulate_media(media="print")
    assert page.locator(".entry-notes").count() == 2 and page.locator(".entry-notes").first.is_visible()
    assert page.locator(".entry-notes").first.bounding_box()["height"] > 60
    assert not [one for one in page.locator("main button").all() if one.is_visible()]
    page.emulate_media(media="screen")
    page.get_by_role("button", name="Compare side by side").click()
    page.emulate_media(media="print")
    assert page.locator("thead th").all_inner_texts() == names
    assert page.locator("tbody th").first.bounding_box()["x"] < page.locator("tbody td").first.bounding_box()["x"]


def test_a_first_message_is_copied_as_it_stands_in_the_box(visit):
    visitor = visit()
    page = visitor.page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto("/questions")
    page.get_by_role("link", name="Show me people now").click()
    page.get_by_role("button", name="Make a sheet to print or save").click()
    page.get_by_role("button", name=re.compile("^A first message ?:")).first.click()
    page.get_by_label("Your message").fill("Hello,\n\ncould we talk?")
    page.get_by_role("button", name="Copy it").click()
    page.get_by_text("Copied.").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == "Hello,\n\ncould we talk?"
    assert visitor.wrong == []
