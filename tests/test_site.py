"""The built site, in a real browser: nothing from outside, readable and usable by all.

Needs the site (`make book`) and Chromium. Without them these tests are skipped, each by
name; where REQUIRE_BROWSER is set, as in CI, that is a failure instead.
"""

import pytest
from browsing import SITE, do_without, grave, look
from links import Links, dead_links

from tools import chapters

PAGE_BUDGET, FIGURE_BUDGET = 2_000_000, 1_000_000
FIRST_PAINT, SHIFT = 1000, 0.02  # milliseconds; share of the window
PAGES = [f"{document}.html" for document in chapters.in_contents()]
NOTEBOOK_PAGES = [page for page in PAGES if page.startswith("notebooks/")]
EVERY_PAGE = [*PAGES, "search.html", "genindex.html", "404.html"]


@pytest.fixture(scope="module", params=PAGES)
def page(request, load):
    """Each page, opened once for all the tests that read it."""
    tab = load(request.param)
    yield tab
    outside = tab.book["outside"]
    tab.close()
    assert outside == [], "asked for while the page was in use"


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


def first_paint(tab) -> float:
    """Milliseconds from asking for the page to seeing some of it."""
    name = "first-contentful-paint"
    tab.wait_for_function(f"performance.getEntriesByName('{name}').length")
    return tab.evaluate(f"performance.getEntriesByName('{name}')[0].startTime")


def test_first_paint_within_a_second(page, context):
    """On loopback; the best of three, since other tests run beside this one."""
    paints = [first_paint(page)]
    while min(paints) >= FIRST_PAINT and len(paints) < 3:
        tab = context.new_page()
        tab.goto(page.url)
        paints.append(first_paint(tab))
        tab.close()
    print(f"{page.url}: first paint after {min(paints):.0f} ms")
    assert min(paints) < FIRST_PAINT


def test_nothing_moves_while_the_page_comes_or_is_scrolled(page):
    """Chromium's layout shift, summed over load and a scroll to the end."""
    shifts = page.evaluate("window.bookShifts")
    assert sum(one[0] for one in shifts) < SHIFT, sorted(shifts, reverse=True)[:3]


def test_pictures_are_sized_and_wait_for_the_reader(page):
    """Every picture has its own proportions; all but the first come when near."""
    pictures = page.evaluate(
        """[...document.querySelectorAll('article img')].map(i => [i.src,
            i.getAttribute('width') / i.getAttribute('height'),
            i.naturalWidth / i.naturalHeight])"""
    )
    for address, told, real in pictures:
        assert abs(told - real) < 0.01, address
    loading = page.evaluate("window.bookLoading")
    assert loading == [None, *["lazy"] * len(pictures)][: len(pictures)]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_accessible(page, scheme):
    """Everything in the light theme; in the dark one colours, which alone differ. The
    colours of words in code and of glyphs in formulas are left to the test below: many
    thousands of them, the same on every page, would take most of the time."""
    rules = {"runOnly": ["color-contrast"]} if scheme == "dark" else None
    page.evaluate(
        """document.querySelectorAll('pre').forEach(e => e.textContent = e.textContent);
        document.querySelectorAll('mjx-math').forEach(e => e.textContent = 'x');"""
    )
    assert grave(page, scheme, options=rules) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_code_and_formulas_are_accessible(load, scheme):
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


def test_no_dead_internal_link():
    if not SITE.is_dir():
        do_without("no site built: run `make book`")
    assert (
        dead_links({page: Links(page) for page in map(SITE.joinpath, EVERY_PAGE)}) == []
    )


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
