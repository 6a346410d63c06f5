"""The table of contents and the prose pages hang together."""

import re

import pytest

from tools import chapters

PAGES = sorted((chapters.ROOT / "book").glob("*.md"))
OPEN = re.compile(r"\b(TODO|TBD|FIXME|XXX|coming soon|lorem ipsum)\b", re.IGNORECASE)


def test_contents_list_what_exists_and_nothing_else():
    listed = set(chapters.in_contents())
    existing = {f"book/{page.stem}" for page in PAGES}
    existing |= {f"notebooks/{path.stem}" for path in chapters.notebooks()}
    assert listed == existing


def test_all_thirteen_chapters_of_the_first_source_are_written():
    """Its contents promise 1 to 13; it stops after 3."""
    numbers = {re.match(r"\w+/(\d\d)", name) for name in chapters.in_contents()}
    assert {int(found[1]) for found in numbers if found} == set(range(1, 14))


@pytest.mark.parametrize("path", chapters.notebooks(), ids=lambda path: path.stem)
def test_chapter_leads_to_the_notation_and_on(path):
    cells = chapters.read(path)["cells"]
    texts = [chapters.source(x) for x in cells if x["cell_type"] == "markdown"]
    assert any("](../book/notation.md" in text for text in texts), "the symbols"
    assert re.search(r"\]\([\w./#-]+\.(ipynb|md)[)#]", texts[-1]), "where to go next"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_page_is_no_stub(page):
    text = page.read_text(encoding="utf8")
    assert len(text.split()) >= 60
    assert not OPEN.search(text)


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md"])
def test_relative_links_of_the_front_door(name):
    text = (chapters.ROOT / name).read_text(encoding="utf8")
    for target in re.findall(r"\]\(([^)\s]+)\)|src=\"([^\"]+)\"", text):
        path = (target[0] or target[1]).split("#")[0]
        if path and not re.match(r"https?:", path):
            assert (chapters.ROOT / path).exists(), path


def test_commands_named_in_the_readme_exist():
    makefile = (chapters.ROOT / "Makefile").read_text(encoding="utf8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.M))
    for name in ("README.md", "CONTRIBUTING.md"):
        text = (chapters.ROOT / name).read_text(encoding="utf8")
        named = set(re.findall(r"`make ([a-z-]+)", text))
        named |= set(re.findall(r"^make ([a-z-]+)", text, re.M))
        assert named <= targets, f"{name} names {named - targets}"


def test_binder_has_what_the_notebooks_need():
    """The first block of requirements.txt is the notebooks'; Binder gets the same."""
    block = (chapters.ROOT / "requirements.txt").read_text().split("# The notebooks")[1]
    needed = set(re.findall(r"^([\w-]+)>=", block.split("# The site")[0], re.M))
    given = (chapters.ROOT / ".binder" / "requirements.txt").read_text().splitlines()
    assert needed - {"numpy", "ipykernel"} == set(given) & needed
