"""The scoreboard's record: it is of the present code, whole, within the stated budget,
and the notebook holds the same numbers.
"""

import copy
import json
import re
import statistics

import nbformat
import pytest

from conftest import code, small_notebook
from tools import chapters, scoreboard

PATH = chapters.NOTEBOOKS / f"{scoreboard.STEM}.ipynb"
NOTEBOOK = chapters.read(PATH)
RECORD = json.loads(scoreboard.RECORD.read_text(encoding="utf8"))
STATED = scoreboard.names(NOTEBOOK)
TOLERANCE = 0.05  # parameters may differ this much from the budget, as the page says


def read_back(notebook: dict) -> dict:
    """What the recorded cells say when they are run: task → (simple, rows by kind)."""
    found: dict = {}
    for cell in scoreboard.recorded_cells(notebook):
        exec(chapters.source(cell), found)
    tables = {}
    for task, text in found["RECORDED"].items():
        simple, *rows = (line.split() for line in text.splitlines())
        assert simple[0] == "simple"
        tables[task] = simple[1:], {kind: row for kind, *row in rows}
    return tables


def shown(row: list[str]) -> dict:
    """A row of a recorded cell as the record names its parts."""
    parameters, seconds, *seeds = row
    pairs = [re.fullmatch(r"(\d):(.+)", seed).groups() for seed in seeds]
    return {
        "parameters": int(parameters),
        "seconds": float(seconds),
        "chosen": [int(chosen) for chosen, _ in pairs],
        "scores": [[int(x) for x in scores.split("/")] for _, scores in pairs],
    }


def differences(notebook: dict, record: dict) -> list[str]:
    """Where the notebook's recorded cells differ from the record."""
    tables, wrong = read_back(notebook), []
    if list(tables) != list(record["tasks"]):
        return ["other tasks"]
    for task, entry in record["tasks"].items():
        simple, rows = tables[task]
        if simple != [str(x) for x in entry["simple"]]:
            wrong.append(f"{task}, simple")
        if list(rows) != list(entry["kinds"]):
            wrong.append(f"{task}, architectures")
            continue
        for kind, one in entry["kinds"].items():
            seconds = round(statistics.median(one["seconds"]), 1)
            expected = {key: one[key] for key in ("parameters", "chosen", "scores")}
            if shown(rows[kind]) != {**expected, "seconds": seconds}:
                wrong.append(f"{task}, {kind}")
    return wrong


def faults(record: dict, stated: dict) -> list[str]:
    """What is missing from a record, or out of bounds."""
    found = []
    if record["seeds"] != list(chapters.SEEDS):
        found.append("seeds")
    for key in ("kinds", "rates", "budget"):
        if record[key] != stated[key]:
            found.append(f"{key} are not those of the notebook")
    if list(record["tasks"]) != list(stated["tasks"]):
        found.append("tasks")
    for task, entry in record["tasks"].items():
        if list(entry["kinds"]) != list(stated["kinds"]):
            found.append(f"{task}: architectures")
        if len(entry["simple"]) != len(chapters.SEEDS):
            found.append(f"{task}: simple")
        for kind, one in entry["kinds"].items():
            where = f"{task}, {kind}"
            lengths = {len(one[key]) for key in ("seconds", "chosen", "scores")}
            if lengths != {len(chapters.SEEDS)}:
                found.append(f"{where}: a seed is missing")
            if any(len(scores) != len(stated["rates"]) for scores in one["scores"]):
                found.append(f"{where}: a rate is missing")
            if not all(0 <= k < len(stated["rates"]) for k in one["chosen"]):
                found.append(f"{where}: no such rate")
            if abs(one["parameters"] / stated["budget"] - 1) > TOLERANCE:
                found.append(f"{where}: parameters")
            if min(one["seconds"]) <= 0:
                found.append(f"{where}: seconds")
    return found


def test_the_record_is_of_this_code():
    now = scoreboard.fingerprint(NOTEBOOK)
    assert RECORD["fingerprint"] == now, (
        "the code of the grid changed since it was recorded: run `make scoreboard`"
    )


def test_the_notebook_holds_the_record():
    assert differences(NOTEBOOK, RECORD) == [], "run `make scoreboard`"
    sources = [chapters.source(x) for x in scoreboard.recorded_cells(NOTEBOOK)]
    assert sources == scoreboard.cell_sources(RECORD)


def test_the_record_is_whole():
    assert faults(RECORD, STATED) == []


def test_the_page_states_the_tolerance():
    text = "\n".join(map(chapters.source, NOTEBOOK["cells"]))
    assert f"within {100 * TOLERANCE:.0f}%" in text


# --- the checks themselves


def test_an_altered_number_is_found():
    for k, cell in enumerate(scoreboard.recorded_cells(NOTEBOOK)):
        altered = copy.deepcopy(NOTEBOOK)
        text = chapters.source(cell)
        last = re.findall(r"/(-?\d+)", text)[-1]
        at = text.rindex(f"/{last}")
        other = text[: at + 1] + str(int(last) + 1) + text[at + 1 + len(last) :]
        scoreboard.recorded_cells(altered)[k]["source"] = other
        assert len(differences(altered, RECORD)) == 1


