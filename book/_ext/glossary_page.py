"""The glossary's page: every term in English and Chinese, by letter, with its meaning
and a link to where the book builds it.
"""

import itertools

import _glossary
from docutils import nodes
from sphinx.util.docutils import SphinxDirective


class GlossaryEntries(SphinxDirective):
    """`{glossary-entries}`: a row of letters, then a section for each."""

    has_content = False

    def run(self) -> list[nodes.Node]:
        """The letters and their sections."""
        self.env.note_dependency(str(_glossary.FILE))
        groups = {
            letter: list(group)
            for letter, group in itertools.groupby(
                _glossary.entries(), key=lambda entry: entry["term"][0].upper()
            )
        }
        row = nodes.paragraph(classes=["glossary-letters"])
        for letter in groups:
            row += nodes.reference("", letter, internal=True, refuri=f"#terms-{letter}")
            row += nodes.Text(" ")
        return [row, *(self.letter(*group) for group in groups.items())]

    def letter(self, letter: str, entries: list[dict]) -> nodes.section:
        """The terms that begin with one letter."""
        section = nodes.section(ids=[f"terms-{letter}"], names=[f"terms-{letter}"])
        section += nodes.title(text=letter)
        section += nodes.definition_list(
            "", *map(self.entry, entries), classes=["glossary-list"]
        )
        return section

    def entry(self, entry: dict) -> nodes.definition_list_item:
        """One term: names, meaning, and the way to the chapter."""
        term = nodes.term(ids=[_glossary.slug(entry)])
        term += nodes.strong(text=entry["term"])
        for short in filter(abbreviation, entry.get("also", [])):
            term += nodes.inline(text=f" {short}", classes=["glossary-short"])
        term += nodes.Text(" ")
        term += nodes.inline(text=entry["zh"], classes=["glossary-zh", "language-zh"])
        document, place = _glossary.home(entry)
        uri = self.env.app.builder.get_relative_uri(self.env.docname, document)
        uri += f"#{place}" if place else ""
        name = _glossary.title(document)
        link = nodes.reference("", name, internal=True, refuri=uri)
        meaning = nodes.paragraph("", "", nodes.Text(entry["meaning"] + " "))
        meaning += nodes.inline("", "", link, classes=["glossary-where"])
        return nodes.definition_list_item("", term, nodes.definition("", meaning))


def abbreviation(form: str) -> bool:
    """Whether another form of a term is worth showing beside it: BPTT, RNN, MASE."""
    return form[:2].isupper()


def setup(app):
    """Register the directive."""
    app.add_directive("glossary-entries", GlossaryEntries)
    return {"version": "1", "parallel_read_safe": True}
