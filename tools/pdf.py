"""Make one PDF of the book: the pages of the built site, one after the other, printed
by Chromium with an outline, tags, page numbers and working links.

The pages are taken as the site has them, so that formulas, claims and figures are those
that the tests check. Each page's ids get the page's name in front: many chapters have
`#exercises`, and one document must not have it twice.
"""

import contextlib
import dataclasses
import html
import pathlib
import posixpath
import re
import shutil
import sys
import tempfile
import time
import urllib.parse

import pypdf
import yaml
from bs4 import BeautifulSoup, Tag

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from tools import chapters, downloads

SITE = chapters.ROOT / "_build" / "html"
STYLE = pathlib.Path(__file__).with_name("pdf.css")
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
# What a reader of paper has no use for, and what only a script makes useful.
LEFT_OUT = (
    "script, style, form, button, a.headerlink, span.term-tip, .toctree-wrapper,"
    " .glossary-letters, svg.narrow, mjx-assistive-mml, .book-start, #take-it-along,"
    " .explorer, p.list-filter"
)
# Attributes that name an id, or several.
POINTERS = ("for", "headers", "aria-labelledby", "aria-describedby", "aria-controls")
ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X")
# Colours of code that paper keeps: comments, keywords, strings, what is defined. The
# outline needs a tagged file, and a tag for every coloured word would be most of it.
TOKEN = re.compile(r'<span class="([a-z][a-z0-9]{0,2})">([^<]*)</span>')
KEPT = re.compile(r"[cks]|n[cf]$")
PIECES = re.compile(r'<span class="s\w?">([^<]*)</span><span class="s\w?">')
LONG = 24  # lines of a code cell that may go on on the next page
COLUMN = 658  # pixels across A4 without its margins
SUBTITLE = "A tutorial book whose every claim is run"


@dataclasses.dataclass
class Place:
    """Where a document stands in the book."""

    document: str
    depth: int  # heading level of its title: 1 as for a part, 2 for a chapter, 3 below
    part: str | None  # the caption of the part that it opens
    number: str = ""

    @property
    def name(self) -> str:
        """What its ids begin with."""
        return pathlib.PurePosixPath(self.document).name


