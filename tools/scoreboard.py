"""Train the full grid of the scoreboard chapter and record it.

Usage: scoreboard.py [--jobs N] [TASK …]. One run per task of the grid: the notebook's
cells up to the one tagged `grid`, in an empty directory, in a process of its own, with
the network cut off where the platform can. A run trains every architecture on every
seed. Finished tasks are kept in verification/.progress, so that an interrupted grid
resumes. When all are there, the record is written, and the same numbers into the
notebook's cells tagged `recorded`, from which it draws the whole picture.
"""

import argparse
import concurrent.futures
import json
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from tools import chapters, verify

STEM = "11_6_scoreboard"
RECORD = chapters.RECORDS / "scoreboard" / "full_grid.json"  # not a chapter's record
PROGRESS = chapters.RECORDS / ".progress" / "scoreboard"  # a file per task
HEADER = "# @title Recorded: {}, written by `make scoreboard`"


def upto_grid(notebook: dict) -> dict:
    """The notebook up to the cell that trains the grid: what the numbers depend on.

    Claims on the way are left out, and the choice of the subset for the page's own run.
    """
    marked = [k for k, x in enumerate(notebook["cells"]) if "grid" in chapters.tags(x)]
    if len(marked) != 1:
        raise chapters.ChapterError(f"{STEM} has {len(marked)} cells tagged `grid`")
    cells = notebook["cells"][: marked[0] + 1]
    apart = {"claim", "subset"}
    return {**notebook, "cells": [x for x in cells if not apart & {*chapters.tags(x)}]}


def fingerprint(notebook: dict) -> str:
    """Digest of that code: drawing and wording need no new grid."""
    return chapters.fingerprint(upto_grid(notebook))


def names(notebook: dict) -> dict:
    """Tasks, architectures, rates and budget, as the notebook's `names` cell says."""
    (cell,) = (x for x in notebook["cells"] if "names" in chapters.tags(x))
    found: dict = {}
    exec(chapters.source(cell), found)
    return {key.lower(): found[key] for key in ("TASKS", "KINDS", "RATES", "BUDGET")}


