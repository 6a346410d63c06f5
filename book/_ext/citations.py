"""How papers are cited on a page and listed in the bibliography: `Cho et al. (2014)` in
running text as in the notebooks, and in the list which chapters cite each.
"""

import pathlib
import sys
from dataclasses import dataclass, field

import pybtex.plugin
from docutils import nodes
from pybtex.richtext import HRef, Tag, Text
from pybtex.style.formatting import BaseStyle
from pybtex.style.template import node as template
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinxcontrib.bibtex.plugin import register_plugin
from sphinxcontrib.bibtex.style.referencing import BracketStyle, PersonStyle
from sphinxcontrib.bibtex.style.referencing.author_year import AuthorYearReferenceStyle
from sphinxcontrib.bibtex.style.referencing.basic_author_year import (
    BasicAuthorYearTextualReferenceStyle,
)
from sphinxcontrib.bibtex.style.template import join, reference, year

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2]))
import _chapters

from tools import chapters, papers

LIST = "book/bibliography"
KINDS = "article inproceedings techreport mastersthesis misc"


def round_brackets() -> BracketStyle:
    """(2014), not [2014]; two papers in one pair of brackets are kept apart by `;`."""
    return BracketStyle(left="(", right=")", sep="; ")


def persons() -> PersonStyle:
    """Two authors in full, more as et al."""
    return PersonStyle(last_sep=" and ")


@dataclass
class Textual(BasicAuthorYearTextualReferenceStyle):
    """`Cho et al. (2014)`, all of it the link."""

    def inner(self, role_name: str):
        """Authors and year inside one reference."""
        person = self.person.author_or_editor_or_title(full="s" in role_name)
        parts = join[self.bracket.left, year, self.bracket.right]
        return reference[join(sep=" ")[person, parts]]


@dataclass
class BookReferences(AuthorYearReferenceStyle):
    """Author and year with round brackets, as the notebooks write it."""

    bracket_textual: BracketStyle = field(default_factory=round_brackets)
    bracket_parenthetical: BracketStyle = field(default_factory=round_brackets)
    person: PersonStyle = field(default_factory=persons)
    author_year_sep: str = " "

    def __post_init__(self):
        super().__post_init__()
        textual = Textual(bracket=self.bracket_textual, person=self.person)
        self.role_style.update(dict.fromkeys(textual.role_names(), textual))


class BookStyle(BaseStyle):
    """Authors (year). *Title*. Where. Links: the same for every kind of entry."""

    default_sorting_style = "author_year_title"
    default_name_style = "plain"

    def __getattr__(self, name: str):
        """One template for all kinds."""
        kind = name.removeprefix("get_").removesuffix("_template")
        if kind in KINDS.split():
            return lambda entry: listed(entry)
        raise AttributeError(name)


@template
def line(children, data) -> Text:
    """An entry as rich text."""
    return children[0]


def listed(entry):
    """The whole line of an entry."""
    title = Text.from_latex(entry.fields["title"])
    stop = "" if str(title).endswith("?") else "."
    parts = [authors(entry), f" ({entry.fields['year']}). ", Tag("em", title), stop]
    where = venue(entry)
    parts += [" ", where, "."] if where else []
    for address, label in ways(entry):
        parts += [" ", HRef(address, label)]
    return line[Text(*parts)]


def authors(entry) -> str:
    """Given names in full, as a reader would look for them."""
    people = entry.persons["author"]
    names = [one for one in map(full_name, people) if one != "others"]
    if len(names) < len(people):
        return ", ".join(names) + " and others"
    return ", ".join(names[:-1]) + " and " + names[-1] if names[1:] else names[0]


def full_name(person) -> str:
    """First, middle, particle, last, lineage."""
    given = [*person.first_names, *person.middle_names]
    last = papers.surname(person) + "".join(f" {x}" for x in person.lineage_names)
    return " ".join([*given, last])


def venue(entry) -> str:
    """Journal with volume and pages, conference, report, thesis; else nothing."""
    get = entry.fields.get
    parts = [get("journal") or get("booktitle") or get("school") or get("institution")]
    if get("type"):
        parts.insert(0, get("type"))
    if get("volume"):
        number = f"({get('number')})" if get("number") else ""
        parts.append(f"{get('volume')}{number}")
    elif get("number"):
        parts.append(get("number"))
    parts += [get("pages"), get("note")]
    return ", ".join(x for x in parts if x).replace("--", "–")


def ways(entry) -> list[tuple[str, str]]:
    """Links to the paper: DOI, arXiv, or any other address."""
    fields, found = entry.fields, []
    if "doi" in fields:
        found.append((papers.address(entry), f"doi:{fields['doi']}"))
    if "eprint" in fields:
        address = f"https://arxiv.org/abs/{fields['eprint']}"
        found.append((address, f"arXiv:{fields['eprint']}"))
    if "url" in fields:
        host = fields["url"].split("/")[2].removeprefix("www.")
        found.append((fields["url"], host))
    return found


class WhereCited(SphinxPostTransform):
    """Turn the bibliography into a list, each paper with the chapters that cite it."""

    default_priority = 6  # after the entries are in place, before links are resolved

    def run(self, **options) -> None:
        """Only the bibliography holds citations."""
        found = list(self.document.findall(nodes.citation))
        if not found:
            return
        where = self.cited_in()
        papers_list = nodes.bullet_list(classes=["papers"])
        found[0].parent.replace_self(papers_list)
        for citation in found:
            key = citation["ids"][0].removeprefix("paper-")
            item = nodes.list_item(ids=citation["ids"])
            item += [x for x in citation.children if not isinstance(x, nodes.label)]
            if key in where:
                item += self.line_of_chapters(where[key])
            papers_list += item

    def cited_in(self) -> dict[str, list[str]]:
        """Key → documents, in the order of the book."""
        known = papers.entries()
        where: dict[str, list[str]] = {}
        for document in chapters.in_contents():
            for key in papers.cited(document, known):
                where.setdefault(key, []).append(document)
        # An anchor is made of a key in lower case.
        return {nodes.make_id(key): found for key, found in where.items()}

    def line_of_chapters(self, documents: list[str]) -> nodes.paragraph:
        """`Cited in` and a link for each."""
        text = nodes.paragraph(classes=["cited-in"])
        text += nodes.Text("Cited in ")
        for place, document in enumerate(documents):
            uri = self.app.builder.get_relative_uri(LIST, document)
            title = self.env.titles[document].astext().partition(":")[0]
            text += nodes.Text(" · ") if place else nodes.Text("")
            text += nodes.reference("", title, internal=True, refuri=uri)
        return text


def depends_on_all(app, docname, source) -> None:
    """The list changes with any document that cites."""
    if docname == LIST:
        _chapters.published(app.env)
        for document in chapters.in_contents():
            page = chapters.ROOT / f"{document}.md"
            if page.is_file() and document != LIST:
                app.env.note_dependency(str(page))


pybtex.plugin.register_plugin("pybtex.style.formatting", "book", BookStyle)
register_plugin("sphinxcontrib.bibtex.style.referencing", "book", BookReferences)


def setup(app):
    """Register all."""
    app.connect("source-read", depends_on_all)
    app.add_post_transform(WhereCited)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
