"""Export what the site's explorers run: weights out of notebooks, as scripts.

Usage: explorers.py [NAME …]. Each file tools/exports/<notebook>.py has the notebook's
`PARAMETERS`, the last cell it needs (`STOP`, or `CELLS`: the only ones it needs) and a
`CELL` of its own, which leaves `EXPORT = {file: {"info": {...}, "arrays": {name:
array}}}`. The notebook runs up to STOP in an empty directory; each file becomes
book/_static/explorers/data/<file>.js, at most 1 MB, with the notebook's fingerprint, by
which a test knows an outdated file.
"""

import importlib.util
import json
import os
import pathlib
import subprocess
import sys
import tempfile

import nbclient
import nbformat
from papermill.iorw import load_notebook_node
from papermill.parameterize import parameterize_notebook

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from tools import chapters

EXPORTS = chapters.ROOT / "tools" / "exports"
DATA = chapters.ROOT / "book" / "_static" / "explorers" / "data"
LIMIT = 1_000_000  # bytes per file

WRITE = """
import base64, json, pathlib
def packed(array):
    array = np.ascontiguousarray(array)
    kind = str(array.dtype)
    assert kind in ("float16", "float32"), f"arrays are float16 or float32, not {kind}"
    little = array.astype(array.dtype.newbyteorder("<"))
    text = base64.b64encode(little.tobytes()).decode()
    return {"shape": list(array.shape), "dtype": kind, "base64": text}
for file, content in EXPORT.items():
    arrays = {name: packed(array) for name, array in content["arrays"].items()}
    whole = json.dumps({"info": content["info"], "arrays": arrays}, ensure_ascii=False)
    pathlib.Path(f"{file}.json").write_text(whole, "utf8")
"""


def exports() -> list[pathlib.Path]:
    """Every export, in the order of the chapters."""
    return sorted(EXPORTS.glob("*.py"))


def read(path: pathlib.Path):
    """An export's PARAMETERS, STOP or CELLS, and CELL."""
    spec = importlib.util.spec_from_file_location("export", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def shortened(path: pathlib.Path, export) -> nbformat.NotebookNode:
    """The notebook with parameters, the cells needed, and the export's own."""
    notebook = load_notebook_node(str(path))
    names = [cell.get("id") for cell in notebook.cells]
    needed = getattr(export, "CELLS", None)
    for name in needed or [export.STOP]:
        if name not in names:
            raise chapters.ChapterError(f"{path.name} has no cell {name}")
    needed = needed or names[: names.index(export.STOP) + 1]
    notebook.cells = [cell for cell in notebook.cells if cell.get("id") in needed]
    notebook = parameterize_notebook(notebook, export.PARAMETERS)
    notebook.cells += [nbformat.v4.new_code_cell(x) for x in (export.CELL, WRITE)]
    return notebook


def script(name: str, fingerprint: str, content: dict) -> str:
    """The JavaScript that hands the data to the page."""
    whole = json.dumps({"fingerprint": fingerprint, **content}, ensure_ascii=False)
    return f"bookExplorers.hand({json.dumps(name)}, {whole});\n"


def data(path: pathlib.Path) -> dict:
    """What a written script hands over, for tests."""
    text = path.read_text(encoding="utf8")
    return json.loads(text[text.index(",") + 1 : text.rindex(")")])


def export(path: pathlib.Path) -> None:
    """Run one export and write its files; ChapterError when one is too large."""
    notebook = chapters.find(path.stem)
    fingerprint = chapters.fingerprint(chapters.read(notebook))
    with tempfile.TemporaryDirectory() as folder:
        client = nbclient.NotebookClient(
            shortened(notebook, read(path)),
            timeout=3600,
            kernel_name="python3",
            resources={"metadata": {"path": folder}},
        )
        client.execute(env=dict(os.environ), stderr=subprocess.DEVNULL)
        for file in sorted(pathlib.Path(folder).glob("*.json")):
            text = script(file.stem, fingerprint, json.loads(file.read_text("utf8")))
            if len(text) > LIMIT:
                size = f"{len(text) / 1e6:.2f} MB"
                raise chapters.ChapterError(f"{file.stem}: {size}, more than 1 MB")
            DATA.mkdir(parents=True, exist_ok=True)
            (DATA / f"{file.stem}.js").write_text(text, encoding="utf8")
            print(f"book: {file.stem}.js, {len(text) / 1e6:.2f} MB", flush=True)


def main(names: list[str]) -> int:
    """Export what was asked for, or everything; 2 when something is wrong."""
    known = {path.stem: path for path in exports()}
    try:
        for stem in [chapters.find(name).stem for name in names] or known:
            if stem not in known:
                wanted = ", ".join(known)
                raise chapters.ChapterError(f"{stem} has no explorer; {wanted} have")
            export(known[stem])
    except (chapters.ChapterError, nbclient.exceptions.CellExecutionError) as error:
        print(f"book: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
