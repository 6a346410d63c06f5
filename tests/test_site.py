"""The built site, in a real browser: nothing from outside, readable and usable by all.

Needs the site (`make book`) and Chromium. Without them these tests are skipped, each by
name; where REQUIRE_BROWSER is set, as in CI, that is a failure instead.
"""

import pathlib
import urllib.parse
from html.parser import HTMLParser

import pytest
from browsing import SITE, do_without, look

from tools import chapters

PAGE_BUDGET, FIGURE_BUDGET = 2_000_000, 1_000_000
PAGES = [f"{document}.html" for document in chapters.in_contents()]
NOTEBOOK_PAGES = [page for page in PAGES if page.startswith("notebooks/")]
EVERY_PAGE = [*PAGES, "search.html", "genindex.html"]


@pytest.fixture(scope="module", params=PAGES)
def page(request, load):
    """Each page, opened once for all the tests that read it."""
    tab = load(request.param)
    yield tab
    tab.close()


@pytest.fixture(scope="module", params=NOTEBOOK_PAGES)
def chapter(request, load):
    """Each page made from a notebook."""
    tab = load(request.param)
    tab.book["path"] = chapters.ROOT / f"{request.param[:-5]}.ipynb"
    yield tab
    tab.close()


def test_no_request_leaves_the_site(page):
    assert page.book["outside"] == []
    assert page.book["broken"] == []


def test_weight(page):
    sizes = page.book["sizes"]
    figures = sum(size for path, size in sizes.items() if "/_images/" in path)
    rest = sum(sizes.values()) - figures
    print(f"{page.url}: {rest / 1e6:.2f} MB and {figures / 1e6:.2f} MB of figures")
    assert rest <= PAGE_BUDGET, sorted(sizes.items(), key=lambda item: -item[1])[:5]
    assert figures <= FIGURE_BUDGET


