"""The book as one PDF: complete, in order, linked throughout, and nothing cut.

Needs the PDF of the present sources (`make pdf`); without it these tests are skipped by
name, and where REQUIRE_BROWSER is set, as in CI, that is a failure instead.
"""

import concurrent.futures
import functools
import re
import subprocess
import sys
import unicodedata

import pypdf
import pytest
import yaml
from browsing import do_without

from tools import chapters, downloads, pdf

BOOK = pdf.contents()


@pytest.fixture(scope="module")
def book():
    """The PDF, opened."""
    if not downloads.fresh_pdf():
        do_without("no PDF of these sources: run `make pdf`")
    return pypdf.PdfReader(downloads.PDF)


@pytest.fixture(scope="module")
def text(book):
    """A function that reads a page's text, once."""
    return functools.cache(lambda number: book.pages[number].extract_text())


@pytest.fixture(scope="module")
def some():
    """Some chapters of each kind, as the HTML that is printed."""
    if not (pdf.SITE / "index.html").is_file():
        do_without("no site built: run `make book`")
    names = ("index", "04_related_work", "06_3_lstm", "11_3_summarisation", "errata")
    return pdf.whole([place for place in BOOK if place.name in names])


def start(book, name: str) -> int:
    """The number, from 0, of the page on which a document begins."""
    return book.get_destination_page_number(book.named_destinations[f"/{name}"])


def plain(text: str) -> str:
    """Text without the spaces, line ends and ligatures that paper has."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))


def walk(entries, depth=1):
    """Every outline entry as (depth, entry)."""
    for entry in entries:
        if isinstance(entry, list):
            yield from walk(entry, depth + 1)
        else:
            yield depth, entry


def title(place: pdf.Place) -> str:
    """A chapter's own title, without markup."""
    path = chapters.ROOT / place.document
    if path.with_suffix(".ipynb").is_file():
        found = chapters.title(chapters.read(path.with_suffix(".ipynb")))
    else:
        text = path.with_suffix(".md").read_text(encoding="utf8")
        found = re.search(r"^# (.+)$", text, re.MULTILINE)[1]
    return found.replace("`", "") if place.number else "About this book"


def test_outline_is_the_table_of_contents(book):
    """Parts, chapters and what is below a chapter, in order and at their depth."""
    wanted, part = [(1, "Contents")], 0
    for place in BOOK:
        if place.part:
            wanted.append((1, f"{pdf.ROMAN[part]} {place.part}"))
            part += 1
        wanted.append((place.depth, f"{place.number} {title(place)}".strip()))
    known = {plain(text) for _, text in wanted}
    found = [(n, plain(e.title)) for n, e in walk(book.outline)]
    assert [x for x in found if x[1] in known] == [(n, plain(t)) for n, t in wanted]
    assert len(found) > 6 * len(BOOK), "sections are in the outline too"


def test_outline_leads_forward_through_the_book(book):
    pages = [book.get_destination_page_number(e) for _, e in walk(book.outline)]
    assert pages == sorted(pages)
    assert len(book.pages) - 12 < pages[-1] < len(book.pages)


def test_contents_tell_the_pages(book, text):
    """The number beside a chapter is that of the page on which its title stands."""
    pages = [start(book, place.name) for place in BOOK]
    rows, numbers = "", []
    for number in range(1, pages[0]):
        rows += plain(text(number))
        lines = text(number).splitlines()
        shown = [int(line) for line in lines if line.strip().isdigit()]
        shown.remove(number + 1)  # at the foot
        numbers += shown
    assert numbers == [number + 1 for number in pages]
    for place, number in zip(BOOK, pages, strict=True):
        heading = plain(f"{place.number}{title(place)}")
        assert heading in rows and heading in plain(text(number))
        assert str(number + 1) in text(number).split(), "the foot of the page"


def links(book):
    """Every link as (page, action or destination)."""
    for number, page in enumerate(book.pages):
        for reference in page.get("/Annots", []):
            note = reference.get_object()
            if note["/Subtype"] == "/Link":
                yield number, note


def test_every_internal_link_has_a_destination(book):
    known, inside, outside = book.named_destinations, 0, set()
    for number, note in links(book):
        if "/Dest" in note:
            inside += 1
            assert str(note["/Dest"]) in known, (number, note["/Dest"])
        else:
            address = note["/A"]["/URI"]
            assert re.match(r"https?://|mailto:", address), (number, address)
            outside.add(address)
    assert inside > 2000
    assert len(outside) > 60, "papers are linked"


