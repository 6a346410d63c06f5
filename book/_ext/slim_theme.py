"""Trim the theme: one search box, a title under the logo, named folds in the contents,
no 1.5 MB script for icons that the web font has, and the index of all words on the
search page only."""

import re

from markupsafe import Markup

ICON_SCRIPT = re.compile(r"<script[^>]*fontawesome[^>]*></script>")
SEARCH_SCRIPTS = re.compile(
    r"<script[^>]*(?:searchtools|language_data|searchindex)\.js[^>]*></script>\s*"
)
FOLD = re.compile(r">([^<>]+)</a>\s*<details([^>]*)>\s*<summary>")


def one_search_box(app, config) -> None:
    """The side bar has a search field; the theme would add a second one on top."""
    config.html_theme_options["navbar_persistent"] = []


def open_contents_of_a_page(app, config) -> None:
    """Entries that unfold while one scrolls would move those below them."""
    config.html_theme_options["show_toc_level"] = 2


def name_under_the_logo(app, config) -> None:
    """The picture alone does not say which book this is."""
    config.html_theme_options["logo"] = {"text": config.html_title}


def drop_thebe(app, pagename, templatename, context, doctree) -> None:
    """Code cells are read here and run in Colab, so the live-code script has no use."""
    for kind in ("script_files", "css_files"):
        files = context[kind]
        files[:] = [one for one in files if not names_thebe(one)]


def names_thebe(asset) -> bool:
    """Whether a script or style sheet belongs to sphinx-thebe."""
    about = [str(asset.filename), *map(str, asset.attributes.values())]
    return any("thebe" in text.lower() for text in about)


def offer_filter(app, pagename, templatename, context, doctree) -> None:
    """Give layout.html functions that take scripts out of a block."""
    context["without_icon_script"] = lambda html: Markup(ICON_SCRIPT.sub("", html))
    context["without_search_scripts"] = lambda html: Markup(
        SEARCH_SCRIPTS.sub("", html)
    )


def name_the_folds(app, pagename, templatename, context, doctree) -> None:
    """A fold in the contents is an arrow only: tell a screen reader what it unfolds."""
    plain = context["generate_toctree_html"]

    def named(*arguments, **options) -> str:
        label = r'>\1</a><details\2><summary aria-label="Chapters under: \1">'
        return FOLD.sub(label, str(plain(*arguments, **options)))

    context["generate_toctree_html"] = named


def search_from_disk(app, pagename, templatename, context, doctree) -> None:
    """A browser does not fetch from disk: there results come without their excerpts."""
    if pagename == "search":
        body = (
            'if (location.protocol === "file:")'
            " DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;"
        )
        app.add_js_file(None, body=body)


def setup(app):
    """Register all."""
    app.connect("config-inited", one_search_box)
    app.connect("config-inited", name_under_the_logo)
    app.connect("config-inited", open_contents_of_a_page)
    app.connect("html-page-context", drop_thebe, priority=900)
    app.connect("html-page-context", offer_filter)
    app.connect("html-page-context", name_the_folds, priority=900)
    app.connect("html-page-context", search_from_disk)
    return {"version": "1", "parallel_read_safe": True}
