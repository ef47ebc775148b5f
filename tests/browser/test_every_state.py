"""Every page in every state, in a real browser: usable with a screen reader, whole at every width, silent and light."""

import gzip
import re

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

from tests.browser.conftest import Visitor
from tests.browser.states import STATES, State

pytestmark = pytest.mark.browser

WIDE, PHONE, ZOOMED = (1280, 800), (360, 740), (640, 400)  # 1280 x 800 at 200 % is a window of 640 x 400
NARROWEST = 320
MAX_BYTES = 100_000
MAX_REQUESTS = 8
PORTRAIT = re.compile(rb"<svg[^>]*\bportrait\b.*?</svg>", re.DOTALL)
RUN_AXE = """async skipped => (await axe.run(document, {resultTypes: ["violations"], rules: skipped})).violations
    .map(v => [v.id, ...v.nodes.slice(0, 3).map(n => `${n.target}: ${n.any[0]?.message ?? ""}`)].join(" | "))"""
TOO_WIDE = """() => {
    const wide = document.scrollingElement.scrollWidth - innerWidth
    if (wide <= 0) return []
    const sticksOut = e => { const box = e.getBoundingClientRect(); return box.right > innerWidth + 1 || box.left < -1 }
    const blamed = [...document.querySelectorAll("body *")].filter(sticksOut).slice(0, 4)
    return [wide + " px", ...blamed.map(e => e.outerHTML.slice(0, 90))]
}"""


def look(page: Page, size: tuple[int, int], scheme: str = "light", *, colours: bool = True) -> list[str]:
    """What axe finds, and what is too wide, in a window of this size. Colours take longest: skip those seen before."""
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.emulate_media(color_scheme=scheme)
    found = page.evaluate(TOO_WIDE) + page.evaluate(RUN_AXE, {"color-contrast": {"enabled": colours}})
    return [f"{size[0]} px, {scheme}: {what}" for what in found]


def too_wide(page: Page, width: int) -> list[str]:
    """What makes the page scroll sideways at this width."""
    page.set_viewport_size({"width": width, "height": 740})
    return [f"{width} px: {what}" for what in page.evaluate(TOO_WIDE)]


@pytest.fixture(scope="module")
def visitors(browser, house, mirrored):
    """One visitor for each house and account, kept for all states."""
    made: dict[tuple[str, str], Visitor] = {}

    def visitor(which: str, who: str) -> Visitor:
        if (which, who) not in made:
            made[which, who] = Visitor(browser, house if which == "house" else mirrored, who=who)
        return made[which, who]

    yield visitor
    for one in made.values():
        one.context.close()


@pytest.fixture
def seen(request: pytest.FixtureRequest):
    """The names of the states that were looked at; printed at the end of the run."""
    config = request.config
    config.states_seen = getattr(config, "states_seen", [])
    return config.states_seen


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.name)
def test_a_page_is_usable_whole_and_silent(visitors, seen, state: State):
    visitor = visitors("house", state.who)
    page = visitor.open(state)
    page.evaluate(AXE_SCRIPT)
    found = look(page, WIDE) + look(page, PHONE, "dark") + look(page, ZOOMED, colours=False) + too_wide(page, NARROWEST)
    assert not (found := found + visitor.wrong), "\n".join(found)
    seen.append(state.name)


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.name)
def test_a_page_holds_together_from_right_to_left(visitors, state: State):
    visitor = visitors("mirrored", state.who)
    page = visitor.open(state)
    assert page.locator("html").get_attribute("dir") == "rtl"
    page.evaluate(AXE_SCRIPT)
    found = look(page, PHONE, colours=False) + too_wide(page, WIDE[0]) + visitor.wrong
    assert not found, "\n".join(found)


def sizes(visitor: Visitor, address: str) -> dict[str, int]:
    """What a first visit brings: each address with its bytes, compressed as fonts already are; portraits apart."""
    answers = []
    visitor.page.on("response", lambda answer: answers.append(answer))
    visitor.page.goto(address, wait_until="networkidle")
    told = {}
    for answer in answers:
        body = PORTRAIT.sub(b"", answer.body())
        told[answer.url] = len(body) if "font" in answer.headers.get("content-type", "") else len(gzip.compress(body))
    return told


LIGHT = ("home", "everyone", "everyone, narrowed", "found, with chips", "found, everything chosen")


@pytest.mark.parametrize("state", [state for state in STATES if state.name in LIGHT], ids=lambda state: state.name)
def test_a_first_visit_is_light(visit, house, state: State):
    told = sizes(visit(), state.address(house.client()))
    assert any(".woff2" in url for url in told), "no font was asked for: the sum would be too small"
    assert len(told) <= MAX_REQUESTS, told
    assert sum(told.values()) <= MAX_BYTES, told
