"""Link each page's first use of a glossary term, with its meaning on hover and focus.

Only running prose is searched: no headings, code, formulas, links, tables, claims, or
what a code cell shows. The definition is part of the page and shown by the style sheet;
a small script puts it beside the term and lets Escape hide it.
"""

import html
import re

import _glossary
from docutils import nodes
from sphinx import addnodes

# No more links than this on a page. Where more terms occur, those that the page itself
# builds go first, then those that come last.
LIMIT = 25
# Pages that list or define, rather than tell.
QUIET_PAGES = {_glossary.PAGE, "book/claims", "book/status", "book/bibliography"}
QUIET_PARTS = (
    nodes.title,
    nodes.literal,
    nodes.math,
    nodes.reference,
    nodes.table,
    nodes.footnote,
    addnodes.pending_xref,
)
QUIET_CLASSES = {"claim", "verified", "cell_output", "tag_solution"}


class glossary_term(nodes.Inline, nodes.TextElement):
    """A word of the text that has an entry in the glossary."""


def is_quiet(node: nodes.Node) -> bool:
    """Whether a part of a page is no running prose."""
    if isinstance(node, QUIET_PARTS):
        return True
    classes = set(node.get("classes", [])) if isinstance(node, nodes.Element) else ()
    if not QUIET_CLASSES.isdisjoint(classes):
        return True
    if not isinstance(node, nodes.container):
        return False
    # In a fold nobody sees a first use.
    folded = node.get("design_component") == "dropdown"
    return folded or node.get("nb_element") == "cell_code"


def prose(node: nodes.Node, inside: bool = False):
    """Every piece of text in the paragraphs below a node, in reading order."""
    for child in node.children:
        if isinstance(child, nodes.Text):
            if inside:
                yield child
        elif not is_quiet(child):
            yield from prose(child, inside or isinstance(child, nodes.paragraph))


def vocabulary(document: str) -> tuple[re.Pattern, dict[str, dict]]:
    """A pattern for every linked form, longest first, and the entry of each form."""
    found = {
        form.casefold(): entry
        for entry in _glossary.entries()
        if entry.get("link", True) and document not in entry.get("not_on", [])
        for form in _glossary.forms(entry)
    }
    longest_first = sorted(found, key=len, reverse=True)
    choices = "|".join(map(flexible, longest_first))
    # Compound words such as 'LSTM-based' or 'multi-GRU' are words of their own.
    return re.compile(rf"(?<![\w-])(?:{choices})(?![\w-])", re.IGNORECASE), found


def flexible(form: str) -> str:
    """A pattern for a form, also across lines and with a curly apostrophe."""
    return re.escape(form).replace(r"\ ", r"\s+").replace("'", "['’]")


def first_uses(document: str, doctree: nodes.document) -> list[tuple]:
    """(text node, match, entry) for the first use of each term on a page."""
    pattern, entries = vocabulary(document)
    uses = {}
    for text in prose(doctree):
        for match in pattern.finditer(text.astext()):
            form = " ".join(match[0].casefold().replace("’", "'").split())
            entry = entries[form]
            uses.setdefault(entry["term"], (text, match, entry))
    return list(uses.values())


def select(uses: list[tuple], document: str) -> list[tuple]:
    """At most LIMIT of them: what is built on other pages is wanted most."""
    ranked = sorted(uses, key=lambda use: _glossary.home(use[2])[0] == document)
    kept = {id(use) for use in ranked[:LIMIT]}
    return [use for use in uses if id(use) in kept]


def link(app, doctree) -> None:
    """Turn the selected first uses on a page into links."""
    document = app.env.docname
    if document in QUIET_PAGES:
        return
    app.env.note_dependency(str(_glossary.FILE))
    page = app.builder.get_relative_uri(document, _glossary.PAGE)
    by_text: dict[nodes.Text, list] = {}
    for text, match, entry in select(first_uses(document, doctree), document):
        by_text.setdefault(text, []).append((match, entry))
    for text, found in by_text.items():
        text.parent.replace(text, list(pieces(text.astext(), found, page)))


def pieces(words: str, found: list[tuple], page: str):
    """A text as nodes, with links in the places of its matches."""
    end = 0
    for match, entry in found:
        yield nodes.Text(words[end : match.start()])
        key = _glossary.slug(entry)
        yield glossary_term(
            "",
            match[0],
            key=key,
            refuri=f"{page}#{key}",
            zh=entry["zh"],
            meaning=entry["meaning"],
        )
        end = match.end()
    yield nodes.Text(words[end:])


def visit(self, node) -> None:
    """The link, which a screen reader announces with its definition."""
    tip = node["key"].replace("term-", "tip-", 1)
    self.body.append(
        f'<span class="term"><a class="term-link" href="{html.escape(node["refuri"])}"'
        f' aria-describedby="{tip}">'
    )


def depart(self, node) -> None:
    """The definition. Sphinx's search leaves out what has the class headerlink, so that
    a definition is found on the glossary's page only."""
    tip = node["key"].replace("term-", "tip-", 1)
    self.body.append(
        f'</a><span class="term-tip headerlink" role="tooltip" id="{tip}">'
        f'<span class="term-zh" lang="zh">{html.escape(node["zh"])}</span> '
        f"{html.escape(node['meaning'])}</span></span>"
    )


def placing(app, pagename, templatename, context, doctree) -> None:
    """Load the script where there is a definition to place."""
    if doctree is not None and next(doctree.findall(glossary_term), None):
        app.add_js_file("glossary_terms.js", loading_method="defer")


def setup(app):
    """Link terms when claims and cells have been marked, hence the late turn."""
    app.add_node(glossary_term, html=(visit, depart))
    app.connect("doctree-read", link, priority=900)
    app.connect("html-page-context", placing)
    return {"version": "1", "parallel_read_safe": True}
