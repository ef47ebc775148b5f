"""Without JavaScript everything works: the questionnaire by keyboard alone, searching, a therapist's change."""

import re
from datetime import date, timedelta

import pytest
from playwright.sync_api import Locator, Page

from tests.browser.states import QUESTIONS

pytestmark = pytest.mark.browser

MOST_TABS = 160
WORDS = "I freeze when my mother shouts"
IS_FOCUSED = "e => e === document.activeElement"


def tab_to(page: Page, there: Locator) -> None:
    """Press Tab until the focus is there."""
    wanted = there.element_handle()
    for _press in range(MOST_TABS):
        if wanted.evaluate(IS_FOCUSED):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{MOST_TABS} presses of Tab don't reach {there}")


def press_enter_on(page: Page, there: Locator) -> None:
    """Reach something with Tab, press Enter, and wait for the page that comes."""
    tab_to(page, there)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def answer_by_keyboard(page: Page) -> str:
    """Give the page's first answer with the space bar, or write. Gives the selector of what Back must show again."""
    box = page.locator("main textarea")
    if box.count():
        tab_to(page, box)
        page.keyboard.type(WORDS)
        return ""
    first = page.locator("main form :is(input[type=radio], input[type=checkbox], select)").first
    if not first.count():
        return ""
    if not first.is_visible():
        tab_to(page, page.locator("main form .opts ~ details > summary, main form details:has(.opts) > summary").first)
        page.keyboard.press("Enter")
    tab_to(page, first)
    if first.evaluate("e => e.tagName") == "SELECT":
        page.keyboard.press("ArrowDown")
        return f"#{first.get_attribute('id')} option:checked:not([value=''])"
    page.keyboard.press("Space")
    return f"[name='{first.get_attribute('name')}'][value='{first.get_attribute('value')}']:checked"


def step_of(page: Page) -> str:
    """Which page of the questionnaire is this?"""
    found = re.search(r"/questions/([a-z-]+)/", page.url)
    return found.group(1) if found else page.url


@pytest.mark.parametrize("window", [(360, 740), (640, 400)], ids=["on a phone", "at 200 % zoom"])
def test_the_whole_questionnaire_by_keyboard_with_people_and_back_at_every_step(visit, window):
    visitor = visit(*window, javascript=False)
    page = visitor.page
    page.goto("/questions")
    press_enter_on(page, page.get_by_role("link", name="Begin"))
    walked = []
    while step_of(page) != "check":
        step = step_of(page)
        walked.append(step)
        assert page.get_by_role("button", name="Show me people now").is_visible(), step
        assert page.evaluate("document.scrollingElement.scrollWidth <= innerWidth"), step
        given = answer_by_keyboard(page)
        press_enter_on(page, page.get_by_role("button", name="Continue"))
        after = step_of(page)
        press_enter_on(page, page.get_by_role("link", name="Back", exact=True))
        assert step_of(page) == step
        assert not given or page.locator(given).count() == 1, f"{step}: Back lost the answer"
        press_enter_on(page, page.get_by_role("button", name="Continue"))
        assert step_of(page) == after
    skipped = {"device-advice"}  # it is only for those whose device others may see
    assert walked == [one["id"] for one in QUESTIONS if one["id"] not in skipped]
    assert page.locator("main dl.rows > div").count() >= len(walked) - 2
    press_enter_on(page, page.get_by_role("link", name="Show me people"))
    assert "/matches/" in page.url
    assert page.locator(".entry").count() > 0
    assert visitor.wrong == []


def test_the_browsers_own_back_loses_no_earlier_answer(visit):
    page = visit(360, 740, javascript=False).page
    page.goto("/questions")
    page.get_by_role("link", name="Begin").click()
    page.get_by_label("It's OK enough to look around").check()
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("Yes, it's mine, and it's private").check()
    page.get_by_role("button", name="Continue").click()
    page.go_back()
    assert step_of(page) == "device"
    page.get_by_role("link", name="Back", exact=True).click()
    assert page.get_by_label("It's OK enough to look around").is_checked()
    page.reload()
    assert page.get_by_label("It's OK enough to look around").is_checked()


