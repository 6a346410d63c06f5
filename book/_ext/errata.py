"""The sources' mistakes as cards. An entry is a directive on the page; how many there
are, by source and subject, is counted when the page is built; a filter needs no script.
"""

import pathlib
import re
import sys
from html import escape

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.errors import ExtensionError
from sphinx.util.docutils import SphinxDirective, SphinxRole

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2]))
from tools import chapters, papers

SOURCES = ("S0", "S1", "S2", "S3", "S4")
LISTED = 58  # known before the sources were read for this page
HEADING = re.compile(r"^#{1,4} (.+)$", re.MULTILINE)
CODE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


def origins(option: str) -> dict[str, list[int]]:
    """`S0 54 57, S1 22` → source and lines; ValueError when it says anything else."""
    found = {}
    for part in option.split(","):
        source, *lines = part.split()
        if source not in SOURCES or not lines:
            raise ValueError(f"'{part.strip()}' is not a source and its lines")
        found[source] = [int(line) for line in lines]
    return found


def headings(document: str) -> tuple[str, dict[str, str]]:
    """A chapter's title, and its sections by the anchors the site gives them."""
    text = CODE.sub("", "\n".join(papers.texts(document)))
    title, *sections = HEADING.findall(text)
    plain = [re.sub(r"[`*$]", "", section).strip() for section in sections]
    return title.partition(":")[0], {nodes.make_id(x): x for x in plain}


class Erratum(SphinxDirective):
    """`{erratum} E05`: first paragraph what is said, then what is right, and why."""

    required_arguments = 1
    has_content = True
    option_spec = {
        "from": directives.unchanged_required,  # sources with the lines, not shown
        "see": directives.unchanged_required,  # sections: `06_3_lstm#its-anchor`
    }

    def run(self) -> list[nodes.Node]:
        """One card."""
        name = self.arguments[0]
        try:
            sources = sorted(origins(self.options["from"]))
        except (KeyError, ValueError) as error:
            raise self.error(f"{name}: {error}") from None
        body = nodes.container()
        self.state.nested_parse(self.content, self.content_offset, body)
        if len(body) < 2 or not isinstance(body[0], nodes.paragraph):
            raise self.error(f"{name}: what is said, an empty line, what is right")
        card = nodes.container(is_div=True, design_component="div")
        card["names"].append(name.lower())
        self.state.document.note_explicit_target(card, card)
        card["classes"] = ["erratum", *(f"from-{one.lower()}" for one in sources)]
        card["erratum"], card["sources"] = name, sources
        said, first, *rest = body.children
        card += [self.head(name, sources, said), self.right(first), *rest]
        if "see" in self.options:
            card += self.see(name)
        return [card]

    def head(self, name: str, sources: list[str], said: nodes.Node) -> nodes.paragraph:
        """Id as a link to itself, who says it, what."""
        link = nodes.reference("", name, internal=True, refuri=f"#{name.lower()}")
        link["classes"] = ["erratum-id"]
        who = " and ".join([*filter(None, [", ".join(sources[:-1])]), sources[-1]])
        who = nodes.inline("", f"Said in {who}:", classes=["who"])
        head = nodes.paragraph("", "", link, nodes.Text(" "), who, nodes.Text(" "))
        head["classes"] = ["said"]
        head += said.children
        return head

    def right(self, first: nodes.Node) -> nodes.Node:
        """The first paragraph after it, with its label."""
        first.insert(0, nodes.Text(" "))
        first.insert(0, nodes.inline("", "Right:", classes=["right"]))
        return first

    def see(self, name: str) -> nodes.paragraph:
        """Links to sections, under their own titles."""
        line = nodes.paragraph("", "See ", classes=["see"])
        for place, target in enumerate(self.options["see"].split(",")):
            document, _, anchor = target.strip().partition("#")
            document = document if "/" in document else f"notebooks/{document}"
            title, sections = headings(document)
            if anchor not in sections:
                raise self.error(f"{name}: no section {anchor} in {document}")
            for kind in ("ipynb", "md"):
                self.env.note_dependency(str(chapters.ROOT / f"{document}.{kind}"))
            uri = self.env.app.builder.get_relative_uri(self.env.docname, document)
            text = f"{title}: {sections[anchor]}"
            line += nodes.Text(" · ") if place else nodes.Text("")
            line += nodes.reference("", text, internal=True, refuri=f"{uri}#{anchor}")
        return line


class Count(SphinxRole):
    """`{errata-count}`all``: how many entries; also `listed`, `beyond`, or `S3`."""

    def run(self) -> tuple[list[nodes.Node], list]:
        """A place to be filled when the whole page is read."""
        return [nodes.inline("", "", classes=["errata-count"], count=self.text)], []


