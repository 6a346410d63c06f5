"""What the book owes its five source documents, and what is paid.

tests/debts.yaml names the chapter that pays each id: P promises, L listings,
F figures, Q questions, E errors. A notebook pays by a cell tagged with the id, a page
by naming it.
"""

import pathlib
import re

import yaml

from tools import chapters

TABLE = pathlib.Path(__file__).resolve().parent.parent / "tests" / "debts.yaml"


def owed() -> dict[str, list[str]]:
    """Chapter → ids it owes, ranges written out (E01–E03 is three ids)."""
    table = yaml.safe_load(TABLE.read_text(encoding="utf8"))
    return {
        chapter: [one for entry in entries for one in expand(entry)]
        for chapter, entries in table.items()
    }


def expand(entry: str) -> list[str]:
    """`E01–E03` as its three ids; a single id as itself."""
    first, _, last = entry.partition("–")
    if not last:
        return [first]
    width = len(first) - 1
    start, stop = int(first[1:]), int(last[1:])
    return [f"{first[0]}{number:0{width}}" for number in range(start, stop + 1)]


def paid(chapter: str) -> set[str]:
    """The ids a chapter pays; empty for one that is not written yet."""
    notebook = chapters.ROOT / f"{chapter}.ipynb"
    if notebook.is_file():
        cells = chapters.read(notebook)["cells"]
        return {tag for cell in cells for tag in chapters.tags(cell)}
    page = chapters.ROOT / f"{chapter}.md"
    text = page.read_text(encoding="utf8") if page.is_file() else ""
    return set(re.findall(r"\b[PLFQE]\d{1,2}\b", text))


def unpaid() -> dict[str, list[str]]:
    """Chapter → ids it still owes."""
    rows = {
        chapter: sorted(set(ids) - paid(chapter)) for chapter, ids in owed().items()
    }
    return {chapter: ids for chapter, ids in rows.items() if ids}


def outlook() -> str:
    """One line: how many ids are paid, and where the rest will be."""
    table = owed()
    total = sum(map(len, table.values()))
    rest = unpaid()
    left = sum(map(len, rest.values()))
    names = ", ".join(f"{pathlib.Path(c).name} ({len(i)})" for c, i in rest.items())
    tail = f"; unwritten chapters owe {names}" if rest else ""
    return f"book: {total - left} of {total} debts to the sources paid{tail}"
