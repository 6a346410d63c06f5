"""What a reader takes along: complete archives, an honest landing page, and a copy of
the site that works from disk.
"""

import io
import json
import re
import zipfile

import pypdf
import pytest
from browsing import SITE, do_without, look
from links import Links, dead_links

from tools import chapters, downloads

SLOT = "<!-- downloads -->empty<!-- /downloads -->"


@pytest.fixture
def site(tmp_path, monkeypatch):
    """A site of three files, and no PDF."""
    monkeypatch.setattr(downloads, "SITE", tmp_path / "html")
    monkeypatch.setattr(downloads, "PDF", tmp_path / "pdf" / downloads.PDF.name)
    monkeypatch.setattr(downloads, "STAMP", tmp_path / "pdf" / "sources")
    folder = tmp_path / "html" / "book"
    folder.mkdir(parents=True)
    (folder / "index.html").write_text(f"<p>before</p>{SLOT}<p>after</p>")
    (tmp_path / "html" / "index.html").write_text("<p>to the book</p>")
    (tmp_path / "html" / "picture.png").write_bytes(b"\x89PNG")
    return tmp_path / "html"


def landing(site) -> str:
    """The landing page as it is now."""
    return (site / "book" / "index.html").read_text()


def print_pdf() -> None:
    """A PDF of one page, marked as of the present sources."""
    downloads.PDF.parent.mkdir(exist_ok=True)
    writer = pypdf.PdfWriter()
    writer.add_blank_page(100, 100)
    writer.write(downloads.PDF)
    downloads.STAMP.write_text(downloads.digest())


def hrefs(page: str) -> list[str]:
    """Where a page's links lead."""
    return re.findall(r'href="([^"]+)"', page)


def test_what_is_there_is_offered_with_its_size(site):
    print_pdf()
    downloads.offer()
    page = landing(site)
    assert page.startswith("<p>before</p>") and page.endswith("<p>after</p>")
    assert len(hrefs(page)) == 3 and "make pdf" not in page
    for link in hrefs(page):
        file = site / "book" / link
        assert file.is_file()
        assert f"{file.stat().st_size / 1e6:.1f} MB" in page


def test_without_a_pdf_the_page_tells_how_to_make_one(site):
    downloads.offer()
    assert len(hrefs(landing(site))) == 2
    assert "<code>make pdf</code>" in landing(site)


def test_a_pdf_of_other_sources_is_not_offered(site):
    print_pdf()
    downloads.offer()
    assert (site / downloads.SHELF / downloads.PDF.name).is_file()
    downloads.STAMP.write_text("of last year")
    downloads.offer()
    assert not (site / downloads.SHELF / downloads.PDF.name).exists()
    assert "<code>make pdf</code>" in landing(site)


def test_an_archive_is_written_only_when_its_files_change(site):
    downloads.offer()
    path = site / downloads.SHELF / f"{downloads.NAME}-site.zip"
    first, when = path.read_bytes(), path.stat().st_mtime_ns
    downloads.offer()
    assert path.stat().st_mtime_ns == when
    path.unlink()
    downloads.offer()
    assert path.read_bytes() == first, "the same files, the same bytes"
    (site / "picture.png").write_bytes(b"\x89PNG other")
    downloads.offer()
    assert path.read_bytes() != first


def test_the_copy_leaves_the_downloads_out_and_says_so(site):
    print_pdf()
    downloads.offer()
    path = site / downloads.SHELF / f"{downloads.NAME}-site.zip"
    with zipfile.ZipFile(path) as copy:
        names = copy.namelist()
        page = copy.read(f"{path.stem}/book/index.html").decode()
    assert names == [f"{path.stem}/{x}" for x in sorted(downloads.copy_of_the_site())]
    assert not any(downloads.SHELF in name for name in names)
    assert "opens from disk" in page and downloads.SHELF not in "".join(hrefs(page))


# --- what the built site offers


@pytest.fixture(scope="module")
def shelf():
    """The downloads of the built site."""
    if not (SITE / downloads.SHELF).is_dir():
        do_without("no site built: run `make book`")
    return SITE / downloads.SHELF


def test_all_notebooks_are_in_one_file(shelf):
    with zipfile.ZipFile(shelf / f"{downloads.NAME}-notebooks.zip") as archive:
        assert archive.testzip() is None
        found = {
            name.partition("/")[2]: archive.read(name) for name in archive.namelist()
        }
    wanted = [
        f"{x}.ipynb" for x in chapters.in_contents() if x.startswith("notebooks/")
    ]
    assert sorted(x for x in found if x.endswith(".ipynb")) == sorted(wanted)
    for name in wanted:
        assert found[name] == (chapters.ROOT / name).read_bytes()
        assert json.loads(found[name])["cells"]
    assert {"LICENSE", "requirements.txt"} < set(found)


@pytest.fixture(scope="module")
def copy(shelf, tmp_path_factory):
    """The site's copy, unpacked."""
    folder = tmp_path_factory.mktemp("disk")
    content = (shelf / f"{downloads.NAME}-site.zip").read_bytes()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        archive.extractall(folder)
    return folder / f"{downloads.NAME}-site"


def test_no_dead_link_in_the_copy(copy):
    pages = {page: Links(page) for page in copy.rglob("*.html")}
    assert len(pages) >= len(chapters.in_contents())
    assert dead_links(pages) == []


@pytest.fixture
def disk(context, copy):
    """A tab that looks at the copy, and notes what it could not get."""
    tab = context.new_page()
    tab.book = {"outside": [], "broken": []}

    def note(request):
        if not request.url.startswith(("file:", "data:", "blob:")):
            tab.book["outside"].append(request.url)

    tab.on("request", note)
    tab.on("requestfailed", lambda x: tab.book["broken"].append(x.url))
    tab.on("pageerror", lambda error: tab.book["broken"].append(str(error)))
    look(tab)
    tab.goto((copy / "index.html").as_uri())
    tab.wait_for_url("**/book/index.html")
    yield tab
    assert tab.book == {"outside": [], "broken": []}
    tab.close()


def test_the_copy_reads_from_disk(disk):
    """From the first page by the contents to a chapter: styles, fonts, figures."""
    disk.locator("nav.bd-links a", has_text="Encoder and decoder").first.click()
    disk.wait_for_url("**/notebooks/07_encoder_decoder.html")
    disk.evaluate("document.querySelectorAll('img').forEach(i => i.loading = 'eager')")
    disk.wait_for_function(
        "[...document.images].every(i => i.complete && i.naturalWidth > 0)"
    )
    disk.evaluate("document.fonts.ready")
    fonts = disk.evaluate(
        "[...document.fonts].filter(f => f.status === 'loaded').map(f => f.family)"
    )
    assert any("MJX" in name for name in fonts), fonts
    assert any("Awesome" in name for name in fonts), fonts
    assert disk.evaluate("document.styleSheets.length") > 5
    assert disk.evaluate("[...document.fonts].every(f => f.status !== 'error')")


def test_search_works_from_disk(disk):
    field = disk.locator(".bd-sidebar-primary .search-button-field")
    field.first.click()
    box = disk.locator("#pst-search-dialog input[type=search]")
    box.fill("forget gate")
    box.press("Enter")
    disk.wait_for_url(lambda url: url.endswith("/search.html?q=forget+gate"))
    disk.locator("#search-results li a").first.wait_for()
    disk.locator("#search-results li a").first.click()
    disk.wait_for_url(re.compile(r"file://.*/(book|notebooks)/.*"))
    assert disk.locator("article h1").count() == 1
