"""The glossary in a real browser: a definition shows on hover and on focus, hides on
Escape, moves nothing and stays inside the window; and the page's own filter works.
"""

import pytest
from browsing import SITE, do_without, grave, look
from bs4 import BeautifulSoup

from tools import chapters

CHAPTER = "notebooks/06_3_lstm.html"
OWN_PAGES = {"book/glossary", "book/claims", "book/status", "book/bibliography"}
WIDTHS = [1280, 390]


@pytest.fixture(scope="module")
def chapter(load):
    """A chapter with many terms."""
    tab = load(CHAPTER)
    yield tab
    tab.close()


@pytest.fixture(scope="module")
def glossary(load):
    """The glossary's page."""
    tab = load("book/glossary.html")
    yield tab
    tab.close()


def away(tab) -> None:
    """Pointer and focus off every term."""
    tab.mouse.move(2, 2)
    tab.evaluate("document.activeElement.blur(); scrollTo(0, 0)")


# Scroll each term to an edge of the window, focus it, and measure.
MISPLACED = """block => [...document.querySelectorAll('.term')].filter(term => {
    const link = term.querySelector('a');
    link.scrollIntoView({block, behavior: 'instant'});
    link.focus({preventScroll: true});
    const box = term.querySelector('.term-tip').getBoundingClientRect();
    const word = link.getBoundingClientRect();
    const apart = box.top >= word.bottom - 0.5 || box.bottom <= word.top + 0.5;
    return !(apart && box.width > 100 && box.left >= 0 && box.top >= 0
        && box.right <= document.documentElement.clientWidth
        && box.bottom <= innerHeight);
}).map(term => term.textContent.slice(0, 60))"""


@pytest.mark.parametrize("width", WIDTHS)
def test_hover_shows_the_definition_and_moves_nothing(chapter, width):
    look(chapter, width=width)
    away(chapter)
    term = chapter.locator(".term").nth(2)
    tip = term.locator(".term-tip")
    assert not tip.is_visible()
    before = chapter.evaluate("document.documentElement.scrollHeight")
    term.locator("a").hover()
    assert tip.is_visible()
    words = tip.inner_text()
    assert len(words) > 30 and tip.locator("[lang=zh]").inner_text() in words
    assert chapter.evaluate("document.documentElement.scrollHeight") == before
    tip.hover()  # the pointer may move onto the definition
    assert tip.is_visible()
    away(chapter)
    assert not tip.is_visible()


@pytest.mark.parametrize("width", WIDTHS)
def test_focus_shows_and_escape_hides(chapter, width):
    look(chapter, width=width)
    away(chapter)
    link = chapter.locator(".term a").first
    tip = chapter.locator(".term .term-tip").first
    link.focus()
    assert tip.is_visible()
    chapter.keyboard.press("Escape")
    assert not tip.is_visible()
    assert link.evaluate("e => e === document.activeElement"), "focus stays"
    away(chapter)
    link.hover()
    assert tip.is_visible(), "it comes back the next time"
    chapter.keyboard.press("Escape")
    assert not tip.is_visible()


def test_the_keyboard_reaches_terms_in_order(chapter):
    look(chapter)
    away(chapter)
    first, second = (chapter.locator(".term a").nth(n) for n in (0, 1))
    first.focus()
    for _ in range(40):
        chapter.keyboard.press("Tab")
        if second.evaluate("e => e === document.activeElement"):
            break
    assert chapter.locator(".term .term-tip").nth(1).is_visible()
    assert not chapter.locator(".term .term-tip").nth(0).is_visible()


@pytest.mark.parametrize("width", [1280, 390, 320])
def test_no_definition_is_clipped_or_covers_its_term(chapter, width):
    """At every edge: the term scrolled to the top and to the foot of the window."""
    look(chapter, width=width)
    for block in ("start", "center", "end"):
        away(chapter)
        assert chapter.evaluate(MISPLACED, block) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_accessible_with_a_definition_open(load, scheme):
    tab = load("book/06_common_rnns.html")
    look(tab, scheme=scheme)
    tab.locator(".term a").first.focus()
    assert grave(tab, scheme) == []
    described = tab.evaluate(
        """[...document.querySelectorAll('.term a')].map(a =>
            document.getElementById(a.getAttribute('aria-describedby')).textContent)"""
    )
    assert described and all(len(text) > 30 for text in described)
    tab.close()


