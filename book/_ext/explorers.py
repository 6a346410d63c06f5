"""Put an explorer at the end of the section that speaks of it, in three chapters.

The section holds text that reads well without it (in Colab, on paper, with no script).
Its page gets a button and one small script; all else loads when the button is pressed.
The libraries come from .venv/scripts (`make env` installs them from package-lock.json).
"""

import html
import pathlib
import shutil
import sys

from docutils import nodes
from sphinx.errors import ExtensionError

ROOT = pathlib.Path(__file__).resolve().parents[2]
FOLDER = ROOT / "book" / "_static" / "explorers"
INSTALLED = pathlib.Path(sys.prefix) / "scripts" / "node_modules"
# What is copied of each library, and where to.
LIBRARIES = {
    "htm": ("preact/standalone.umd.js", "LICENSE"),
    "seedrandom": ("seedrandom.min.js", "README.md"),  # which ends with the licence
}
VIEW = "libraries/htm/preact/standalone.umd.js"
DRAWS = "libraries/seedrandom/seedrandom.min.js"

# Page: name of the explorer, id of its section, scripts in the order they load.
EXPLORERS: dict[str, tuple[str, str, list[str]]] = {
    "notebooks/06_3_lstm": (
        "lstm",
        "inside-the-lstm",
        [VIEW, "cells.js", "data/06_3_lstm.js", "lstm.js"],
    ),
    "notebooks/08_attention": (
        "attention",
        "try-it-what-attention-looks-at",
        [
            *(VIEW, "cells.js", "data/08_attention_numbers.js"),
            *("attention_model.js", "attention.js"),
        ],
    ),
    "notebooks/11_2_text_generation": (
        "generator",
        "a-generator",
        [VIEW, DRAWS, "cells.js", "data/11_2_text_generation.js", "generator.js"],
    ),
}


def library(name: str) -> pathlib.Path:
    """A library's folder; ExtensionError where `make env` has not installed it."""
    folder = INSTALLED / name
    if not folder.is_dir():
        raise ExtensionError(f"{name} is not installed: run `make env`")
    return folder


def source(name: str) -> pathlib.Path:
    """The file behind a script's name on the site."""
    if name.startswith("libraries/"):
        _, package, rest = name.split("/", 2)
        return library(package) / rest
    return FOLDER / name


def placeholder(name: str, scripts: list[str]) -> str:
    """The HTML that loader.js brings to life."""
    size = sum(source(script).stat().st_size for script in scripts) / 1e6
    files = html.escape(" ".join(scripts))
    return (
        f'<div class="explorer" data-explorer="{name}" data-scripts="{files}" '
        f'data-size="{size:.1f} MB" id="explorer-{name}">'
        '<p class="explorer-without">The explorer needs JavaScript.</p>'
        '<p class="explorer-status" role="status"></p>'
        '<div class="explorer-stage" hidden></div></div>'
    )


def place(app, doctree) -> None:
    """Append the explorer to its section; a section that is gone stops the build."""
    if app.env.docname not in EXPLORERS or app.builder.name != "html":
        return
    name, section, scripts = EXPLORERS[app.env.docname]
    for node in doctree.findall(nodes.section):
        if section in node["ids"]:
            # Before the first subsection, so that it stands in the section itself.
            parts = (k for k, x in enumerate(node) if isinstance(x, nodes.section))
            at = next(parts, len(node))
            node.insert(at, nodes.raw("", placeholder(name, scripts), format="html"))
            return
    raise ExtensionError(f"{app.env.docname} has no section #{section} for an explorer")


def add_files(app, pagename, templatename, context, doctree) -> None:
    """The opener and its styles, on pages with an explorer only."""
    if pagename in EXPLORERS:
        app.add_js_file("explorers/loader.js", loading_method="defer")
        app.add_css_file("explorers/explorers.css")
        app.add_css_file(f"explorers/{EXPLORERS[pagename][0]}.css")


def copy_libraries(app, exception) -> None:
    """The libraries and their licences, beside the explorers' own scripts."""
    if exception or app.builder.name != "html":
        return
    target = pathlib.Path(app.outdir) / "_static" / "explorers" / "libraries"
    for name, files in LIBRARIES.items():
        for file in files:
            copy = target / name / file
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(library(name) / file, copy)


def setup(app):
    """Register the hooks."""
    app.connect("doctree-read", place)
    app.connect("html-page-context", add_files)
    app.connect("build-finished", copy_libraries)
    return {"version": "1", "parallel_read_safe": True}
