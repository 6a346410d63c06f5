"""Give the pages that are long lists, and no others, the script that filters them."""

LISTS = ("book/glossary", "book/claims")


def add_script(app, pagename, templatename, context, doctree) -> None:
    """The script makes its own field, so that a page without it lacks nothing."""
    if pagename in LISTS:
        app.add_js_file("filter_list.js", loading_method="defer")


def setup(app):
    """Decide page by page."""
    app.connect("html-page-context", add_script)
    return {"version": "1", "parallel_read_safe": True}
