"""Run notebooks from an empty directory and store their outputs.

Usage: execute.py NAME [NAME …], a name being a chapter number or a file name.
A notebook that fails, or that writes to stderr, is left as it was.
"""

import base64
import io
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

import nbclient
import nbformat
from PIL import Image

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from tools import chapters

METADATA = {
    "colab": {"provenance": [], "toc_visible": True},
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def run(notebook: nbformat.NotebookNode, folder: str) -> None:
    """Execute in `folder`, with the kernel of this environment.

    ipykernel forwards what C code writes to file descriptor 2 unless this variable is
    set, as pytest sets it: so stored outputs equal those that nbval sees.
    """
    env = {**os.environ, "PYTEST_CURRENT_TEST": "make execute"}
    client = nbclient.NotebookClient(
        notebook,
        timeout=600,
        kernel_name="python3",
        extra_arguments=["--log-level=40"],
        resources={"metadata": {"path": folder}},
        coalesce_streams=True,  # else timing decides how a stream is cut up
    )
    client.execute(env=env, stderr=subprocess.DEVNULL)


def smaller(encoded: str) -> str:
    """The same picture with a palette of 256 colours, where that saves space.

    A figure of lines and letters loses nothing that an eye sees, and more than half its
    bytes. Pictures are not part of the comparison of outputs.
    """
    raw = base64.b64decode(encoded)
    picture = Image.open(io.BytesIO(raw)).convert("RGB")
    target = io.BytesIO()
    palette = picture.quantize(256, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    palette.save(target, "PNG", optimize=True)
    new = target.getvalue()
    return base64.b64encode(new).decode() if len(new) < len(raw) else encoded


def tidy(notebook: nbformat.NotebookNode) -> None:
    """Standard metadata, no timestamps, small pictures."""
    notebook.metadata = nbformat.from_dict(METADATA)
    count = 0
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        if cell.cell_type == "code":
            count += 1
            cell.execution_count = count
        for out in cell.get("outputs", []):
            if "image/png" in out.get("data", {}):
                out.data["image/png"] = smaller(out.data["image/png"])


def complaints(notebook: nbformat.NotebookNode) -> list[str]:
    """What must not be stored: anything on stderr."""
    return [
        f"cell {cell.get('id')} writes to stderr: {out.text.strip().splitlines()[0]}"
        for cell in notebook.cells
        for out in cell.get("outputs", [])
        if out.get("name") == "stderr"
    ]


def execute(path: pathlib.Path) -> None:
    """Run one notebook and replace the file in one step; ChapterError when it fails."""
    chapters.claims(chapters.read(path))
    notebook = nbformat.read(path, as_version=4)
    start = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(path, folder)
        try:
            run(notebook, folder)
        except nbclient.exceptions.CellExecutionError as error:
            plain = re.sub(r"\x1b\[[0-9;]*m", "", str(error))
            print(plain, file=sys.stderr)
            raise chapters.ChapterError(
                f"{path.name} fails with {error.ename}; the stored file is unchanged"
            ) from None
    tidy(notebook)
    if wrong := complaints(notebook):
        raise chapters.ChapterError(f"{path.name}: {wrong[0]}")
    nbformat.validate(notebook)
    new = path.with_suffix(".ipynb.new")
    text = json.dumps(notebook, indent=1, ensure_ascii=False, sort_keys=True)
    new.write_text(text + "\n", encoding="utf8")
    new.replace(path)
    print(f"book: {path.name} executed in {time.perf_counter() - start:.0f} s")


def main(names: list[str]) -> int:
    """Execute each named notebook; 2 when something is wrong."""
    try:
        if not names:
            known = ", ".join(path.stem for path in chapters.notebooks())
            raise chapters.ChapterError(f"say which notebook: NB=… of {known}")
        for path in [chapters.find(name) for name in names]:
            execute(path)
    except chapters.ChapterError as error:
        print(f"book: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