def test_print_shows_no_definitions(chapter):
    look(chapter, media="print")
    away(chapter)
    chapter.locator(".term a").first.focus()
    assert chapter.locator(".term-tip").locator("visible=true").count() == 0


def test_definitions_show_without_a_script(browser, address):
    context = browser.new_context(java_script_enabled=False)
    tab = context.new_page()
    tab.set_viewport_size({"width": 390, "height": 800})
    tab.goto(address + CHAPTER)
    link, tip = tab.locator(".term a").first, tab.locator(".term-tip").first
    link.hover()
    assert tip.is_visible()
    box = tip.bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= 390
    assert box["y"] + box["height"] <= 800
    context.close()


@pytest.mark.parametrize("document", chapters.in_contents())
def test_every_page_has_terms_and_none_is_littered(document):
    if not (SITE / "index.html").is_file():
        do_without("no site built: run `make book`")
    text = (SITE / f"{document}.html").read_text(encoding="utf8")
    page = BeautifulSoup(text, "html.parser")
    targets = [link["href"].split("#")[1] for link in page.select(".term > a")]
    fewest, most = (0, 0) if document in OWN_PAGES else (3, 25)
    assert fewest <= len(targets) <= most
    assert len(set(targets)) == len(targets)
    quiet = ":is(h1, h2, h3, table, pre, .claim, .cell_output, .math) .term"
    assert page.select(quiet) == []


# --- the glossary's own page


def test_a_link_leads_to_its_entry(chapter):
    look(chapter)
    away(chapter)
    link = chapter.locator(".term a").first
    name = link.inner_text().lower()
    link.click()
    chapter.wait_for_url("**/glossary.html#term-*")
    assert name[:4] in chapter.locator(":target").inner_text().lower()
    chapter.go_back(wait_until="load")


def test_the_filter_finds_english_and_chinese(glossary):
    look(glossary)
    field = glossary.get_by_label("Show terms with")
    for typed, name in {"遗忘门": "forget gate", "beam s": "beam search"}.items():
        field.fill(typed)
        shown = glossary.locator("dl.glossary-list dt").locator("visible=true")
        assert 1 <= shown.count() <= 6
        assert any(name in text for text in shown.all_inner_texts())
    field.fill("nothing of the kind")
    assert glossary.locator("dl.glossary-list dt").locator("visible=true").count() == 0
    assert "0" in glossary.locator(".list-filter output").inner_text()
    field.press("Escape")
    shown = glossary.locator("dl.glossary-list dt").locator("visible=true")
    assert shown.count() == glossary.locator("dl.glossary-list dt").count() >= 120


def test_without_a_script_all_terms_and_letters_are_there(browser, address):
    context = browser.new_context(java_script_enabled=False)
    tab = context.new_page()
    tab.goto(address + "book/glossary.html")
    assert tab.locator("dl.glossary-list dt").locator("visible=true").count() >= 120
    assert not tab.locator("p.list-filter").is_visible(), "an empty place shows nothing"
    letters = tab.locator(".glossary-letters a")
    assert letters.count() >= 20
    for target in letters.evaluate_all("all => all.map(a => a.hash)"):
        assert tab.locator(f"[id='{target[1:]}']").count() == 1
    context.close()


def test_chinese_is_marked_as_chinese(glossary):
    unmarked = glossary.evaluate(
        """[...document.querySelectorAll('.bd-article dt, .bd-article p')].filter(e => {
            const copy = e.cloneNode(true);
            copy.querySelectorAll(':lang(zh)').forEach(x => x.remove());
            copy.querySelectorAll('[lang=zh]').forEach(x => x.remove());
            return /[\\u4e00-\\u9fff]/.test(copy.textContent);
        }).map(e => e.textContent.slice(0, 60))"""
    )
    assert unmarked == []
