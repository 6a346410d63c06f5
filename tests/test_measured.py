"""Numbers on prose pages are the records' numbers."""

import html
import re
import statistics
import sys

import pytest

from tools import chapters

sys.path.insert(0, str(chapters.ROOT / "book" / "_ext"))
import _tables

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


SPREADS = {
    (4.4e-16, 2.2e-16, 8.9e-16): ("4.4e−16", "2.2e−16 to 8.9e−16"),  # as recorded
    (2.0, 1.9, 2.01): ("2", "1.90 to 2.01"),  # equal decimals
    (-0.87, 0.42, -0.99): ("−0.87", "−0.99 to 0.42"),
    (0.004, 0.0, 0.002): ("0.002", "0 to 0.004"),
    (0.1, 0.00038, 0.0004): ("0.0004", "0.00038 to 0.1"),  # too far apart to align
    (938, 773, 1100): ("938", "773 to 1,100"),
    (1.0, 1.0, 1.0): ("1", "the same"),
}


@pytest.mark.parametrize("values", SPREADS, ids=str)
def test_a_spread_has_the_recorded_digits_and_equal_decimals(values):
    assert _tables.spread(list(values)) == SPREADS[values]
