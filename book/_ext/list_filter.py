"""Give the pages that are long lists, and no others, the script that filters them."""

# Each with what the field goes before.
LISTS = {
    "book/glossary": '<p class="glossary-letters">',
    "book/claims": '<section id="claims-',
}


def add_script(app, pagename, templatename, context, doctree) -> None:
    """The script makes the field; the page keeps its place, so that nothing moves."""
    if pagename in LISTS:
        app.add_js_file("filter_list.js", loading_method="defer")
        mark = LISTS[pagename]
        before, found, after = context["body"].partition(mark)
        context["body"] = f'{before}<p class="list-filter"></p>{found}{after}'


def setup(app):
    """Decide page by page."""
    app.connect("html-page-context", add_script)
    return {"version": "1", "parallel_read_safe": True}
