"""What pages say of themselves elsewhere, icons, and the page for a wrong address."""

import functools
import http.server
import io
import re
import sys
import threading

import pytest
from browsing import SITE, Quiet, do_without, look
from PIL import Image, ImageChops, ImageStat

from tools import chapters

sys.path.insert(0, str(chapters.ROOT / "book" / "_ext"))
import hosting

META = re.compile(r'<meta (?:property|name)="([^"]+)" content="([^"]*)"')


def read(name: str) -> str:
    """A page of the built site."""
    if not (SITE / name).is_file():
        do_without("no site built: run `make book`")
    return (SITE / name).read_text(encoding="utf8")


@pytest.mark.parametrize("document", chapters.in_contents())
def test_a_shared_link_has_title_and_description(document):
    found = dict(META.findall(read(f"{document}.html")))
    assert found["og:title"] and "<" not in found["og:title"]
    assert 40 < len(found["description"]) < 300
    assert found["og:description"] == found["description"]
    assert found["twitter:card"] == "summary_large_image"


def test_descriptions_differ():
    told = [
        dict(META.findall(read(f"{document}.html")))["description"]
        for document in chapters.in_contents()
    ]
    assert len(set(told)) == len(told)


def test_no_address_is_made_up():
    """Where the host is unknown nothing claims to know it."""
    if hosting.home():
        pytest.skip("the host is known here; test_hosting.py looks at that")
    html = read("book/index.html")
    assert "og:image" not in html and "og:url" not in html and "canonical" not in html
    assert not (SITE / "sitemap.xml").exists()


@pytest.mark.parametrize("size", [32, 180])
def test_icons_show_the_logo(browser, size):
    """The PNGs are what a browser makes of logo.svg."""
    folder = chapters.ROOT / "book" / "_static"
    assert f"_static/icon-{size}.png" in read("notebooks/06_3_lstm.html")
    tab = browser.new_page(viewport={"width": size, "height": size})
    logo = (folder / "logo.svg").read_text(encoding="utf8")
    style = f"*{{margin:0}}svg{{display:block;width:{size}px;height:{size}px}}"
    style += "body{background:#0b3954}"  # a phone cuts its own corners
    tab.set_content(f"<style>{style}</style>{logo}")
    wanted = Image.open(io.BytesIO(tab.screenshot())).convert("RGB")
    tab.close()
    with Image.open(folder / f"icon-{size}.png") as icon:
        ground = Image.new("RGBA", icon.size, "#0b3954")
        ground.alpha_composite(icon.convert("RGBA"))
    apart = ImageStat.Stat(ImageChops.difference(wanted, ground.convert("RGB")))
    assert max(apart.mean) < 4


class Lost(Quiet):
    """Answers as a host of static pages does: 404.html for what is not there."""

    def send_error(self, code, *arguments):
        """The page instead of a line of text."""
        content = (SITE / "404.html").read_bytes()
        self.send_response(code)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


@pytest.fixture(scope="module")
def host():
    """The site on such a host."""
    read("404.html")
    if hosting.home():
        pytest.skip("built for another address; test_hosting.py looks at that")
    handler = functools.partial(Lost, directory=str(SITE))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.mark.parametrize(
    "path", ["nowhere.html", "book/nowhere.html", "notebooks/deep/er/no.html?x=1#y"]
)
def test_a_wrong_address_leads_on(context, host, path):
    """At any depth: in the book's dress, with contents and search that work."""
    tab = context.new_page()
    tab.book = []
    tab.on("response", lambda x: tab.book.append(x.url) if x.status >= 400 else None)
    look(tab)
    tab.goto(host + path)
    assert "no page" in tab.locator("article h1").inner_text()
    assert tab.book == [host + path.partition("#")[0]], "nothing else is missing"
    assert tab.locator(".bd-sidebar-primary").is_visible()
    assert tab.evaluate("document.styleSheets.length") > 5
    tab.locator("article a", has_text="beginning").click()
    tab.wait_for_url(f"{host}book/index.html")
    tab.goto(host + path)
    tab.locator(".bd-sidebar-primary .search-button-field").first.click()
    box = tab.locator("#pst-search-dialog input[type=search]")
    box.fill("peephole")
    box.press("Enter")
    tab.wait_for_url(lambda url: url == f"{host}search.html?q=peephole")
    tab.close()
