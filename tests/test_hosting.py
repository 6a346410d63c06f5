"""Links to the host: right where it is known, absent where it is not."""

import os
import re
import subprocess
import sys
from xml.etree import ElementTree

import pytest
from PIL import Image

from tools import chapters

sys.path.insert(0, str(chapters.ROOT / "book" / "_ext"))
import hosting

HOME = "https://owner.github.io/name/"


@pytest.mark.parametrize(
    ("remote", "name"),
    [
        ("https://github.com/someone/a-book.git", "someone/a-book"),
        ("https://github.com/someone/a-book", "someone/a-book"),
        ("git@github.com:some.one/a_book.git", "some.one/a_book"),
        ("ssh://git@github.com/someone/a-book.git/", "someone/a-book"),
        ("https://gitlab.com/someone/a-book.git", None),
        ("https://notgithub.com/someone/a-book", None),
        ("/srv/git/a-book.git", None),
        ("", None),
    ],
)
def test_repository_is_read_off_the_remote(monkeypatch, remote, name):
    monkeypatch.delenv("GITHUB_REPOSITORY", raising=False)
    monkeypatch.setattr(hosting, "git", lambda *arguments: remote)
    assert hosting.repository() == name


def test_repository_set_by_the_host_comes_first(monkeypatch):
    monkeypatch.setenv("GITHUB_REPOSITORY", "owner/name")
    assert hosting.repository() == "owner/name"


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("someone/a-book", "https://someone.github.io/a-book/"),
        ("SomeOne/someone.github.io", "https://someone.github.io/"),
    ],
)
def test_the_address_of_the_site(monkeypatch, name, address):
    monkeypatch.setenv("GITHUB_REPOSITORY", name)
    assert hosting.home() == address


def test_no_address_where_the_host_is_unknown(monkeypatch):
    monkeypatch.delenv("GITHUB_REPOSITORY", raising=False)
    monkeypatch.setattr(hosting, "git", lambda *arguments: "")
    assert hosting.home() is None


@pytest.fixture(scope="module")
def hosted(tmp_path_factory):
    """A whole build, as CI makes it for Pages, with warnings as errors."""
    folder = tmp_path_factory.mktemp("hosted")
    command = [os.path.join(os.path.dirname(sys.executable), "jupyter-book")]
    command += ["build", ".", "-W", "-n", "--keep-going", "--path-output", folder]
    done = subprocess.run(
        command,
        cwd=chapters.ROOT,
        env={**os.environ, "GITHUB_REPOSITORY": "Owner/name"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return folder / "_build" / "html"


def test_a_hosted_build_links_to_its_own_repository(hosted):
    file = "notebooks/02_sequence_data"
    html = (hosted / f"{file}.html").read_text(encoding="utf8")
    for link in (
        f"https://colab.research.google.com/github/Owner/name/blob/main/{file}.ipynb",
        f"https://mybinder.org/v2/gh/Owner/name/main?urlpath=lab/tree/{file}.ipynb",
        f"https://github.com/Owner/name/edit/main/{file}.ipynb",
        "https://github.com/Owner/name/issues/new?",
    ):
        assert link in html, link


def test_a_hosted_page_has_a_card(hosted):
    """A picture of its own at an absolute address, small, and of the usual size."""
    pictures = set()
    for document in chapters.in_contents():
        html = (hosted / f"{document}.html").read_text(encoding="utf8")
        address = f"{HOME}{document}.html"
        assert f'<meta property="og:url" content="{address}"/>' in html
        assert f'<link rel="canonical" href="{address}"' in html
        (picture,) = re.findall(r'property="og:image" content="([^"]+)"', html)
        assert picture.startswith(HOME)
        pictures.add(hosted / picture.removeprefix(HOME))
    assert len(pictures) == len(chapters.in_contents())
    for picture in pictures:
        assert picture.stat().st_size < 100_000
        with Image.open(picture) as image:
            assert image.size == (1200, 630) and image.format == "PNG"
            assert len(image.getcolors()) > 8, "words are drawn"


def test_a_hosted_site_has_a_map(hosted):
    spaces = {"m": "http://www.sitemaps.org/schemas/sitemap/0.9"}
    found = ElementTree.parse(hosted / "sitemap.xml").findall("m:url/m:loc", spaces)
    addresses = [one.text for one in found]
    assert addresses == [f"{HOME}{x}.html" for x in chapters.in_contents()]
    for address in addresses:
        assert (hosted / address.removeprefix(HOME)).is_file()
    robots = (hosted / "robots.txt").read_text(encoding="utf8")
    assert f"Sitemap: {HOME}sitemap.xml" in robots.splitlines()


def test_a_hosted_site_finds_itself_from_a_wrong_address(hosted):
    html = (hosted / "404.html").read_text(encoding="utf8")
    head = html[: html.index("stylesheet")]
    assert '<base href="/name/"/>' in head, "before anything that it changes"
