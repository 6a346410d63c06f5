"""A reader's own file: read from a path or a URL, or refused in one clear line.

07 and 08 read pairs for a section of their own; the applications run on DATA from the
first cell to the last, and tests/own_data/ has a good file and bad ones for each.
"""

import functools
import http.server
import os
import pathlib
import re
import runpy
import subprocess
import threading

import nbclient
import nbformat
import pytest

from tools import chapters

LINES = [f"{n}+1\t{n + 1}" for n in range(300)]
GOOD = ("\ufeff" + "\r\n".join([*LINES, "", LINES[0]])).encode()  # BOM, CRLF, a repeat
DEAD = "http://127.0.0.1:9/"  # nobody listens
BAD = {
    "empty.tsv": b"",
    "one_column.tsv": b"1\t2\n3 4\n",
    "empty_side.tsv": b"1\t2\n3\t\n",
    "three_columns.tsv": b"1\t2\t3\n",
    "latin1.tsv": "1\t2\nfünf\t5\n".encode("latin-1"),
    "binary.tsv": b"\x00\x01\x02\t\x00",
    "short.tsv": b"1\t2\n3\t4\n",
    "huge_line.tsv": b"1\t2\n" + b"3 " * 50_000 + b"\t4\n",
}


NOTEBOOKS = [
    pytest.param(chapters.ROOT / "notebooks" / f"{stem}.ipynb", id=stem)
    for stem in ("07_encoder_decoder", "08_attention")
]
APPLICATIONS = sorted(pathlib.Path(__file__).with_name("own_data").glob("*.py"))


def opening(path, data: str, extra: str = "") -> nbformat.NotebookNode:
    """The notebook up to the cell that reads DATA, with DATA set, and one more cell."""
    notebook = nbformat.read(path, as_version=4)
    sources = [x.source for x in notebook.cells if x.cell_type == "code"]
    last = next(k for k, text in enumerate(sources) if "own_pairs =" in text)
    sources = sources[: last + 1]
    assert 'DATA = ""' in sources[0]
    sources[0] = sources[0].replace('DATA = ""', f"DATA = {data!r}")
    sources += [extra] if extra else []
    notebook.cells = [nbformat.v4.new_code_cell(text) for text in sources]
    return notebook


def whole(case: dict, path, data: str, extra: str = "") -> nbformat.NotebookNode:
    """The whole notebook with DATA and the case's small budgets, and one more cell."""
    notebook = nbformat.read(path, as_version=4)
    cells = [x for x in notebook.cells if x.cell_type == "code"]
    for cell in cells:
        cell.outputs = []
    for name, value in {"DATA": data, **case["QUICK"]}.items():
        line = re.compile(rf"^{name} = .*$", re.MULTILINE)
        assert line.search(cells[0].source), f"no parameter {name}"
        cells[0].source = line.sub(f"{name} = {value!r}", cells[0].source, count=1)
    cells += [nbformat.v4.new_code_cell(extra)] if extra else []
    notebook.cells = cells
    return notebook


def execute(notebook, folder) -> None:
    """Run it in `folder`, which stays as it was."""
    client = nbclient.NotebookClient(
        notebook,
        timeout=120,
        kernel_name="python3",
        resources={"metadata": {"path": str(folder)}},
    )
    client.execute(
        env={**os.environ, "no_proxy": "127.0.0.1"}, stderr=subprocess.DEVNULL
    )


def printed(cell) -> list[str]:
    """The lines a cell printed."""
    return "".join(out.get("text", "") for out in cell.outputs).splitlines()


@pytest.fixture
def served(tmp_path):
    """A folder with the good file, and its address on this machine."""
    folder = tmp_path / "served"
    folder.mkdir()
    (folder / "good.tsv").write_bytes(GOOD)
    for application in APPLICATIONS:
        for name, content in runpy.run_path(application)["GOOD"].items():
            (folder / name).write_bytes(content)

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

    handler = functools.partial(Quiet, directory=str(folder))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


