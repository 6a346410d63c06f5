"""The glossary: complete, in order, in two languages, linked to what exists; and what
becomes a link in the chapters.
"""

import functools
import re
import sys

import docutils.utils
import pytest
import yaml
from docutils import nodes

from tools import chapters

sys.path.insert(0, str(chapters.ROOT / "book" / "_ext"))
import _glossary
import glossary_terms

ENTRIES = _glossary.entries()
DOCUMENTS = set(chapters.in_contents())
KEYS = {"term", "zh", "meaning", "where", "also", "link", "not_on"}
SOURCES = yaml.safe_load(
    (chapters.ROOT / "tests" / "source_terms.yaml").read_text(encoding="utf8")
)


def entry(term: str) -> dict:
    """The one entry of a term."""
    (found,) = (one for one in ENTRIES if one["term"] == term)
    return found


@functools.cache
def places(document: str) -> set[str]:
    """Every heading and claim that a link into a document can name."""
    notebook = chapters.ROOT / f"{document}.ipynb"
    if notebook.is_file():
        cells = chapters.read(notebook)["cells"]
        markdown = [chapters.source(x) for x in cells if x["cell_type"] == "markdown"]
        text, found = "\n".join(markdown), set(chapters.claims({"cells": cells}))
    else:
        text = (chapters.ROOT / f"{document}.md").read_text(encoding="utf8")
        found = set()
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return found | {nodes.make_id(heading.replace("`", "")) for heading in headings}


def incomplete(one: dict) -> list[str]:
    """What an entry lacks, in words."""
    meaning = one.get("meaning", "")
    chinese = re.search(r"[\u4e00-\u9fff]", one.get("zh", ""))
    name_in_both = one.get("zh") == one["term"]
    rules = {
        "an unknown key": set(one) <= KEYS,
        "no Chinese term": chinese or name_in_both,
        "not one line, two at most": 20 <= len(meaning) <= 170 and "\n" not in meaning,
        "not a sentence": re.match(r"[A-Zn]", meaning) and meaning.endswith("."),
        "not_on an unknown page": set(one.get("not_on", [])) <= DOCUMENTS,
    }
    return [f"{one['term']}: {what}" for what, holds in rules.items() if not holds]


def test_every_entry_is_complete():
    assert len(ENTRIES) >= 120
    assert [fault for one in ENTRIES for fault in incomplete(one)] == []


def test_an_incomplete_entry_is_found():
    good = entry("perplexity")
    assert incomplete(good) == []
    for key, value in {"zh": "none", "meaning": "Short.", "more": 1}.items():
        assert len(incomplete(good | {key: value})) == 1


def test_every_entry_leads_to_what_exists():
    dead = []
    for one in ENTRIES:
        document, place = _glossary.home(one)
        if document not in DOCUMENTS or (place and place not in places(document)):
            dead.append(f"{one['term']}: {one['where']}")
    assert dead == []


def test_alphabetical_and_no_duplicate():
    names = [one["term"].casefold().replace("–", "-") for one in ENTRIES]
    assert names == sorted(names)
    every = [form.casefold() for one in ENTRIES for form in _glossary.forms(one)]
    assert sorted(set(every)) == sorted(every), "a form that means two things"
    anchors = [_glossary.slug(one) for one in ENTRIES]
    assert len(set(anchors)) == len(anchors)


@pytest.mark.parametrize("source", SOURCES)
def test_terms_of_the_source_are_defined(source):
    """Five articles, each with its terms, each term with its own Chinese word."""
    missing = set(SOURCES[source].values()) - {one["term"] for one in ENTRIES}
    assert not missing
    assert len(SOURCES) == 5 and len(SOURCES[source]) >= 20


def test_recurrent_and_recursive_are_kept_apart():
    """What E29 asks for: 循环 for what runs along a sequence, 递归 for trees only."""
    with_word = [one["term"] for one in ENTRIES if "递归" in one["zh"]]
    assert with_word == ["recursive neural network"]
    assert entry("recurrent neural network")["zh"] == "循环神经网络"
    assert entry("gated recurrent unit")["zh"] == "门控循环单元"


# --- what becomes a link


def page(*parts: nodes.Node) -> nodes.document:
    """A page made of parts."""
    document = docutils.utils.new_document("page")
    document += list(parts)
    return document


def linked(*parts: nodes.Node, document: str = "book/x") -> list[str]:
    """The words that would become links, and nothing else of them."""
    uses = glossary_terms.first_uses(document, page(*parts))
    return [match[0] for _, match, _ in uses]


def test_first_use_whole_words_plurals_longest():
    text = "Forget gates beat GATES; an LSTM-like cell has no forget\ngate. LSTMs do."
    assert linked(nodes.paragraph(text=text)) == ["Forget gates", "GATES", "LSTMs"]
    longest = nodes.paragraph(text="back-propagation through time")
    assert linked(longest) == ["back-propagation through time"]
    curly = nodes.paragraph(text="Bahdanau’s attention, then additive attention")
    assert linked(curly) == ["Bahdanau’s attention"]
    assert linked(nodes.paragraph(text="gatekeeper, aggregate, tokenise")) == []


def test_only_running_prose():
    word = "perplexity"
    head = nodes.section("", nodes.title(text=word))
    claim = nodes.container("", nodes.paragraph(text=word), classes=["claim"])
    fold = nodes.container("", nodes.paragraph(text=word), design_component="dropdown")
    cell = nodes.container("", nodes.paragraph(text=word), nb_element="cell_code")
    link = nodes.paragraph("", "", nodes.reference("", word, refuri="#"))
    code = nodes.paragraph("", "", nodes.literal(text=word), nodes.math(text=word))
    table = nodes.table("", nodes.paragraph(text=word))
    assert linked(head, claim, fold, cell, link, code, table) == []
    assert linked(
        head, claim, fold, cell, link, code, table, nodes.paragraph(text=word)
    )


def test_common_words_and_other_meanings_stay_plain():
    assert linked(nodes.paragraph(text="the state of a batch")) == []
    words = nodes.paragraph(text="several candidates")
    assert linked(words) == ["candidates"]
    assert linked(words, document="notebooks/07_encoder_decoder") == []


def test_a_page_has_a_limited_number_of_links():
    """What other pages build is linked first; the order of the text is kept."""
    every = [one for one in ENTRIES if one.get("link", True)]
    text = nodes.paragraph(text=". ".join(one["term"] for one in every))
    home = "notebooks/06_3_lstm"
    uses = glossary_terms.first_uses(home, page(text))
    kept = glossary_terms.select(uses, home)
    assert len(uses) > len(kept) == glossary_terms.LIMIT
    assert not any(_glossary.home(one)[0] == home for _, _, one in kept)
    starts = [match.start() for _, match, _ in kept]
    assert starts == sorted(starts)
