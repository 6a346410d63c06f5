"""What all explorers share: fresh data, nothing loaded before it is asked for."""

import sys

import pytest
from browsing import SITE, do_without, look

from tools import chapters
from tools import explorers as export

sys.path.insert(0, str(chapters.ROOT / "book" / "_ext"))
import explorers

PAGES = sorted(explorers.EXPLORERS)
FILES = sorted(export.DATA.glob("*.js"))


@pytest.fixture(params=PAGES)
def page(request, load):
    """Each page with an explorer, closed."""
    tab = load(f"{request.param}.html")
    tab.book["name"] = explorers.EXPLORERS[request.param][0]
    yield tab
    tab.close()


def test_every_explorer_has_an_export_and_data():
    chapter_names = {page.removeprefix("notebooks/") for page in PAGES}
    assert {path.stem for path in export.exports()} == chapter_names
    assert all(any(f.stem.startswith(name) for f in FILES) for name in chapter_names)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_data_are_small_and_of_the_present_notebook(file):
    assert file.stat().st_size <= export.LIMIT
    notebook = next(x for x in chapters.notebooks() if file.stem.startswith(x.stem))
    fingerprint = chapters.fingerprint(chapters.read(notebook))
    outdated = f"{notebook.stem} has changed: make explorers NB={notebook.stem}"
    assert export.data(file)["fingerprint"] == fingerprint, outdated


def test_nothing_is_loaded_before_it_is_asked_for(page):
    asked = [path for path in page.book["sizes"] if "/explorers/" in path]
    names = {path.rpartition("/")[2] for path in asked}
    assert names == {"loader.js", "explorers.css", f"{page.book['name']}.css"}
    button = page.locator("button.explorer-open")
    assert button.count() == 1 and button.is_visible()


def test_it_opens_by_keyboard_and_says_when_it_cannot(page, context):
    look(page)
    page.route("**/explorers/data/**", lambda route: route.abort())
    button = page.locator("button.explorer-open")
    button.focus()
    page.keyboard.press("Enter")
    status = page.locator(".explorer-status")
    page.wait_for_function(
        "() => document.querySelector('.explorer-status').textContent.includes('not')"
    )
    assert "could not be loaded" in status.inner_text()
    page.unroute("**/explorers/data/**")
    page.keyboard.press("Enter")
    page.wait_for_selector(".explorer.is-open .explorer-stage")
    assert page.locator("button.explorer-open").count() == 0
    assert page.evaluate("document.activeElement.closest('.explorer-stage') !== null")
    assert page.book["outside"] == []


def test_other_pages_have_no_explorer():
    if not SITE.is_dir():
        do_without("no site built: run `make book`")
    for name in set(chapters.in_contents()) - set(PAGES):
        assert "explorers/" not in (SITE / f"{name}.html").read_text("utf8"), name


def test_the_libraries_come_with_their_licences():
    if not SITE.is_dir():
        do_without("no site built: run `make book`")
    for name, files in explorers.LIBRARIES.items():
        for file in files:
            copy = SITE / "_static" / "explorers" / "libraries" / name / file
            assert copy.stat().st_size > 100, copy