@pytest.mark.parametrize("path", NOTEBOOKS)
def test_reads_good_pairs_and_names_what_is_wrong_with_others(path, tmp_path, served):
    folder = tmp_path / "here"
    folder.mkdir()
    for name, content in BAD.items():
        (folder / name).write_bytes(content)
    sources = [*BAD, "missing.tsv", ".", f"{served}/missing.tsv", DEAD]
    extra = (
        "print(len(own_pairs), own_pairs[0])\n"
        f"for source in {sources!r}:\n"
        "    try:\n"
        "        print('ACCEPTED', source, len(read_pairs(source)))\n"
        "    except BadData as error:\n"
        "        print(error)\n"
    )
    notebook = opening(path, f"{served}/good.tsv", extra)
    execute(notebook, folder)
    first, *complaints = printed(notebook.cells[-1])
    assert first == f"{len(LINES)} ('0+1', '1')"
    assert len(complaints) == len(sources), "one line each, no more"
    for source, complaint in zip(sources, complaints, strict=True):
        assert complaint.startswith(source), f"{source}: {complaint}"
    assert sorted(x.name for x in folder.iterdir()) == sorted(BAD), "a file was written"


@pytest.mark.parametrize("path", NOTEBOOKS)
def test_a_bad_file_stops_the_notebook_at_once_with_one_line(path, tmp_path):
    with pytest.raises(nbclient.exceptions.CellExecutionError):
        execute(notebook := opening(path, "one_column.tsv"), tmp_path)
    shown = [x for cell in notebook.cells for x in cell.get("outputs", [])][-1]
    assert shown.ename == "BadData"
    assert len("\n".join(shown.traceback).splitlines()) == 1, shown.traceback


def test_every_chapter_that_takes_data_is_driven():
    offering = [
        path.stem
        for path in chapters.notebooks()
        if 'DATA = ""' in chapters.source(chapters.read(path)["cells"][1])
    ]
    driven = [file.stem for file in APPLICATIONS]
    assert offering == ["07_encoder_decoder", "08_attention", *driven]


@pytest.mark.parametrize("application", APPLICATIONS, ids=lambda file: file.stem)
def test_an_application_runs_on_own_data_and_refuses_bad(application, tmp_path, served):
    """Every cell runs on a small file of another kind; then each bad one is refused."""
    case = runpy.run_path(application)
    path = chapters.ROOT / "notebooks" / f"{application.stem}.ipynb"
    folder = tmp_path / "here"
    folder.mkdir()
    for name, content in case["BAD"].items():
        (folder / name).write_bytes(content)
    sources = [*case["BAD"], "missing.txt", ".", f"{served}/missing", DEAD]
    extra = (
        f"for source in {sources!r}:\n"
        "    try:\n"
        f"        print('ACCEPTED', source, type({case['READER']}(source)))\n"
        "    except BadData as error:\n"
        "        print(error)\n"
    )
    for good in case["GOOD"]:
        notebook = whole(case, path, f"{served}/{good}", extra)
        execute(notebook, folder)
    complaints = printed(notebook.cells[-1])
    assert len(complaints) == len(sources), "one line each, no more"
    for source, complaint in zip(sources, complaints, strict=True):
        assert complaint.startswith(source), f"{source}: {complaint}"
    assert sorted(x.name for x in folder.iterdir()) == sorted(case["BAD"])


@pytest.mark.parametrize("application", APPLICATIONS, ids=lambda file: file.stem)
def test_an_application_stops_at_bad_data_with_one_line(application, tmp_path):
    case = runpy.run_path(application)
    path = chapters.ROOT / "notebooks" / f"{application.stem}.ipynb"
    name, content = next(iter(case["BAD"].items()))
    (tmp_path / name).write_bytes(content)
    notebook = whole(case, path, name)
    with pytest.raises(nbclient.exceptions.CellExecutionError):
        execute(notebook, tmp_path)
    ran = [cell for cell in notebook.cells if cell.get("outputs")]
    assert ran[-1].outputs[-1].ename == "BadData"
    assert len("\n".join(ran[-1].outputs[-1].traceback).splitlines()) == 1
    assert len(ran) <= 3, "it must stop before anything is trained"