def test_recorded_numbers_are_no_code():
    altered = copy.deepcopy(NOTEBOOK)
    scoreboard.recorded_cells(altered)[0]["source"] = "RECORDED = {}"
    assert chapters.fingerprint(altered) == chapters.fingerprint(NOTEBOOK)


@pytest.mark.parametrize("tag", ["names", "grid"])
def test_changed_code_is_found(tag):
    altered = copy.deepcopy(NOTEBOOK)
    (cell,) = (x for x in altered["cells"] if tag in chapters.tags(x))
    cell["source"] = chapters.source(cell) + "\n1"
    assert scoreboard.fingerprint(altered) != RECORD["fingerprint"]


def first(record: dict) -> dict:
    """The first task's first architecture."""
    return next(iter(next(iter(record["tasks"].values()))["kinds"].values()))


BROKEN = {
    "a task": lambda r: r["tasks"].popitem(),
    "an architecture": lambda r: next(iter(r["tasks"].values()))["kinds"].popitem(),
    "a seed": lambda r: first(r)["scores"].pop(),
    "a rate": lambda r: first(r)["scores"][0].pop(),
    "chosen": lambda r: first(r)["chosen"].__setitem__(0, 3),
    "parameters": lambda r: first(r).update(parameters=round(1.06 * r["budget"])),
    "seconds": lambda r: first(r)["seconds"].__setitem__(2, 0),
    "budget": lambda r: r.update(budget=1),
    "seeds": lambda r: r["seeds"].pop(),
}


@pytest.mark.parametrize("what", BROKEN)
def test_a_gap_is_found(what):
    record = copy.deepcopy(RECORD)
    BROKEN[what](record)
    assert faults(record, STATED)


# --- the tool

SMALL = {
    "parameters": "SEED = 0\nGRID = 'subset'\nSEEDS = []\nLANES = 2\nRESULT = ''",
    "setup": "import json, pathlib",
    "names": "TASKS = {'a': 1, 'b': 2}\nKINDS = ['X', 'Y']\nRATES = [0.1]\nBUDGET = 9",
    "grid": """one = {"parameters": 9, "seconds": [0.5] * 5, "chosen": [0] * 5}
one["scores"] = [[7]] * 5
row = {"simple": [1] * len(SEEDS), "kinds": {"X": one, "Y": one}}
if RESULT:
    pathlib.Path(RESULT).write_text(json.dumps({GRID: row}))""",
    "recorded-1": "RECORDED = {}",
    "recorded-2": "",
    "recorded-3": "",
    "after": "raise RuntimeError('the tool stops at the grid')",
}


def put(folder, **replaced):
    """A notebook with a grid that takes no time, in a workshop."""
    sources = {**SMALL, **replaced}
    cells = [
        code(text, name, "recorded" if name.startswith("recorded") else name)
        for name, text in sources.items()
    ]
    notebook = small_notebook()
    notebook.cells = [notebook.cells[0], *cells]
    nbformat.write(notebook, folder / "notebooks" / f"{scoreboard.STEM}.ipynb")


def kept(folder) -> dict:
    """The record that a workshop's tool has written."""
    file = folder / scoreboard.RECORD.relative_to(chapters.ROOT)
    return json.loads(file.read_text("utf8"))


def test_the_tool_records_the_grid_and_writes_it_into_the_notebook(workshop, run):
    put(workshop)
    done = run(workshop, "scoreboard.py")
    assert done.returncode == 0, done.stderr
    record = kept(workshop)
    notebook = chapters.read(workshop / "notebooks" / f"{scoreboard.STEM}.ipynb")
    assert list(record["tasks"]) == ["a", "b"] and record["budget"] == 9
    assert record["fingerprint"] == scoreboard.fingerprint(notebook)
    assert differences(notebook, record) == []
    assert faults(record, scoreboard.names(notebook)) == []


def test_the_tool_resumes(workshop, run):
    put(workshop)
    assert run(workshop, "scoreboard.py", "b").returncode == 0
    state = workshop / scoreboard.PROGRESS.relative_to(chapters.ROOT) / "b.json"
    text = state.read_text("utf8").replace('"parameters": 9', '"parameters": 8')
    state.write_text(text, "utf8")
    done = run(workshop, "scoreboard.py")
    assert done.returncode == 0 and "b:" not in done.stdout
    tasks = kept(workshop)["tasks"]
    assert tasks["b"]["kinds"]["X"]["parameters"] == 8, "kept, not trained again"
    assert not state.parent.exists()


def test_a_grid_that_fails_leaves_all_as_it_was(workshop, run):
    put(workshop, grid="1 / 0")
    path = workshop / "notebooks" / f"{scoreboard.STEM}.ipynb"
    before = path.read_bytes()
    done = run(workshop, "scoreboard.py", "--jobs", "2")
    assert done.returncode == 2 and "ZeroDivisionError" in done.stderr
    assert "Traceback" not in done.stderr and path.read_bytes() == before


def test_a_task_that_is_not_in_the_grid(workshop, run):
    put(workshop)
    done = run(workshop, "scoreboard.py", "c")
    assert (
        done.returncode == 2 and "no task 'c'" in done.stderr and "a, b" in done.stderr
    )
