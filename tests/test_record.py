"""The verification record fits the notebooks, and says that every claim held."""

import pytest

from tools import chapters

NOTEBOOKS = [pytest.param(path, id=path.stem) for path in chapters.notebooks()]


@pytest.mark.parametrize("path", NOTEBOOKS)
def test_record_is_of_this_notebook(path):
    record = chapters.record(path)
    assert record, f"no record: run `make verify NB={path.stem}`"
    current = chapters.fingerprint(chapters.read(path))
    assert record["fingerprint"] == current, (
        f"the code of {path.name} changed since it was verified: "
        f"run `make verify NB={path.stem}`"
    )


@pytest.mark.parametrize("path", NOTEBOOKS)
def test_every_claim_held_for_every_seed(path):
    wanted = set(chapters.claims(chapters.read(path)))
    runs = chapters.record(path)["runs"]
    assert [run["seed"] for run in runs] == list(chapters.SEEDS)
    for run in runs:
        assert run["ok"], f"seed {run['seed']}: {run['error']}"
        assert {
            name for name, claim in run["claims"].items() if claim["held"]
        } == wanted


@pytest.mark.parametrize("path", NOTEBOOKS)
def test_record_names_what_the_notebook_prints(path):
    """Measurements are read from what a claim prints; the names must agree."""
    notebook = chapters.read(path)
    by_id = {cell["id"]: cell for cell in notebook["cells"]}
    for run in chapters.record(path)["runs"]:
        for name, claim in run["claims"].items():
            shown = chapters.measures(chapters.printed(by_id[name]))
            assert set(claim["measures"]) == set(shown), name


@pytest.mark.parametrize("path", NOTEBOOKS)
def test_peak_memory_is_within_the_budget(path):
    worst = max(run["peak_memory_mib"] for run in chapters.record(path)["runs"])
    assert worst <= 3 * 1024


def test_no_record_without_a_notebook():
    stems = {path.stem for path in chapters.notebooks()}
    assert {path.stem for path in chapters.RECORDS.glob("*.json")} == stems