def test_a_sheet_a_first_message_and_a_time_from_the_matches(visit, tmp_path):
    visitor = visit(360, 740, javascript=False)
    page = visitor.page
    page.goto("/questions")
    page.get_by_role("link", name="Show me people now").click()
    press_enter_on(page, page.get_by_role("button", name="Make a sheet to print or save"))
    assert "/consult-sheet/" in page.url and page.locator(".talk-name").count() == 3
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save as a text file").click()
    assert saved.value.suggested_filename == "sheet.txt"
    page.get_by_role("button", name=re.compile("^A first message ?:")).first.click()
    page.get_by_label("Your message").fill("Hello,\n\nDo you have time for a short talk?")
    page.get_by_role("button", name="Use my words below").click()
    link = page.get_by_role("link", name="Open it in my mail program").get_attribute("href")
    assert link.startswith("mailto:?") and "short%20talk" in link
    page.get_by_role("link", name="Back to the sheet").click()
    page.get_by_role("button", name="Put a time in your calendar").click()
    page.get_by_label("Day").fill((date.today() + timedelta(days=9)).isoformat())
    page.get_by_label("Time", exact=True).fill("18:30")
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save the calendar file").click()
    assert saved.value.suggested_filename == "appointment.ics"
    assert visitor.wrong == []


def test_searching_narrowing_taking_away_and_turning_the_page(visit):
    visitor = visit(360, 740, javascript=False)
    page = visitor.page
    page.goto("/")
    page.get_by_label("What would you like help with?").fill("I am burned out and I can't sleep")
    page.get_by_role("button", name="Show me people").click()
    everyone = total(page)
    assert "/search/" in page.url and everyone > 10
    page.locator("details.facets > summary").click()
    page.get_by_role("checkbox", name=re.compile("^Video call")).check()
    page.get_by_role("button", name="Show these people").last.click()
    fewer = total(page)
    assert 0 < fewer < everyone
    page.get_by_role("button", name=re.compile("^Video call ?: take this away")).click()
    assert total(page) == everyone
    names = page.locator(".entry-name").all_inner_texts()
    page.get_by_role("link", name="Show the next people").click()
    assert set(page.locator(".entry-name").all_inner_texts()).isdisjoint(names)
    assert visitor.wrong == []


def test_saving_comparing_and_taking_the_list_along(visit, tmp_path):
    visitor = visit(360, 740, javascript=False)
    page = visitor.page
    page.goto("/therapists?country=GB")
    third = page.locator(".entry").nth(2)
    name = third.locator(".entry-name").inner_text()
    third.get_by_role("button", name=re.compile("^Save ?:")).click()
    saved = page.get_by_role("button", name=re.compile(f"^Saved · take off ?: {name}"))
    assert saved.is_visible() and page.locator(".entry").nth(2).bounding_box()["y"] < 740, "it came back elsewhere"
    page.get_by_role("link", name=page.locator(".entry-name").nth(1).inner_text()).click()
    page.get_by_role("button", name=re.compile("^Save ?:")).click()
    page.get_by_role("link", name="Your list: 2 people").click()
    assert not page.get_by_role("heading", name="On this device").is_visible()
    with page.expect_download() as coming:
        page.get_by_role("button", name="Your list as a file for a spreadsheet").click()
    coming.value.save_as(tmp_path / "people.csv")
    assert coming.value.suggested_filename == "people.csv" and name in (tmp_path / "people.csv").read_text("utf-8-sig")
    page.get_by_role("button", name="Compare side by side").click()
    assert page.get_by_role("table").get_by_role("columnheader").all_inner_texts()[0] == name
    assert page.get_by_role("rowheader", name="Fee").is_visible()
    assert visitor.wrong == [] and visitor.context.cookies() == []


def total(page: Page) -> int:
    """How many people the heading of a result speaks of."""
    return int(re.match(r"[\d,]+", page.locator("h1").inner_text()).group().replace(",", ""))


def test_a_therapist_changes_a_listing_and_everyone_sees_it(visit):
    page = visit(360, 740, javascript=False, who="fresh").page
    page.goto("/my/listing")
    page.get_by_role("link", name=re.compile("^Change ?: About me")).click()
    page.get_by_label("One or two sentences that people see first").fill("I listen slowly, on Thursdays too.")
    page.get_by_role("button", name="Save").click()
    assert page.get_by_role("status").inner_text().startswith("Saved")
    page.get_by_role("link", name="See it as they do").click()
    assert "I listen slowly, on Thursdays too." in page.locator("main").inner_text()


def test_a_long_text_is_refused_and_still_there(visit):
    page = visit(javascript=False).page
    page.goto("/")
    page.get_by_label("What would you like help with?").fill("a" * 4001)
    page.get_by_role("button", name="Show me people").click()
    assert "Shorten it; your words are still here." in page.locator(".wrong").inner_text()
    assert len(page.get_by_label("What would you like help with?").input_value()) == 4001
