"""What every tool, test and page knows about the chapters: where they are, which cells
make claims, what those cells print, and when a notebook counts as changed.
"""

import ast
import hashlib
import json
import pathlib
import re

import yaml

ROOT = pathlib.Path(__file__).resolve().parent.parent
NOTEBOOKS = ROOT / "notebooks"
RECORDS = ROOT / "verification"
SEEDS = (0, 1, 2, 3, 4)

NUMBER = r"[-+]?[0-9][0-9.,]*(?:e[-+]?[0-9]+)?"
VALUE = rf"≈ (?P<value>{NUMBER})(?P<unit>[^≈]*)$"
MEASURE = re.compile(r"^(?P<name>[^≈]*?):?\s*" + VALUE)


class ChapterError(Exception):
    """Something a reader or author can mend, said in one line."""


def notebooks() -> list[pathlib.Path]:
    """Every chapter that is a notebook, in file order."""
    return sorted(NOTEBOOKS.glob("*.ipynb"))


def find(name: str) -> pathlib.Path:
    """The notebook meant by a number, name or path; ChapterError when none or many."""
    stem = pathlib.Path(name).name.removesuffix(".ipynb")
    known = notebooks()
    exact = [path for path in known if path.stem == stem]
    found = exact or [path for path in known if path.stem.startswith(stem)]
    if len(found) == 1:
        return found[0]
    names = ", ".join(path.stem for path in (found or known)) or "none yet"
    problem = "means several notebooks" if found else "is not a notebook of this book"
    raise ChapterError(f"'{name}' {problem}: {names}")


def read(path: pathlib.Path) -> dict:
    """A notebook as plain data; ChapterError when the file is not one."""
    try:
        notebook = json.loads(path.read_text(encoding="utf8"))
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise ChapterError(f"{path.name} is not valid JSON: {error}") from None
    if not isinstance(notebook, dict) or not isinstance(notebook.get("cells"), list):
        raise ChapterError(f"{path.name} is JSON but not a notebook: it has no cells")
    return notebook


def source(cell: dict) -> str:
    """A cell's text, whichever of the two forms the file stores."""
    return "".join(cell["source"])


def tags(cell: dict) -> list[str]:
    """A cell's tags."""
    return cell.get("metadata", {}).get("tags", [])


def printed(cell: dict) -> str:
    """What a code cell wrote to standard output."""
    streams = (o for o in cell.get("outputs", []) if o.get("name") == "stdout")
    return "".join("".join(o["text"]) for o in streams)


def title(notebook: dict) -> str:
    """The first heading."""
    for cell in notebook["cells"]:
        if found := re.search(r"^# (.+)$", source(cell), re.MULTILINE):
            return found[1].strip()
    raise ChapterError("a notebook without a title")


def fingerprint(notebook: dict) -> str:
    """Digest of the code cells and their tags: rewording prose needs no new run.

    Cells tagged `recorded` hold numbers that a tool wrote; they are data, not code.
    """
    code = [
        [source(cell), tags(cell)]
        for cell in notebook["cells"]
        if cell["cell_type"] == "code" and "recorded" not in tags(cell)
    ]
    return hashlib.sha256(json.dumps(code).encode()).hexdigest()


def claims(notebook: dict) -> dict[str, dict]:
    """Claims by cell id: `sentence`, `assertion` (its assert statements) and `index`.

    Raises ChapterError for a claim cell that has no sentence, no assertion or no id.
    """
    found = {}
    for index, cell in enumerate(notebook["cells"]):
        if "claim" not in tags(cell):
            continue
        lines = source(cell).strip().splitlines()
        where = f"claim cell {cell.get('id', index)}"
        if not lines or not lines[0].startswith("# Claim: "):
            raise ChapterError(f"{where} does not begin with '# Claim: …'")
        if not str(cell.get("id", "")).startswith("claim-"):
            raise ChapterError(f"{where} needs an id that begins with 'claim-'")
        head = 1
        while head < len(lines) and lines[head].startswith("#"):
            head += 1
        words = " ".join(line.lstrip("# ") for line in lines[:head])
        body = "\n".join(lines[head:])
        found[cell["id"]] = {
            "sentence": words.removeprefix("Claim: ").strip(),
            "assertion": assertions(body),
            "index": index,
        }
        if not found[cell["id"]]["assertion"]:
            raise ChapterError(f"{where} asserts nothing")
    return found


def assertions(code: str) -> str:
    """The assert statements of a cell, as written, without the work before them."""
    nodes = [node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Assert)]
    nodes.sort(key=lambda node: node.lineno)
    return "\n".join(ast.get_source_segment(code, node) for node in nodes)


def measures(text: str) -> dict[str, dict]:
    """Named measurements in printed text: each line `name: ≈ number unit`."""
    found = {}
    for line in text.splitlines():
        if match := MEASURE.match(line.strip()):
            value = match["value"].rstrip(".,").replace(",", "")
            name = match["name"].strip()
            found[name] = {"value": float(value), "unit": match["unit"].strip()}
    return found


def record_path(path: pathlib.Path) -> pathlib.Path:
    """Where a notebook's verification record is kept."""
    return RECORDS / f"{path.stem}.json"


def record(path: pathlib.Path) -> dict | None:
    """A notebook's verification record, or None before the first `make verify`."""
    file = record_path(path)
    return json.loads(file.read_text(encoding="utf8")) if file.is_file() else None


def in_contents() -> list[str]:
    """Every document that _toc.yml lists, in reading order."""
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf8"))
    found = [toc["root"]]

    def walk(node: object) -> None:
        if isinstance(node, list):
            for item in node:
                walk(item)
        elif isinstance(node, dict):
            if "file" in node:
                found.append(node["file"])
            for key in ("parts", "chapters", "sections"):
                walk(node.get(key, []))

    walk({key: value for key, value in toc.items() if key != "root"})
    return found