def task_run(notebook: dict, task: str, prefix: list[str]) -> dict:
    """Train one task's row of the grid; its entry for the record."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary) / "empty"
        folder.mkdir()
        (folder / f"{STEM}.ipynb").write_text(json.dumps(upto_grid(notebook)), "utf8")
        result, report = folder.parent / "grid.json", folder.parent / "report.json"
        more = {
            "GRID": task,
            "SEEDS": list(chapters.SEEDS),
            "LANES": 1,
            "RESULT": str(result),
        }
        command = [*prefix, sys.executable, verify.RUN_ONE, f"{STEM}.ipynb", "0"]
        command += [report, json.dumps(more)]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
        if not report.is_file():
            last = (done.stderr.strip().splitlines() or ["no message"])[-1]
            raise chapters.ChapterError(f"{task}: {last}")
        told = json.loads(report.read_text("utf8"))
        if not told["ok"]:
            raise chapters.ChapterError(f"{task}: {told['error']}")
        return json.loads(result.read_text("utf8"))[task]


def row(entry: dict, kind: str) -> str:
    """One line: architecture, parameters, seconds, per seed chosen:scores by rate."""
    one = entry["kinds"][kind]
    head = f"{kind} {one['parameters']} {statistics.median(one['seconds']):.1f}"
    seeds = zip(one["chosen"], one["scores"], strict=True)
    return " ".join([head, *(f"{k}:{'/'.join(map(str, s))}" for k, s in seeds)])


def cell_sources(record: dict) -> list[str]:
    """What the notebook's recorded cells must hold, three tables of a few tasks."""
    tasks, third = list(record["tasks"]), -(-len(record["tasks"]) // 3)
    sources = []
    for part in range(3):
        some = tasks[part * third : (part + 1) * third]
        lines = [HEADER.format(f"{', '.join(some)}")]
        lines += ["RECORDED = {}"] * (part == 0)
        for task in some:
            entry = record["tasks"][task]
            simple = " ".join(map(str, entry["simple"]))
            lines += [f'RECORDED["{task}"] = """simple {simple}']
            lines += [*(row(entry, kind) for kind in record["kinds"]), '"""']
        sources.append("\n".join(lines))
    return sources


def recorded_cells(notebook: dict) -> list[dict]:
    """The notebook's cells tagged `recorded`, which must be three."""
    cells = [x for x in notebook["cells"] if "recorded" in chapters.tags(x)]
    if len(cells) != 3:
        raise chapters.ChapterError(f"{STEM} has {len(cells)} cells tagged `recorded`")
    return cells


def write_cells(path: pathlib.Path, record: dict) -> None:
    """Put the record into the notebook; nothing else of the file changes."""
    notebook = chapters.read(path)
    pairs = zip(recorded_cells(notebook), cell_sources(record), strict=True)
    for cell, source in pairs:
        cell["source"] = source.splitlines(keepends=True)
    new = path.with_suffix(".ipynb.new")
    text = json.dumps(notebook, indent=1, ensure_ascii=False, sort_keys=True)
    new.write_text(text + "\n", encoding="utf8")
    new.replace(path)


def finished(head: dict, tasks: list[str]) -> dict:
    """What an interrupted grid left of these tasks, for the same head."""
    found = {}
    for task in tasks:
        file = PROGRESS / f"{task}.json"
        kept = json.loads(file.read_text("utf8")) if file.is_file() else {}
        if kept.get("head") == head:
            found[task] = kept["entry"]
    return found


def train(notebook: dict, head: dict, tasks: list[str], jobs: int) -> list[str]:
    """Run these tasks and keep each as it comes; the failures, as lines."""
    failed = []
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        prefix = verify.jail()
        runs = {pool.submit(task_run, notebook, x, prefix): x for x in tasks}
        for run in concurrent.futures.as_completed(runs):
            task = runs[run]
            try:
                entry = run.result()
            except chapters.ChapterError as error:
                failed.append(str(error))
                continue
            verify.save(PROGRESS / f"{task}.json", {"head": head, "entry": entry})
            seconds = sum(sum(one["seconds"]) for one in entry["kinds"].values())
            count = len(entry["kinds"])
            print(f"  {task}: {count} architectures, {seconds:.0f} s", flush=True)
    return failed


def main(arguments: list[str]) -> int:
    """Train, record, and say what to do next."""
    parser = argparse.ArgumentParser(description="Train and record the full grid.")
    parser.add_argument("tasks", nargs="*", metavar="TASK")
    parser.add_argument("--jobs", type=int, default=1, help="tasks side by side")
    options = parser.parse_args(arguments)
    try:
        path = chapters.find(STEM)
        notebook = chapters.read(path)
        stated = names(notebook)
        if unknown := [x for x in options.tasks if x not in stated["tasks"]]:
            known = ", ".join(stated["tasks"])
            raise chapters.ChapterError(f"no task '{unknown[0]}' in the grid: {known}")
        head = {
            "notebook": STEM,
            "fingerprint": fingerprint(notebook),
            "environment": verify.environment(),
            "kinds": list(stated["kinds"]),
            "rates": list(stated["rates"]),
            "budget": stated["budget"],
            "seeds": list(chapters.SEEDS),
        }
        done = finished(head, list(stated["tasks"]))
        wanted = options.tasks or list(stated["tasks"])
        missing = [task for task in wanted if task not in done]
        if failed := train(notebook, head, missing, options.jobs):
            raise chapters.ChapterError("; ".join(failed))
        done = finished(head, list(stated["tasks"]))
        if missing := [task for task in stated["tasks"] if task not in done]:
            print(f"book: still to be trained: {', '.join(missing)}")
            return 0
        record = {**head, "tasks": done}
        write_cells(path, record)
        verify.save(RECORD, record)
        shutil.rmtree(PROGRESS)
    except chapters.ChapterError as error:
        print(f"book: {error}", file=sys.stderr)
        return 2
    print(f"book: full grid recorded; now `make execute NB={STEM}` and `make verify`")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
