"""Read the glossary's one source: names, meanings, and where the book builds things."""

import functools
import pathlib
import re
import sys

import yaml
from docutils import nodes

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2]))
from tools import chapters

FILE = chapters.ROOT / "book" / "glossary.yaml"
PAGE = "book/glossary"


@functools.cache
def entries() -> list[dict]:
    """Every entry of book/glossary.yaml, in the file's order."""
    return yaml.safe_load(FILE.read_text(encoding="utf8"))


def slug(entry: dict) -> str:
    """An entry's place on the glossary page."""
    return nodes.make_id("term-" + entry["term"].replace("–", "-"))


def home(entry: dict) -> tuple[str, str]:
    """(document, place in it) where the book builds the thing; the place may be ''."""
    document, _, place = entry["where"].partition("#")
    return document, place


def plural(form: str) -> str:
    """The regular plural of an English noun."""
    if re.search(r"[^aeiou]y$", form):
        return form[:-1] + "ies"
    return form + ("es" if re.search(r"(s|x|ch|sh)$", form) else "s")


def forms(entry: dict) -> list[str]:
    """All that is read as this term: its name, the other forms, and their plurals."""
    names = [entry["term"], *entry.get("also", [])]
    both = (form for name in names for form in (name, plural(name)))
    return list(dict.fromkeys(both))  # 'logit' and 'logits' may both be listed


@functools.cache
def title(document: str) -> str:
    """A document's first heading."""
    notebook = chapters.ROOT / f"{document}.ipynb"
    if notebook.is_file():
        return chapters.title(chapters.read(notebook))
    text = (chapters.ROOT / f"{document}.md").read_text(encoding="utf8")
    return re.search(r"^# (.+)$", text, re.MULTILINE)[1].strip()
