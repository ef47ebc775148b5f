"""A house that listens on 127.0.0.1, one Chromium for the whole run, and visitors who notice what no page may do."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.browser import people, states
from tests.browser.houses import Elsewhere, House, mirrored_house, plain_house, served
from tests.opening import need

CHROMIUM = "/usr/bin/chromium"
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run")
FLAGS += ("--disable-background-networking", "--disable-component-update", "--disable-sync")


@pytest.fixture(scope="session")
def peopled(seeded: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The seeded folder with long names, few words and accounts beside."""
    return people.copy_with_people(seeded, tmp_path_factory.mktemp("browser") / "instance")


@pytest.fixture(scope="session")
def elsewhere() -> Iterator[Elsewhere]:
    """Another site."""
    site = Elsewhere()
    with served(site) as address:
        site.address = address.replace("127.0.0.1", "localhost")
        yield site


@pytest.fixture(scope="session")
def house(peopled: Path, elsewhere: Elsewhere) -> Iterator[House]:
    """The running house that the browser visits."""
    opened = plain_house(peopled, LEAVE_URL=f"{elsewhere.address}/weather")
    with served(opened.app) as opened.address:
        yield opened


@pytest.fixture(scope="session")
def mirrored(peopled: Path, elsewhere: Elsewhere, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The same house in a language that nobody speaks: longer, accented, from right to left."""
    folder = tmp_path_factory.mktemp("mirrored")
    shutil.copytree(peopled, folder / "instance")
    opened = mirrored_house(folder, LEAVE_URL=f"{elsewhere.address}/weather")
    with served(opened.app) as opened.address:
        yield opened


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The one Chromium."""
    need("chromium")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield chromium
        chromium.close()


class Visitor:
    """A page in a browser of its own that goes where it is told, and notices errors and requests to other hosts."""

    def __init__(self, browser: Browser, house: House, *, who: str = "", **context: object) -> None:
        self.house = house
        self.context: BrowserContext = browser.new_context(base_url=house.address, **context)
        self.context.set_default_timeout(10_000)
        if who:
            cookie = house.client(who).get_cookie("session")
            self.context.add_cookies([{"name": "session", "value": cookie.value, "url": house.address}])
        self.page: Page = self.context.new_page()
        self.wrong: list[str] = []
        self.page.on("console", lambda said: said.type == "error" and self.wrong.append(said.text))
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))
        self.page.on("request", lambda request: self._watch(request.url))

    def _watch(self, url: str) -> None:
        if urlsplit(url).netloc != urlsplit(self.house.address).netloc:
            self.wrong.append(f"asked another host: {url}")

    def open(self, state: states.State) -> Page:
        """Go to a state: its address, then its form filled in and sent."""
        self.wrong.clear()
        with self.house.standing(state):
            response = self.page.goto(state.address(self.house.client(state.who)))
            if state.fills:
                with self.page.expect_navigation() as sent:
                    self.page.evaluate(FILL_IN, [dict(state.fills), state.to])
                response = sent.value
        assert response and response.status == state.status, (state.name, response and response.status)
        self.wrong = [said for said in self.wrong if f"status of {state.status}" not in said or state.status < 400]
        return self.page


FILL_IN = """([told, to]) => {
    const main = document.querySelector("main")
    const goes = form => (form.getAttribute("action") ?? "").includes(to)
    const afterwards = form => goes(form) && main.compareDocumentPosition(form) & Node.DOCUMENT_POSITION_FOLLOWING
    const form = [...document.querySelectorAll("form[method=post]")].find(afterwards)
    for (const [name, value] of Object.entries(told)) {
        for (const field of form.querySelectorAll(`[name="${name}"]`)) {
            if (Array.isArray(value)) field.checked = value.includes(field.value)
            else field.value = value
        }
    }
    HTMLFormElement.prototype.submit.call(form)
}"""


@pytest.fixture
def visit(browser: Browser, house: House) -> Iterator[object]:
    """Make visitors: ``visit(width=360, javascript=False)`` gives a Visitor; all are closed afterwards."""
    made: list[Visitor] = []

    def make(
        width: int = 1280, height: int = 800, *, javascript: bool = True, who: str = "", **more: object
    ) -> Visitor:
        size = {"width": width, "height": height}
        made.append(Visitor(browser, house, who=who, viewport=size, java_script_enabled=javascript, **more))
        return made[-1]

    yield make
    for visitor in made:
        visitor.context.close()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the list of states that were looked at, with its count."""
    seen = getattr(terminalreporter.config, "states_seen", [])
    if seen:
        terminalreporter.section(f"{len(seen)} states of pages looked at in the browser")
        terminalreporter.write_line("; ".join(seen))
