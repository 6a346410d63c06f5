"""Numbers on prose pages are the records' numbers."""

import html
import re
import statistics

import pytest

from tools import chapters

PAGES = sorted((chapters.ROOT / "book").glob("*.md"))
SOURCE = re.compile(r"(\d\d\w*)#(claim-[\w-]+): ([^`\n]+)")
BAR = re.compile(
    r'<li data-measure="([^"]+)">.*?<span class="value">([^<]+)<small>([^<]*)</small>'
)


def recorded(stem: str, claim: str, name: str) -> list[float]:
    """One value per seed."""
    runs = chapters.record(chapters.ROOT / "notebooks" / f"{stem}.ipynb")["runs"]
    return [run["claims"][claim]["measures"][name]["value"] for run in runs]


def quotations(text: str) -> list[tuple[str, str, str]]:
    """Every (stem, claim, name) that a page draws on."""
    return [(a, b, name.strip()) for a, b, name in SOURCE.findall(text)]


DRAWING = [page for page in PAGES if quotations(page.read_text(encoding="utf8"))]


@pytest.mark.parametrize("page", DRAWING, ids=lambda page: page.stem)
def test_what_a_page_quotes_was_measured_on_every_seed(page):
    for stem, claim, name in quotations(page.read_text(encoding="utf8")):
        values = recorded(stem, claim, name)
        assert len(values) >= len(chapters.SEEDS), f"{stem}#{claim}: {name}"


@pytest.mark.parametrize("page", DRAWING, ids=lambda page: page.stem)
def test_bars_show_the_median_and_the_range(page):
    site = chapters.ROOT / "_build" / "html" / "book" / f"{page.stem}.html"
    if not site.is_file():
        pytest.skip("no site built: run `make book`")
    bars = BAR.findall(site.read_text(encoding="utf8"))
    assert bars or "measured-bars" not in page.read_text(encoding="utf8")
    for source, shown, reach in bars:
        values = recorded(*SOURCE.fullmatch(html.unescape(source)).groups())
        assert near(shown.split()[0], statistics.median(values)), source
        ends = reach.split(" to ") if " to " in reach else [shown.split()[0]] * 2
        for end, value in zip(ends, (min(values), max(values)), strict=True):
            assert near(end, value), source


def near(words: str, value: float) -> bool:
    """Three digits of a number, as shown."""
    plain = words.replace(",", "").replace("−", "-")
    return float(plain) == pytest.approx(value, rel=6e-3)