class Filter(SphinxDirective):
    """`{errata-filter}`: entries of one source or one subject."""

    has_content = False

    def run(self) -> list[nodes.Node]:
        """A place to be filled when the whole page is read."""
        return [nodes.container(classes=["errata-filter"])]


def counted(cards: list[nodes.Node], what: str) -> int:
    """How many entries are meant."""
    if what in SOURCES:
        return sum(what in card["sources"] for card in cards)
    if what not in ("all", "listed", "beyond"):
        raise ExtensionError(f"errata-count: '{what}' is nothing to count")
    listed = sum(int(card["erratum"][1:]) <= LISTED for card in cards)
    return {"all": len(cards), "listed": listed, "beyond": len(cards) - listed}[what]


def complete(app, doctree) -> None:
    """Counts, filter and link targets, once all entries of a page are there."""
    found = doctree.findall(nodes.container)
    cards = [node for node in found if "erratum" in node]
    names = [card["erratum"] for card in cards]
    if doubled := {name for name in names if names.count(name) > 1}:
        raise ExtensionError(f"errata: more than once: {sorted(doubled)}")
    # Where another page's Markdown link `errata.md#e05` is looked up.
    places = app.env.metadata[app.env.docname].setdefault("myst_slugs", {})
    subjects: dict[str, tuple[str, list]] = {}
    for card in cards:
        section = card.parent
        while not isinstance(section, nodes.section):
            section = section.parent
        name = section["ids"][0]
        subjects.setdefault(name, (section[0].astext(), []))[1].append(card)
        if "errata" not in section["classes"]:
            section["classes"].append("errata")
        places[card["ids"][0]] = (None, card["ids"][0], card["erratum"])
    for place in list(doctree.findall(nodes.inline)):
        if "count" in place:
            place += nodes.Text(str(counted(cards, place["count"])))
    for place in list(doctree.findall(nodes.container)):
        if "errata-filter" in place["classes"]:
            html = style(cards, subjects) + controls(cards, subjects)
            place.replace_self(nodes.raw("", html, format="html"))


def choice(group: str, value: str, label: str, count: int) -> str:
    """One radio button."""
    checked = "" if value != "all" else " checked"
    return (
        f'<label><input type="radio" name="{group}" id="{group}-{value}"'
        f' autocomplete="off"{checked}> {escape(label)}'
        f' <span class="n">{count}</span></label>'
    )


def controls(cards: list, subjects: dict) -> str:
    """Two groups of radio buttons, and a line that says what is shown."""
    parts = ['<form class="errata-filter">']
    parts.append("<fieldset><legend>Said in</legend>")
    parts.append(choice("from", "all", "any source", len(cards)))
    parts += [choice("from", one, one, counted(cards, one)) for one in SOURCES]
    parts.append("</fieldset><fieldset><legend>About</legend>")
    parts.append(choice("about", "all", "any subject", len(cards)))
    for name, (title, mine) in subjects.items():
        parts.append(choice("about", name, title, len(mine)))
    parts.append('</fieldset><p class="shown"></p></form>')
    return "".join(parts)


def style(cards: list, subjects: dict) -> str:
    """Rules that hide what was not asked for, and say how much is left."""

    def when(*chosen: str) -> str:
        return ".bd-article" + "".join(f":has(#{one}:checked)" for one in chosen)

    def shown(selector: str, count: int) -> str:
        text = f"{count or 'None'} of {len(cards)} shown"
        return f'{selector} .shown::after{{content:"{text}"}}'

    rules = [shown(".bd-article", len(cards))]
    for one in SOURCES:
        only, chosen = f".from-{one.lower()}", when(f"from-{one}")
        rules.append(f"{chosen} .erratum:not({only}){{display:none}}")
        rules.append(f"{chosen} section.errata:not(:has({only})){{display:none}}")
        rules.append(shown(chosen, counted(cards, one)))
    for name, (_, mine) in subjects.items():
        chosen = when(f"about-{name}")
        rules.append(f"{chosen} section.errata:not(#{name}){{display:none}}")
        rules.append(shown(chosen, len(mine)))
        for one in SOURCES:
            both = when(f"from-{one}", f"about-{name}")
            rules.append(shown(both, counted(mine, one)))
    return f"<style>{''.join(rules)}</style>"


def setup(app):
    """Register all."""
    app.add_directive("erratum", Erratum)
    app.add_directive("errata-filter", Filter)
    app.add_role("errata-count", Count())
    app.connect("doctree-read", complete)
    return {"version": "1", "parallel_read_safe": True}