def test_every_link_of_the_site_is_kept():
    """Links between pages became links within the book; only those of a picture to its
    own file are gone."""
    if not (pdf.SITE / "index.html").is_file():
        do_without("no site built: run `make book`")
    addresses = {place.document: place.name for place in BOOK}
    place = next(one for one in BOOK if one.name == "06_3_lstm")
    text = (pdf.SITE / f"{place.document}.html").read_text(encoding="utf8")
    page = pdf.BeautifulSoup(text, "lxml").select_one("article")
    for one in page.select(pdf.LEFT_OUT):
        one.decompose()
    wanted = [x["href"] for x in page.select("a[href]:not(.image-reference)")]
    found = [x["href"] for x in pdf.article(place, addresses).select("a[href]")]
    assert len(found) == len(wanted) > 40
    assert all(x.startswith(("#", "http")) for x in found)


def test_every_figure_is_there(book):
    """Pictures are counted page by page; a notebook's PNG outputs give the number."""
    wanted = 0
    for place in BOOK:
        path = chapters.ROOT / f"{place.document}.ipynb"
        for cell in chapters.read(path)["cells"] if path.is_file() else []:
            outputs = cell.get("outputs", [])
            wanted += sum("image/png" in x.get("data", {}) for x in outputs)
    found = 0
    for page in book.pages:
        objects = page["/Resources"].get("/XObject", {})
        kinds = (one.get_object()["/Subtype"] for one in objects.values())
        found += sum(kind == "/Image" for kind in kinds)
    assert found >= wanted > 100


@pytest.mark.parametrize("name", ["06_3_lstm", "11_3_summarisation"])
def test_code_is_there_to_its_last_line(book, text, name):
    """First and last line of every cell of a chapter, solutions among them."""
    place = next(n for n, one in enumerate(BOOK) if one.name == name)
    pages = range(start(book, name), start(book, BOOK[place + 1].name))
    everything = plain("".join(text(number) for number in pages))
    notebook = chapters.read(chapters.NOTEBOOKS / f"{name}.ipynb")
    cells = [x for x in notebook["cells"] if x["cell_type"] == "code"]
    assert any("solution" in chapters.tags(cell) for cell in cells)
    for cell in cells:
        lines = chapters.source(cell).strip().splitlines()
        for line in (lines[0], lines[-1]):
            assert plain(line) in everything, f"{cell['id']}: {line}"


def test_metadata_say_what_it_is(book):
    config = yaml.safe_load((chapters.ROOT / "_config.yml").read_text(encoding="utf8"))
    assert book.metadata.title == config["title"]
    assert book.metadata.author == config["author"]
    root = book.trailer["/Root"]
    assert root["/PageMode"] == "/UseOutlines"
    assert root["/MarkInfo"]["/Marked"] and root["/Lang"] == "en"


def test_size(book):
    size = downloads.PDF.stat().st_size / 1e6
    print(f"{len(book.pages)} pages, {size:.0f} MB")
    assert 300 < len(book.pages) < 1500
    assert size < 60


def test_pages_are_a4_and_begin_with_the_title(book, text):
    assert {tuple(map(round, page.mediabox[2:])) for page in book.pages} == {(595, 842)}
    assert plain(text(0)).startswith("RecurrentNeuralNetworksinTensorFlow")


def test_nothing_is_cut_at_the_edge(some, tmp_path):
    """Measured in the browser, as it lays out a printed page; `make pdf` measures all
    chapters in the same way."""
    try:
        pdf.browser()
    except chapters.ChapterError as error:
        do_without(str(error))
    page = tmp_path / "book.html"
    page.write_text(some, encoding="utf8")
    # In a thread of its own: another test's browser may be running in this one.
    with concurrent.futures.ThreadPoolExecutor(1) as apart:
        cut, closed, seen = apart.submit(measured, page).result()
    assert cut == []
    assert closed == 0, "a fold is closed"
    assert len(seen) > 0, "the measurement sees what is too wide"


def measured(page) -> tuple[list[str], int, list[str]]:
    """What is too wide, how many folds are closed, what is seen of a line too wide."""
    with pdf.opened(page) as tab:
        cut = pdf.too_wide(tab)
        closed = tab.evaluate(
            """[...document.querySelectorAll('details')].filter(fold =>
                ![...fold.children].some(part => part.localName !== 'summary'
                    && part.checkVisibility())).length"""
        )
        tab.evaluate("document.querySelector('pre').style.minWidth = '2000px'")
        return cut, closed, pdf.too_wide(tab)


def test_no_browser_is_said_in_one_line(tmp_path):
    done = subprocess.run(
        [sys.executable, chapters.ROOT / "tools" / "pdf.py"],
        env={"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1 and "none is installed" in done.stderr


def test_ids_are_unique_in_the_whole_book(some):
    ids = re.findall(r'<[a-z][^>]* id="([^"]+)"', some)
    assert len(ids) > 200
    assert sorted(ids) == sorted(set(ids))
