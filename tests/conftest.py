"""Helpers that several test files share."""

import os
import pathlib
import shutil
import subprocess
import sys

import nbformat
import pytest
from browsing import address, browser, context, load  # noqa: F401 (fixtures)

from tools import chapters
from tools.execute import METADATA

v4 = nbformat.v4


def code(source: str, name: str, *tags: str) -> nbformat.NotebookNode:
    """A code cell with an id and tags."""
    cell = v4.new_code_cell(source)
    cell.id, cell.metadata.tags = name, list(tags)
    return cell


def small_notebook(**replaced: str) -> nbformat.NotebookNode:
    """A notebook of four cells that runs in a second; replace a cell's source by id."""
    sources = {
        "parameters": "SEED = 0",
        "setup": "import random\n\nrandom.seed(SEED)",
        "claim-below": "# Claim: A draw from the unit interval is below one.\n"
        'x = random.random()\nprint(f"draw: ≈ {x:.3g} units")\nassert x < 1',
        "last": 'print("done")',
    }
    sources.update({name.replace("_", "-"): text for name, text in replaced.items()})
    title = v4.new_markdown_cell("# Small")
    title.id = "title"
    cells = [title]
    for name, source in sources.items():
        tag = "claim" if name.startswith("claim") else name
        cells.append(code(source, name, tag))
    return v4.new_notebook(cells=cells, metadata=METADATA)


@pytest.fixture
def workshop(tmp_path) -> pathlib.Path:
    """A copy of the tools with no notebooks of its own."""
    files = ("requirements.txt", "constraints.txt", "package.json", "package-lock.json")
    for name in ("tools", *files, "Makefile"):
        source = chapters.ROOT / name
        copy = shutil.copytree if source.is_dir() else shutil.copy
        copy(source, tmp_path / name)
    (tmp_path / "notebooks").mkdir()
    return tmp_path


@pytest.fixture
def run():
    """Run a tool of a workshop and return the finished process."""

    def call(folder, script, *arguments, **environment):
        return subprocess.run(
            [sys.executable, folder / "tools" / script, *arguments],
            cwd=folder,
            env={**os.environ, **environment},
            capture_output=True,
            text=True,
        )

    return call
