"""Take the README's pictures from the demo: start it, search in somebody's own words, save what Chromium shows.

.venv/bin/python docs/screenshot.py
"""

import tempfile
import threading
from pathlib import Path

from playwright.sync_api import Page, sync_playwright
from waitress.server import create_server

import directory

IMAGES = Path(__file__).parent / "images"
CHROMIUM = "/usr/bin/chromium"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
WORDS = "I freeze when my boss gives me feedback. Someone by video who understands South Asian families."


def take(page: Page, base: str) -> None:
    """The home page and a page of results, both above the fold."""
    page.goto(base)
    page.screenshot(path=IMAGES / "home.png")
    page.fill("textarea", WORDS)
    page.click("button:has-text('Show me people')")
    page.screenshot(path=IMAGES / "results.png")


def main() -> None:
    """Run the demo on a free port for as long as the pictures take."""
    IMAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        app = directory.create_app({"INSTANCE": Path(folder), "FOLLOW": False})
        server = create_server(app, host="127.0.0.1", port=0)
        threading.Thread(target=server.run, daemon=True).start()
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        take(browser.new_page(viewport={"width": 1280, "height": 900}), f"http://localhost:{server.effective_port}")
        browser.close()


if __name__ == "__main__":
    main()
