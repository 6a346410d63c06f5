"""What a page says of itself elsewhere: title, description and a picture where a link
to it is shared, a map of the site for search engines, the page for a wrong address.

A picture's or a page's address must be absolute, so it is there only where the host is
known (hosting.py); so are sitemap.xml and robots.txt.
"""

import hashlib
import html
import pathlib
import sys
import textwrap
import urllib.parse
import xml.sax.saxutils

from docutils import nodes

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2]))
import hosting

from tools import chapters

CARDS = "_static/cards"
ICONS = pathlib.Path(__file__).resolve().parents[1] / "_static"
SIZE = (1200, 630)
LENGTH = 200  # of a description, in characters
LOST = "404"

# Where the host is unknown, a wrong address still tells where the book begins; where it
# tells nothing, and where no script runs, that is the host's root.
FIND_ROOT = """<base href="/"/>
<script>{
  const path = location.pathname;
  const known = path.match(/^(.*\\/)(?:book|notebooks|downloads)\\//);
  document.querySelector("base").href = known ? known[1] : path.replace(/[^/]*$/, "");
}</script>"""
LOST_BODY = """<section id="not-found"><h1>There is no page at this address</h1>
<p>It may have been renamed, or the address has a slip in it. The search looks through
the whole book, and the contents beside it list every chapter.</p>
<ul><li><a href="book/index.html">The beginning, with a map of all chapters</a></li>
<li><a href="book/glossary.html">Glossary</a>, <a href="book/faq.html">questions and
answers</a>, <a href="genindex.html">index</a></li></ul></section>"""


def description(doctree: nodes.document) -> str:
    """The question that a chapter opens with, or a page's first paragraph."""
    quotes = [x for one in doctree.findall(nodes.block_quote) for x in one.children]
    for paragraph in [*quotes, *doctree.findall(nodes.paragraph)]:
        words = " ".join(paragraph.astext().split())
        if isinstance(paragraph, nodes.paragraph) and len(words) > 40:
            return textwrap.shorten(words, LENGTH, placeholder=" …")
    return ""


def tags(found: dict[str, str]) -> str:
    """Meta elements; those of Open Graph are named by `property`."""
    lines = []
    for name, content in found.items():
        kind = "property" if name.startswith("og:") else "name"
        lines.append(f'<meta {kind}="{name}" content="{html.escape(content)}"/>')
    return "\n".join(lines) + "\n"


def describe(app, pagename, templatename, context, doctree) -> None:
    """Add the elements to a page's head."""
    if pagename == LOST:
        lost(context)
    if doctree is None or pagename not in app.env.all_docs:
        return
    # The page's title comes with the theme's markup; the words alone are wanted.
    title = app.env.titles[pagename].astext()
    words = description(doctree)
    found = {
        "description": words,
        "og:title": title,
        "og:description": words,
        "og:type": "website" if pagename == app.config.root_doc else "article",
        "og:site_name": app.config.html_title,
        "twitter:card": "summary_large_image",
        "theme-color": "#0b3954",
    }
    if home := hosting.home():
        picture = card(pathlib.Path(app.outdir), title, words, app.config.html_title)
        found["og:url"] = home + app.builder.get_target_uri(pagename)
        found["og:image"] = home + picture
        found["og:image:width"], found["og:image:height"] = map(str, SIZE)
        found["og:image:alt"] = f"{title}: a chapter of {app.config.html_title}"
    context["metatags"] = tags(found) + context.get("metatags", "")


def card(folder: pathlib.Path, title: str, words: str, book: str) -> str:
    """Draw a page's card unless it is there; return its path in the site."""
    digest = hashlib.sha256(f"{title}\0{words}\0{book}".encode()).hexdigest()
    name = f"{CARDS}/{digest[:16]}.png"
    if not (folder / name).is_file():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        picture(title, words, book).save(folder / name, optimize=True)
    return name


def picture(title: str, words: str, book: str):
    """The card: a chapter's title and its question, with the book's sign and name."""
    from matplotlib import get_data_path
    from PIL import Image, ImageDraw, ImageFont

    fonts = pathlib.Path(get_data_path()) / "fonts" / "ttf"

    def font(size: int, bold: bool = False):
        name = "DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"
        return ImageFont.truetype(fonts / name, size)

    image = Image.new("RGB", SIZE, "#0b3954")
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, 18, SIZE[1]), fill="#f2a541")
    size = 66 if len(title) <= 44 else 54
    lines = textwrap.wrap(title, width=26 if size == 66 else 32)[:3]
    draw.multiline_text(
        (80, 70), "\n".join(lines), "#ffffff", font(size, bold=True), spacing=14
    )
    top = 70 + len(lines) * (size + 20) + 30
    told = textwrap.wrap(words, width=56)
    room = max(1, (470 - top) // 44)
    if len(told) > room:
        told = [*told[: room - 1], told[room - 1].rstrip(" .,;") + " …"]
    draw.multiline_text((80, top), "\n".join(told), "#d5e3ec", font(32), spacing=12)
    if words and title != book:
        draw.text((170, 540), book, "#ffffff", font(30))
    with Image.open(ICONS / "icon-180.png") as icon:
        small = icon.convert("RGBA").resize((72, 72), Image.Resampling.LANCZOS)
    image.paste(small, (80, 522), small)
    return image.quantize(64, dither=Image.Dither.NONE)


def lost(context: dict) -> None:
    """A wrong address may be at any depth: tell where relative links begin."""
    if home := hosting.home():
        base = f'<base href="{urllib.parse.urlparse(home).path}"/>'
    else:
        base = FIND_ROOT
    context["metatags"] = f'{base}\n<meta name="robots" content="noindex"/>\n'


def pages(app):
    """The page for a wrong address."""
    yield LOST, {"title": "No such page", "body": LOST_BODY}, "page.html"


def write_maps(app, exception) -> None:
    """sitemap.xml and robots.txt, where the host is known."""
    if exception or app.builder.format != "html":
        return
    folder, home = pathlib.Path(app.outdir), hosting.home()
    files = {"sitemap.xml": "", "robots.txt": ""}
    if home:
        rows = "".join(
            f"<url><loc>{xml.sax.saxutils.escape(home + document)}.html</loc></url>\n"
            for document in chapters.in_contents()
        )
        files["sitemap.xml"] = (
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
            f"{rows}</urlset>\n"
        )
        files["robots.txt"] = f"User-agent: *\nAllow: /\nSitemap: {home}sitemap.xml\n"
    for name, text in files.items():
        if text:
            (folder / name).write_text(text, encoding="utf8")
        else:
            (folder / name).unlink(missing_ok=True)


def setup(app):
    """Register all."""
    app.connect("html-page-context", describe, priority=800)
    app.connect("html-collect-pages", pages)
    app.connect("build-finished", write_maps)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