def contents() -> list[Place]:
    """Every document of _toc.yml in reading order, numbered as its file is; the pages
    of the last part have letters."""
    toc = yaml.safe_load((chapters.ROOT / "_toc.yml").read_text(encoding="utf8"))
    found = [Place(toc["root"], 1, None)]

    def walk(entries: list, depth: int, part: str | None) -> None:
        for entry in entries:
            found.append(Place(entry["file"], depth, part))
            part = None
            walk(entry.get("sections", []), depth + 1, None)

    for part in toc["parts"]:
        walk(part["chapters"], 2, part["caption"])
    letters = iter("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    for place in found[1:]:
        parts = re.match(r"(\d+)(?:_(\d+))?_", place.name)
        numbers = [str(int(x)) for x in parts.groups() if x] if parts else []
        place.number = ".".join(numbers) or next(letters)
    return found


def less_coloured(page: str) -> str:
    """A page without the colours that paper does not keep; strings in one piece."""
    page = page.replace("<span></span>", "")
    page = TOKEN.sub(lambda token: token[0] if KEPT.match(token[1]) else token[2], page)
    joined = True
    while joined:
        page, joined = PIECES.subn(r'<span class="s2">\1', page)
    return page


def article(place: Place, addresses: dict[str, str]) -> Tag:
    """A page's content, made fit for paper."""
    page = SITE / f"{place.document}.html"
    soup = BeautifulSoup(less_coloured(page.read_text(encoding="utf8")), "lxml")
    found = soup.select_one("article.bd-article")
    for one in found.select("mjx-container"):  # read aloud by what stands for it
        told = one.select_one("mjx-assistive-mml")
        one["role"], one["aria-label"] = "img", told.get_text(" ", strip=True)
    for one in found.select(LEFT_OUT):
        one.decompose()
    for one in found.select("noscript"):  # where a script would show something
        one.unwrap()
    for one in found.select("details"):
        one["open"] = ""
    for one in found.select("img"):
        one["src"] = urllib.parse.urljoin(page.as_uri(), one["src"])
        one.attrs.pop("loading", None)
    for one in found.select("div.cell_input"):  # a short one stays in one piece
        if one.get_text().count("\n") > LONG:
            one["class"].append("long")
    for one in found.select("[tabindex]"):
        del one["tabindex"]
    own_ids(found, place.name)
    for one in found.select("a[href]"):
        one["href"] = lead(one["href"], place, addresses)
        if not one["href"]:
            one.name = "span"
            del one["href"]
    titles(found, place)
    found.name, found["id"] = "section", place.name
    return found


def own_ids(found: Tag, name: str) -> None:
    """Put the page's name before every id, and where an id is named."""
    for one in found.find_all(True):
        if one.get("id"):
            one["id"] = f"{name}--{one['id']}"
        for pointer in POINTERS:
            if one.get(pointer):
                ids = one[pointer]
                ids = ids if isinstance(ids, list) else ids.split()
                one[pointer] = " ".join(f"{name}--{x}" for x in ids)
        for key in ("fill", "stroke", "marker-end", "marker-start", "clip-path"):
            if one.get(key, "").startswith("url(#"):
                one[key] = one[key].replace("url(#", f"url(#{name}--")
    for one in found.select("use[href^='#']"):
        one["href"] = f"#{name}--{one['href'][1:]}"


def lead(href: str, place: Place, addresses: dict[str, str]) -> str:
    """A link's address in the book; a file of the site is reached on the web, where it
    is known to be there, else not at all."""
    parts = urllib.parse.urlparse(href)
    if parts.scheme:
        return href
    folder = posixpath.dirname(place.document)
    path = posixpath.normpath(posixpath.join(folder, parts.path)) if parts.path else ""
    document = path.removesuffix(".html") if path else place.document
    if document in addresses:
        anchor = urllib.parse.unquote(parts.fragment)
        name = addresses[document]
        return f"#{name}--{anchor}" if anchor else f"#{name}"
    home = downloads.home()
    return f"{home}{path}" if home and path else ""


def titles(found: Tag, place: Place) -> None:
    """Number title and sections; move headings to their level in the whole book."""
    count = 0
    for one in found.find_all(re.compile("^h[1-6]$")):
        level = int(one.name[1])
        number = place.number if level == 1 else ""
        if level == 2 and place.number:
            count += 1
            number = f"{place.number}.{count}"
        one.name = f"h{min(6, level + place.depth - 1)}"
        one["class"] = [*one.get("class", []), f"was-h{level}"]
        if number:
            span = BeautifulSoup(f'<span class="number">{number} </span>', "lxml").span
            one.insert(0, span)
        if level == 1 and not place.number:
            one.string = "About this book"


def heading(found: Tag) -> str:
    """A chapter's title with its number."""
    return " ".join(found.select_one(".was-h1").get_text().split())


def front(config: dict, book: list[tuple[Place, Tag]]) -> str:
    """Title page and table of contents; page numbers are filled in later."""
    rows, part = [], 0
    for place, found in book:
        if place.part:
            rows.append(f'<p class="toc-part">{ROMAN[part]} {place.part}</p>')
            part += 1
        title = html.escape(heading(found))
        rows.append(
            f'<p class="toc-{place.depth}"><a href="#{place.name}">'
            f'<span class="toc-title">{title}</span><span class="toc-dots"></span>'
            f'<span class="toc-page" data-to="{place.name}"></span></a></p>'
        )
    home = downloads.home()
    link = f'<p><a href="{home}">{home}</a></p>' if home else ""
    logo = (chapters.ROOT / config["logo"]).read_text(encoding="utf8")
    return f"""<section class="title-page">{logo}
<p class="book-title">{html.escape(config["title"])}</p>
<p class="book-subtitle">{SUBTITLE}</p>
<p>{html.escape(config["author"].capitalize())}</p>
{link}<p class="small">© {html.escape(str(config["copyright"]))}</p></section>
<section class="book-contents"><h1>Contents</h1>{"".join(rows)}</section>"""


def running_head(place: Place, title: str) -> str:
    """Style rules: every chapter has its name at the top of its pages."""
    text = title.replace("\\", "\\\\").replace('"', '\\"')
    page = f"c-{place.name}"
    return (
        f"#{page_escape(place.name)}{{page:{page}}}"
        f'@page {page}{{@top-left{{content:"{text}"}}}}'
    )


def page_escape(name: str) -> str:
    """An id as a style sheet writes it when it begins with a digit."""
    return f"\\3{name[0]} {name[1:]}" if name[0].isdigit() else name


def whole(places: list[Place]) -> str:
    """The documents as one HTML document."""
    config = yaml.safe_load((chapters.ROOT / "_config.yml").read_text(encoding="utf8"))
    addresses = {place.document: place.name for place in contents()}
    book = [(place, article(place, addresses)) for place in places]
    index = SITE / "book" / "index.html"
    soup = BeautifulSoup(index.read_text(encoding="utf8"), "lxml")
    sheets = [x["href"] for x in soup.select("link[rel=stylesheet]")]
    links = "".join(
        f'<link rel="stylesheet" href="{urllib.parse.urljoin(index.as_uri(), x)}">'
        for x in sheets
    )
    rules = "".join(running_head(place, heading(found)) for place, found in book)
    body, part = [front(config, book)], 0
    for place, found in book:
        if place.part:
            body.append(
                f'<section class="part"><h1><span class="number">{ROMAN[part]} </span>'
                f"{place.part}</h1></section>"
            )
            part += 1
        body.append(str(found))
    return (
        '<!DOCTYPE html><html lang="en" data-theme="light" data-mode="light"><head>'
        f'<meta charset="utf-8"><title>{html.escape(config["title"])}</title>{links}'
        f"<style>{STYLE.read_text(encoding='utf8')}{rules}</style></head>"
        f'<body><main class="bd-article book">{"".join(body)}</main></body></html>'
    )


def browser() -> str:
    """The path of a Chromium; ChapterError where there is none."""
    if found := next(filter(None, map(shutil.which, BROWSERS)), None):
        return found
    raise chapters.ChapterError(
        "`make pdf` prints with Chromium, and none is installed "
        "(Debian and Ubuntu: apt install chromium)"
    )


@contextlib.contextmanager
def opened(page: pathlib.Path):
    """A page of paper's width in a browser of its own, seen as a printer sees it."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as profile:
        chromium = playwright.chromium.launch(
            executable_path=browser(),
            args=["--disable-gpu", "--no-first-run", "--disable-background-networking"],
            chromium_sandbox=False,
            env={"HOME": profile},
        )
        size = {"width": COLUMN, "height": 970}
        tab = chromium.new_page(viewport=size)
        tab.set_default_timeout(300_000)
        tab.emulate_media(media="print", color_scheme="light")
        tab.goto(page.as_uri(), wait_until="load")
        # Letters of another font are wider: measure and print when all fonts are there.
        tab.evaluate("document.fonts.ready.then(() => document.fonts.status)")
        yield tab
        chromium.close()


def too_wide(tab) -> list[str]:
    """What would be cut at the edge of the paper, or inside its box."""
    return tab.evaluate(
        """() => [...document.querySelectorAll('main *')].filter(e => {
            if (!e.offsetParent) return false;
            const out = e.getBoundingClientRect().right > document.body.clientWidth + 1;
            const cut = e.matches('pre, table, div.math, .output')
                && e.scrollWidth > e.clientWidth + 1;
            return out && !e.closest('svg, mjx-container') || cut;
        }).map(e => e.closest('main > section').id + ' ' + e.outerHTML.slice(0, 99))"""
    )


def print_to(tab, path: pathlib.Path) -> None:
    """Print what the tab shows."""
    tab.pdf(
        path=path,
        outline=True,
        tagged=True,
        prefer_css_page_size=True,
        print_background=True,
    )


def page_numbers(reader: pypdf.PdfReader, names: list[str]) -> dict[str, int]:
    """On which page each document begins."""
    known = reader.named_destinations
    return {
        name: 1 + reader.get_destination_page_number(known[f"/{name}"])
        for name in names
    }


def number_contents(tab, writer: pypdf.PdfWriter, folder: pathlib.Path) -> None:
    """Put page numbers into the table of contents, now that they are known: print
    nothing but the numbers, in their places, and lay that over the pages."""
    places = [place.name for place in contents()]
    numbers = page_numbers(pypdf.PdfReader(folder / "plain.pdf"), places)
    tab.evaluate(
        """numbers => {
            for (const e of document.querySelectorAll('.toc-page'))
                e.textContent = numbers[e.dataset.to];
            for (const e of document.querySelectorAll(
                'main > section:not(.title-page, .book-contents)')) e.remove();
            const style = document.createElement('style');
            style.textContent = `html, body { background: none !important }
                main *, main *::before { visibility: hidden }
                main .toc-page { visibility: visible }
                @page { @bottom-center { content: none } }`;
            document.head.append(style);
        }""",
        numbers,
    )
    print_to(tab, folder / "numbers.pdf")
    for number, page in enumerate(pypdf.PdfReader(folder / "numbers.pdf").pages):
        writer.pages[number].merge_page(page)


def make(target: pathlib.Path) -> tuple[int, float]:
    """Write the PDF; return pages and megabytes."""
    config = yaml.safe_load((chapters.ROOT / "_config.yml").read_text(encoding="utf8"))
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        page = folder / "book.html"
        page.write_text(whole(contents()), encoding="utf8")
        with opened(page) as tab:
            if cut := too_wide(tab):
                raise chapters.ChapterError("too wide for paper: " + "\n  ".join(cut))
            print_to(tab, folder / "plain.pdf")
            writer = pypdf.PdfWriter(folder / "plain.pdf", incremental=True)
            number_contents(tab, writer, folder)
        writer.add_metadata(
            {
                "/Title": config["title"],
                "/Author": config["author"],
                "/Subject": SUBTITLE,
                "/Keywords": "RNN, LSTM, GRU, attention, TensorFlow, Keras",
            }
        )
        writer.page_mode = "/UseOutlines"
        target.parent.mkdir(parents=True, exist_ok=True)
        writer.write(folder / "done.pdf")
        shutil.move(folder / "done.pdf", target)
        return len(writer.pages), target.stat().st_size / 1e6


def main() -> int:
    """Make the PDF unless that of these very sources is there; offer it on the site."""
    start = time.perf_counter()
    try:
        browser()
        if not downloads.fresh_pdf():
            downloads.STAMP.unlink(missing_ok=True)
            pages, size = make(downloads.PDF)
            downloads.STAMP.write_text(downloads.digest())
            seconds = time.perf_counter() - start
            print(f"book: {pages} pages, {size:.0f} MB, in {seconds:.0f} s")
    except chapters.ChapterError as error:
        print(f"book: {error}", file=sys.stderr)
        return 2
    downloads.offer()
    print(f"book: {downloads.PDF.as_uri()}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
