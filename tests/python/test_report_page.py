"""The page of an audit in a real browser: quiet, self-contained, readable on a telephone, in the dark and on paper."""

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Self

import numpy as np
import pytest
import reports
from axe_playwright_python.sync_playwright import Axe
from conftest import Tiprdc
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright
from test_audit import Features

ROOT = Path(__file__).parents[2]
WIDTHS = [360, 1200]


def chromium() -> str:
    """A Chromium of this machine; under CI, a missing one is a failure."""
    found = subprocess.run(
        ["bash", ROOT / "scripts" / "browser.sh", "--find"], capture_output=True, text=True, check=False
    )
    if found.returncode == 0:
        return found.stdout.strip()
    message = "no Chromium on this machine: run scripts/browser.sh"
    if os.environ.get("CI") == "true":
        pytest.fail(message)
    pytest.skip(message)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A headless browser without a network."""
    executable = chromium()
    with sync_playwright() as playwright:
        # Root, as in containers, cannot have Chromium's sandbox; the pages are our own.
        sandbox = [] if os.geteuid() else ["--no-sandbox"]
        browser = playwright.chromium.launch(executable_path=executable, args=sandbox)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def pages(tiprdc: Tiprdc, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Pages of an audit by the command, and of reports and sweeps made by hand."""
    folder = tmp_path_factory.mktemp("pages")
    arguments = Features([0.6, 0.4], 1).write(folder)
    audits = reports.odd() | reports.sweeps()
    audits["real"] = tiprdc.json("audit", *arguments, "--private", "secret")
    # The example stands beside the command, built by the same recipe.
    writer = tiprdc.binary.parent / "examples" / "page"
    assert writer.exists(), "build it: cargo build --release --workspace --example page"
    for name, audit in audits.items():
        (folder / f"{name}.json").write_text(json.dumps(audit), encoding="utf-8")
        subprocess.run([writer, folder / f"{name}.json", folder / f"{name}.html"], check=True)
    return {name: folder / f"{name}.html" for name in audits}


NAMES = [*reports.odd(), *reports.sweeps(), "real"]


class Visit:
    """One page, open in the browser, and everything that it did besides standing there."""

    def __init__(self, browser: Browser, path: Path, **context: Any) -> None:
        self.context = browser.new_context(**context)
        self.page: Page = self.context.new_page()
        self.said: list[str] = []
        self.asked: list[str] = []
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.goto(path.as_uri(), wait_until="load")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.context.close()


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_pages_are_quiet_fit_the_screen_and_show_something(
    browser: Browser, pages: dict[str, Path], tmp_path: Path, name: str, scheme: str, width: int
) -> None:
    """No console message, no request but the file, nothing wider than the screen, and not a blank sheet."""
    size = {"width": width, "height": 900}
    with Visit(browser, pages[name], viewport=size, color_scheme=scheme) as visit:
        assert visit.said == []
        assert visit.asked == [pages[name].as_uri()]
        assert visit.page.evaluate("document.documentElement.scrollWidth") <= width
        # Opened tables may scroll in themselves, but must not widen the page.
        visit.page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        assert visit.page.evaluate("document.documentElement.scrollWidth") <= width
        shot = tmp_path / "page.png"
        visit.page.screenshot(path=shot)
        pixels = np.asarray(Image.open(shot).convert("L"))
        assert pixels.std() > 5, "a blank page"
        # The paper is the commonest shade: white by day, nearly black by night.
        paper = int(np.bincount(pixels.ravel()).argmax())
        assert (paper > 240) if scheme == "light" else (paper < 40)
        assert visit.page.evaluate("document.scripts.length") == 0


@pytest.mark.parametrize("name", ["full", "hostile", "no-private", "sweep", "sweep-hostile"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_are_accessible(browser: Browser, pages: dict[str, Path], name: str, scheme: str) -> None:
    """Contrast, headings, tables and pictures pass axe-core's rules, tables opened.

    Its script is our own tool and not the page's: the page's policy, which forbids scripts, is set aside for it.
    """
    size = {"width": 1200, "height": 900}
    with Visit(browser, pages[name], viewport=size, color_scheme=scheme, bypass_csp=True) as visit:
        visit.page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        result = Axe().run(visit.page)
        assert result.violations_count == 0, result.generate_report()
        passed = {rule["id"] for rule in result.response["passes"]}
        assert {"color-contrast", "heading-order", "svg-img-alt"} <= passed, "rules that did not run prove nothing"


def test_hostile_names_are_shown_as_they_are(browser: Browser, pages: dict[str, Path]) -> None:
    """Markup in a name is text, in headings as in sentences; marks of direction are made visible."""
    with Visit(browser, pages["hostile"]) as visit:
        headings = visit.page.locator("article h3").all_text_contents()
        shown = [name.replace("\u202e", "\ufffd") for name in reports.HOSTILE]
        assert [heading.split("\n")[0] for heading in headings] == shown


def test_print_opens_every_table_and_fits_the_paper(browser: Browser, pages: dict[str, Path]) -> None:
    """On paper nobody can click: closed tables are shown, and a PDF comes out."""
    with Visit(browser, pages["full"], viewport={"width": 794, "height": 1123}) as visit:
        table = visit.page.locator("details table").first
        assert not table.is_visible()
        visit.page.emulate_media(media="print", color_scheme="dark")
        assert table.is_visible()
        assert visit.page.evaluate("document.documentElement.scrollWidth") <= 794
        background = visit.page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert background == "rgb(255, 255, 255)", "dark pages are printed on white paper"
        pdf = visit.page.pdf(prefer_css_page_size=True)
    assert pdf.startswith(b"%PDF-")
    assert len(pdf) > 20_000
