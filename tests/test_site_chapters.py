"""What a reader does on the page of a chapter made from a notebook, in a real browser:
reads all code, opens solutions, copies a cell, follows a claim to the ledger and back.
"""

import pytest
from browsing import look

from tools import chapters

NOTEBOOK_PAGES = [
    f"{document}.html"
    for document in chapters.in_contents()
    if document.startswith("notebooks/")
]


@pytest.fixture(scope="module", params=NOTEBOOK_PAGES)
def chapter(request, load):
    """Each page made from a notebook."""
    tab = load(request.param)
    tab.book["path"] = chapters.ROOT / f"{request.param[:-5]}.ipynb"
    yield tab
    tab.close()


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
