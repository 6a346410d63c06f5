"""Corrupt a copy of a notebook and want the run to go red: the same pytest command, the
same options and plugins, as `make test`. A check that has never failed proves nothing.
"""

import json
import pathlib
import re
import subprocess
import sys
import tempfile

import pytest

from tools import chapters, pins

DATA, RNN = "02_sequence_data", "06_1_rnn_from_scratch"
EXACT = re.compile(r"^[^≈\n]*\d[^≈\n]*$", re.MULTILINE)


def load(stem: str) -> dict:
    """A notebook of the book, to be corrupted."""
    return chapters.read(chapters.NOTEBOOKS / f"{stem}.ipynb")


def code_cells(notebook: dict, tag: str | None = None) -> list[dict]:
    """Its code cells, or those with a tag."""
    return [
        cell
        for cell in notebook["cells"]
        if cell["cell_type"] == "code" and (tag is None or tag in chapters.tags(cell))
    ]


def corrupt(notebook: dict, name: str, old: str, new: str) -> None:
    """Replace `old` by `new` in one cell's source; it must be there."""
    (cell,) = (one for one in notebook["cells"] if one["id"] == name)
    text = chapters.source(cell)
    assert old in text, f"{name} no longer holds {old!r}: mend this canary"
    cell["source"] = text.replace(old, new)


def failure(notebook: dict, stem: str) -> str:
    """Test the corrupted copy; the name of the one item that failed.

    The copy lies inside the project, so that its settings and plugins apply.
    """
    nest = chapters.ROOT / "_build" / "canaries"
    nest.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=nest) as folder:
        copy = pathlib.Path(folder) / f"{stem}.ipynb"
        copy.write_text(json.dumps(notebook), encoding="utf8")
        command = [sys.executable, "-m", "pytest", "--exitfirst", "-n", "0"]
        done = subprocess.run(
            [*command, "--color=no", copy],
            cwd=chapters.ROOT,
            capture_output=True,
            text=True,
        )
    assert done.returncode == 1, done.stdout[-3000:]
    failed = re.findall(r"^FAILED \S+?::(.+?)(?: - .*)?$", done.stdout, re.MULTILINE)
    assert len(failed) == 1, done.stdout[-3000:]
    return failed[0]


def item(notebook: dict, name: str) -> str:
    """What nbval calls a cell."""
    ids = [cell["id"] for cell in code_cells(notebook)]
    return f"Cell {ids.index(name)}"


@pytest.mark.skipif(bool(pins.differences()), reason="outputs are not compared here")
def test_changed_number_in_a_stored_output():
    """An exact number; a measured one may differ, so one is changed too, unnoticed."""
    notebook = load(RNN)
    outputs = [
        (cell, out)
        for cell in code_cells(notebook)
        for out in cell["outputs"]
        if out.get("name") == "stdout"
    ]
    measured = next(out for _, out in outputs if "≈ " in "".join(out["text"]))
    measured["text"] = re.sub(r"≈ [-+0-9.e]+", "≈ 123.4", "".join(measured["text"]))
    cell, last = [
        (cell, out) for cell, out in outputs if EXACT.search("".join(out["text"]))
    ][-1]
    line = EXACT.search("".join(last["text"]))
    wrong = re.sub(r"\d", lambda digit: str((int(digit[0]) + 1) % 10), line[0], count=1)
    last["text"] = "".join(last["text"]).replace(line[0], wrong, 1)
    assert failure(notebook, RNN) == item(notebook, cell["id"])


def test_swapped_weights_in_the_backward_pass():
    notebook = load(RNN)
    corrupt(
        notebook, "bptt", 'carry = delta @ p["W_hh"].T', 'carry = delta @ p["W_hh"]'
    )
    wrong = item(notebook, "claim-bptt-finite-differences")
    assert failure(notebook, RNN) == wrong


def test_removed_mask():
    notebook = load(DATA)
    corrupt(notebook, "reader", "gru(x, mask=real)", "gru(x)")
    assert failure(notebook, DATA) == item(notebook, "claim-padding-mask")


def test_broken_claim():
    notebook = load(RNN)
    first = code_cells(notebook, "claim")[0]
    name, text = first["id"], chapters.source(first)
    turned = re.sub(r"^assert (.+?)(, .*)?$", r"assert not (\1)\2", text, flags=re.M)
    assert turned != text
    first["source"] = turned
    assert failure(notebook, RNN) == item(notebook, name)


def test_error_in_the_last_cell():
    notebook = load(RNN)
    last = code_cells(notebook)[-1]
    last["source"] = chapters.source(last) + "\nraise RuntimeError"
    assert failure(notebook, RNN) == item(notebook, last["id"])


def test_exercise_that_is_already_solved():
    notebook = load(RNN)
    stub = code_cells(notebook, "exercise")[0]
    stub["source"] = chapters.source(code_cells(notebook, "solution")[0])
    assert failure(notebook, RNN) == f"{stub['id']} alone fails its check"


def test_check_that_fails_for_the_wrong_reason():
    notebook = load(RNN)
    check = code_cells(notebook, "check")[0]
    check["source"] = "undefined_name\n" + chapters.source(check)
    stub = code_cells(notebook, "exercise")[0]
    assert failure(notebook, RNN) == f"{stub['id']} alone fails its check"


def test_solution_that_is_wrong():
    notebook = load(RNN)
    solution = code_cells(notebook, "solution")[0]
    stub = code_cells(notebook, "exercise")[0]
    solution["source"] = chapters.source(stub)
    check = code_cells(notebook, "check")[0]
    assert failure(notebook, RNN) == item(notebook, check["id"])
