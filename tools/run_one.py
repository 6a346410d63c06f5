"""Run one notebook once, in the current directory, and report on its claims.

Usage: run_one.py NOTEBOOK SEED REPORT [PARAMETERS]. Called by verify.py and by
scoreboard.py (with further parameters as JSON) in a fresh process, so that the peak
memory read at the end belongs to this notebook's kernel alone.
"""

import fcntl
import json
import os
import pathlib
import resource
import socket
import struct
import sys
import time

import nbformat
import papermill

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from tools import chapters

SIOCGIFFLAGS, SIOCSIFFLAGS, IFF_UP = 0x8913, 0x8914, 0x1


def raise_loopback() -> None:
    """Bring `lo` up: kernels talk over it, and a new network namespace has it down."""
    if not sys.platform.startswith("linux"):
        return
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        request = struct.pack("16sH14x", b"lo", 0)
        (flags,) = struct.unpack("16xH14x", fcntl.ioctl(probe, SIOCGIFFLAGS, request))
        if not flags & IFF_UP:
            request = struct.pack("16sH14x", b"lo", flags | IFF_UP)
            fcntl.ioctl(probe, SIOCSIFFLAGS, request)


def errors(cell: nbformat.NotebookNode) -> list[str]:
    """The errors a cell ended with, one line each."""
    return [
        f"{out.ename}: {out.evalue}".splitlines()[0]
        for out in cell.get("outputs", [])
        if out.output_type == "error"
    ]


def report(notebook: nbformat.NotebookNode) -> dict:
    """Per claim whether it held and what it measured; plus the first error of all."""
    claims = {}
    problems = []
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        wrong = errors(cell)
        problems += [f"cell {cell.id}: {line}" for line in wrong]
        if "claim" in chapters.tags(cell):
            ran = cell.execution_count is not None
            measured = chapters.measures(chapters.printed(cell))
            claims[cell.id] = {"held": ran and not wrong, "measures": measured}
    return {"claims": claims, "error": problems[0] if problems else None}


def main(name: str, seed: int, target: str, more: dict) -> None:
    """Execute with papermill. A failing claim does not stop it, other errors do."""
    raise_loopback()
    os.environ["PYTEST_CURRENT_TEST"] = "make verify"  # as in execute.py
    notebook = nbformat.read(name, as_version=4)
    for cell in notebook.cells:
        if "claim" in chapters.tags(cell):
            cell.metadata.tags.append("raises-exception")
    start = time.perf_counter()
    error = None
    with_claims = pathlib.Path(target).with_suffix(".ipynb")
    nbformat.write(notebook, with_claims)
    try:
        papermill.execute_notebook(
            str(with_claims),
            str(with_claims),
            parameters={"SEED": seed, **more},
            kernel_name="python3",
            progress_bar=False,
            request_save_on_cell_execute=False,  # else saving counts as running
            cwd=".",
        )
    except papermill.PapermillExecutionError as problem:
        error = f"{problem.ename}: {problem.evalue}"
    seconds = time.perf_counter() - start
    found = report(nbformat.read(with_claims, as_version=4))
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    error = found["error"] or error
    result = {
        "seed": seed,
        "ok": error is None,
        "error": error,
        "seconds": round(seconds, 1),
        "peak_memory_mib": round(peak / (2**20 if sys.platform == "darwin" else 2**10)),
        "claims": found["claims"],
    }
    text = json.dumps(result, ensure_ascii=False)
    pathlib.Path(target).write_text(text, encoding="utf8")


if __name__ == "__main__":
    further = json.loads(sys.argv[4]) if len(sys.argv) > 4 else {}
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3], further)