def grave(page, scheme: str, context=None, options=None) -> list[str]:
    """What axe finds serious or critical, in a theme."""
    from axe_playwright_python.sync_playwright import Axe

    look(page, scheme=scheme)
    page.wait_for_function(
        "scheme => document.documentElement.dataset.theme === scheme", arg=scheme
    )
    page.wait_for_timeout(500)  # colours fade from one theme to the other
    return [
        f"{one['id']}: {one['help']}: {one['nodes'][0]['html'][:120]}"
        for one in Axe().run(page, context, options).response["violations"]
        if one["impact"] in ("serious", "critical")
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_accessible(page, scheme):
    """Everything in the light theme; in the dark one colours, which alone differ. Code
    is left to the two tests below: its thousands of coloured words, the same on every
    page, would take most of the time."""
    rules = {"runOnly": ["color-contrast"]} if scheme == "dark" else None
    assert grave(page, scheme, {"exclude": [["pre"]]}, rules) == []


def test_what_scrolls_can_be_reached_by_keyboard(page):
    rule = {"runOnly": ["scrollable-region-focusable"]}
    assert grave(page, "light", options=rule) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_code_is_accessible(load, scheme):
    tab = load("notebooks/06_1_rnn_from_scratch.html")
    assert grave(tab, scheme) == []
    tab.close()


def test_one_search_box_and_a_right_copyright_line(page):
    look(page)
    fields = page.locator("input[type=search], .search-button, .search-button-field")
    assert fields.locator("visible=true").count() == 1
    assert (
        page.locator("p.copyright").inner_text().strip().startswith("© Copyright 2026")
    )


def test_phone_width(page):
    look(page, width=390)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    wide = page.evaluate(
        """() => [...document.querySelectorAll('.bd-article *')].filter(e => {
            const box = e.getBoundingClientRect();
            if (box.right <= 391 || box.width === 0) return false;
            for (let p = e; p; p = p.parentElement) {
                const s = getComputedStyle(p);
                if (s.overflowX !== 'visible') return false;
                if (s.position === 'absolute') return false;
            }
            return true;
        }).map(e => e.outerHTML.slice(0, 100))"""
    )
    assert wide == [], "wider than a phone, and no way to scroll"


@pytest.mark.parametrize(
    ("medium", "width", "code"),
    [("screen", 1280, ".cell_input pre"), ("print", 794, ".bd-article pre")],
)
def test_code_is_not_clipped(chapter, medium, width, code):
    look(chapter, width=width, media=medium)
    clipped = chapter.evaluate(
        """code => [...document.querySelectorAll(code)]
            .filter(e => e.offsetParent && e.scrollWidth > e.clientWidth + 1)
            .map(e => e.innerText.slice(0, 80))""",
        code,
    )
    assert clipped == []
    navigation = chapter.locator(".bd-sidebar-primary")
    assert navigation.is_visible() == (medium == "screen")


def test_solutions_open_by_keyboard(chapter):
    look(chapter)
    folds = chapter.locator("div.tag_solution details")
    assert folds.count() >= 3
    summary = folds.first.locator("summary")
    assert "solution" in summary.inner_text().lower()
    assert folds.first.get_attribute("open") is None
    summary.focus()
    chapter.keyboard.press("Enter")
    assert folds.first.get_attribute("open") is not None


def test_copy_button_copies_the_cell(chapter):
    look(chapter)
    cell = chapter.locator("div.tag_parameters")
    cell.hover()
    cell.locator("button.copybtn").click()
    copied = chapter.evaluate("navigator.clipboard.readText()")
    assert copied.strip() == cell.locator("pre").inner_text().strip()


def test_claims_lead_to_the_ledger_and_back(chapter):
    look(chapter)
    start = chapter.url.split("#")[0]
    claims = chapters.claims(chapters.read(chapter.book["path"]))
    assert chapter.locator("div.claim").count() == len(claims)
    chapter.locator("a.claim-verdict").first.click()
    chapter.wait_for_url("**/claims.html#*")
    row = chapter.locator(":target")
    assert row.count() == 1
    row.locator("a").click()
    chapter.wait_for_url(f"{start}#*")
    assert chapter.locator("div.claim:target").count() == 1


@pytest.mark.parametrize("name", ["search.html", "genindex.html"])
def test_other_pages_stay_local(load, name):
    tab = load(name)
    assert tab.book["outside"] == []
    assert tab.book["broken"] == []


def test_search_finds_a_term(load):
    tab = load("search.html?q=forget+gate")
    tab.wait_for_selector("#search-results li a")
    assert tab.locator("#search-results li").count() >= 1


def test_the_first_tab_skips_to_the_content(load):
    tab = load("book/index.html")
    tab.keyboard.press("Tab")
    tab.keyboard.press("Enter")
    assert tab.url.endswith("#main-content")


# --- without a browser


class Links(HTMLParser):
    """The ids, and the links, of one page."""

    def __init__(self, page: pathlib.Path):
        super().__init__()
        self.ids, self.links = set(), []
        self.feed(page.read_text(encoding="utf8"))

    def handle_starttag(self, tag, attributes):
        """Collect."""
        found = dict(attributes)
        self.ids.add(found.get("id") or found.get("name"))
        if tag == "a" and found.get("href"):
            self.links.append(found["href"])


def test_no_dead_internal_link():
    if not SITE.is_dir():
        do_without("no site built: run `make book`")
    pages = {page: Links(page) for page in map(SITE.joinpath, EVERY_PAGE)}
    dead = []
    for page, links in pages.items():
        for link in links.links:
            parts = urllib.parse.urlparse(link)
            if parts.scheme or parts.netloc:
                continue
            path = urllib.parse.unquote(parts.path)
            target = (page.parent / path).resolve() if path else page
            anchor = urllib.parse.unquote(parts.fragment)
            if not target.exists():
                dead.append(f"{page.name}: {link}")
            elif anchor and target in pages and anchor not in pages[target].ids:
                dead.append(f"{page.name}: {link} (no such place)")
    assert dead == []


def test_no_link_to_an_unknown_host():
    """Launch and source buttons are there only where the host is known."""
    import sys

    sys.path.insert(0, str(chapters.ROOT / "book" / "_ext"))
    import hosting

    if not SITE.is_dir():
        do_without("no site built: run `make book`")
    name = hosting.repository()
    for page in NOTEBOOK_PAGES:
        links = Links(SITE / page).links
        launch = [x for x in links if "colab.research" in x or "mybinder.org" in x]
        source = [x for x in links if "github.com" in x and "/edit/" in x]
        if name is None:
            assert launch == [] and source == []
        else:
            assert len(launch) == 2 and all(name in link for link in launch + source)


@pytest.mark.parametrize("width", [1280, 390])
def test_the_ledger_filters_claims_by_keyboard(load, width):
    tab = load("book/claims.html")
    look(tab, width=width)
    rows = tab.locator("table.ledger tbody tr")
    everything = rows.count()
    tab.locator("#list-filter").focus()
    tab.keyboard.type("peephole")
    found = tab.locator("table.ledger tbody tr:visible").count()
    assert 0 < found < everything
    assert tab.locator("output").inner_text() == f"{found} found"
    tab.keyboard.press("Escape")
    assert tab.locator("table.ledger tbody tr:visible").count() == everything
    tab.close()
