"""Pages looked over in a real browser: what every page must keep to, and what it takes to look."""

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

AXE = Path(__file__).resolve().parent.parent / ".browser/node_modules/axe-core/axe.min.js"
NAMES = ("chromium", "chromium-browser", "google-chrome")
NARROW = 390
VIEWS = ((NARROW, "light"), (1024, "dark"), (1600, "light"))
"""The widths and themes that a page is looked at in: each of both."""
LOOKED_OVER = VIEWS[:2]
"""Where axe-core looks as well: its rules are about a theme's colours and a narrow page's order."""
SEEN = "performance.getEntriesByName('seen').slice(0, 1).map(mark => mark.startTime)"
MARKS = "figures => figures.map(figure => [figure.id, figure.querySelectorAll('svg .role-mark > *').length])"


def lacking(what):
    """Skip, or fail where the tests in a browser are required (`AISLE_BROWSER=required`)."""
    if os.environ.get("AISLE_BROWSER") == "required":
        pytest.fail(what)
    pytest.skip(what)


@contextmanager
def launched() -> Iterator[Browser]:
    """Start the system's Chromium without a window."""
    path = next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        lacking("no Chromium: install it (Debian, Ubuntu: `apt-get install chromium`)")
    sandbox = [] if os.geteuid() else ["--no-sandbox"]  # Chromium refuses root its sandbox
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=sandbox)
        yield browser
        browser.close()


@dataclass
class Seen:
    """An open page, and what went wrong in it so far."""

    page: Page
    faults: list[str] = field(default_factory=list)

    def drawn(self):
        """Wait until every chart is drawn."""
        self.page.wait_for_selector("[aria-busy=true]", state="detached")
        return self

    def axe(self):
        """List what axe-core finds wrong."""
        if not AXE.exists():
            lacking("no axe-core: fetch it by `make browser`")
        self.page.evaluate(f"{AXE.read_text()}; 0")
        found = self.page.evaluate("axe.run({ resultTypes: ['violations'] })")["violations"]
        return [(one["id"], one["help"], node["html"]) for one in found for node in one["nodes"]]


@contextmanager
def opened(browser, html, width=1024, theme="light") -> Iterator[Seen]:
    """Open a file as a visitor would, all of its charts drawn; nothing may go wrong in it until it is closed."""
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=theme)
    seen = Seen(context.new_page())
    said = ("error", "warning")
    seen.page.on("console", lambda line: seen.faults.append(line.text) if line.type in said else None)
    seen.page.on("pageerror", lambda fault: seen.faults.append(str(fault)))
    seen.page.on(
        "request", lambda asked: None if asked.url.startswith(("file:", "data:")) else seen.faults.append(asked.url)
    )
    seen.page.goto(html.as_uri())
    yield seen.drawn()
    assert seen.faults == []
    context.close()


def look_over(browser, html):
    """Assert what holds for every page: drawn, quick, small, within its width, and good to read for everybody."""
    assert html.stat().st_size < 5_000_000
    waited = []
    for width, theme in VIEWS:
        with opened(browser, html, width, theme) as seen:
            marks = seen.page.locator("figure").evaluate_all(MARKS)
            assert [name for name, count in marks if not count] == []
            assert seen.page.evaluate("document.documentElement.scrollWidth") <= width
            waited += seen.page.evaluate(SEEN)
            if (width, theme) in LOOKED_OVER:
                assert seen.axe() == []
    for _ in range(20):  # other work may hold the machine up: the quickest of as many as it takes
        if min(waited, default=0) < 2000:
            break
        time.sleep(1)
        with opened(browser, html) as seen:
            waited += seen.page.evaluate(SEEN)
    assert min(waited, default=0) < 2000, waited
