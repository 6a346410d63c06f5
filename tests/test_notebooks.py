"""Every notebook keeps the form that readers, Colab, the site and the tools rely on."""

import re

import pytest

from tools import chapters
from tools.execute import METADATA

NOTEBOOKS = [pytest.param(path, id=path.stem) for path in chapters.notebooks()]
MYST = re.compile(r"^:::|^```+\{|\{[a-z][a-z:_-]*\}`|^\(\S+\)=$", re.MULTILINE)
TIMING = re.compile(r"^\s*%%?(time|timeit|prun|capture)\b", re.MULTILINE)
LONGEST_CODE, LONGEST_OUTPUT, TALLEST = 88, 100, 45
pytestmark = pytest.mark.parametrize("path", NOTEBOOKS)


def code_cells(path) -> list[dict]:
    """The code cells, in order."""
    cells = chapters.read(path)["cells"]
    return [cell for cell in cells if cell["cell_type"] == "code"]


def texts(cell) -> list[str]:
    """Everything textual a cell shows: streams and text/plain."""
    shown = ["".join(out.get("text", "")) for out in cell["outputs"]]
    plain = (out.get("data", {}).get("text/plain", "") for out in cell["outputs"])
    return shown + ["".join(text) for text in plain]


def test_executed_in_order(path):
    counts = [cell["execution_count"] for cell in code_cells(path)]
    assert counts == list(range(1, len(counts) + 1)), "run `make execute` and commit"


def test_standard_metadata(path):
    assert chapters.read(path)["metadata"] == METADATA
    stamped = [x["id"] for x in code_cells(path) if "execution" in x["metadata"]]
    assert not stamped, "timestamps in metadata; run `make execute`"


def test_cells_have_unique_readable_ids(path):
    ids = [cell["id"] for cell in chapters.read(path)["cells"]]
    assert len(ids) == len(set(ids))
    odd = [name for name in ids if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name)]
    assert not odd, "ids are link targets: small letters, digits, hyphens"
    random_ids = [name for name in ids if re.fullmatch(r"[0-9a-f]{8}", name)]
    assert not random_ids, "give new cells a readable id"


def test_begins_as_readers_expect(path):
    first, second, third = chapters.read(path)["cells"][:3]
    head = chapters.source(first)
    assert head.startswith("# "), "the first cell holds the title"
    assert re.search(r"^> ", head, re.M), "the title is followed by its question"
    for part in ("You will be able to", "You need", "Time"):
        assert part in head, f"the first cell says: {part}"
    assert "parameters" in chapters.tags(second)
    assert re.search(r"^SEED = 0\b", chapters.source(second), re.M)
    assert "setup" in chapters.tags(third)


def test_ends_as_readers_expect(path):
    text = "\n".join(map(chapters.source, chapters.read(path)["cells"]))
    headings = re.findall(r"^## (.+)$", text, re.M)
    wanted = ["Pitfalls", "Exercises", "Summary and where next"]
    assert [name for name in headings if name in wanted] == wanted


def test_no_stderr_no_errors_no_warnings(path):
    for cell in code_cells(path):
        for out in cell["outputs"]:
            assert out.get("name") != "stderr", f"{cell['id']} writes to stderr"
            if out["output_type"] == "error":
                assert "raises-exception" in chapters.tags(cell), cell["id"]
        shown = "\n".join(texts(cell))
        assert not re.search(r"\w+Warning: ", shown), f"{cell['id']} shows a warning"


def test_markdown_reads_well_everywhere(path):
    for cell in chapters.read(path)["cells"]:
        if cell["cell_type"] == "markdown":
            found = MYST.search(chapters.source(cell))
            assert not found, f"{cell['id']}: {found[0]} shows raw in Colab"


def test_no_timing_magics(path):
    for cell in code_cells(path):
        assert not TIMING.search(chapters.source(cell)), cell["id"]


def test_figures_have_alt_text(path):
    for cell in code_cells(path):
        if any("image/png" in out.get("data", {}) for out in cell["outputs"]):
            alt = cell["metadata"].get("mystnb", {}).get("image", {}).get("alt", "")
            assert len(alt) >= 20, f"{cell['id']}: say what the figure shows"


def test_lines_fit_the_page(path):
    for cell in code_cells(path):
        lines = chapters.source(cell).splitlines()
        assert len(lines) <= TALLEST, f"{cell['id']} is {len(lines)} lines tall"
        wide = [line for line in lines if len(line) > LONGEST_CODE]
        assert not wide, f"{cell['id']}: {wide[0]}"
        for text in texts(cell):
            wide = [x for x in text.splitlines() if len(x) > LONGEST_OUTPUT]
            assert not wide, f"{cell['id']} prints a line too wide: {wide[0]}"


def test_measured_numbers_are_marked_as_such(path):
    """The mask only covers `≈ number`: anything else after ≈ is compared exactly."""
    for cell in code_cells(path):
        for text in texts(cell):
            odd = re.search(r"≈(?! [-+]?[0-9]).{0,20}", text)
            assert not odd, f"{cell['id']}: {odd[0]!r} is not masked"


def test_claims_are_whole(path):
    found = chapters.claims(chapters.read(path))
    assert found, "a chapter without a claim"
    for name, claim in found.items():
        assert claim["sentence"].endswith("."), name
        assert 5 <= len(claim["sentence"].split()) <= 60, name


def test_exercises_come_in_threes(path):
    order = [
        kind
        for cell in code_cells(path)
        for kind in ("exercise", "solution", "check")
        if kind in chapters.tags(cell)
    ]
    assert len(order) >= 9, "at least three exercises"
    assert order == ["exercise", "solution", "check"] * (len(order) // 3)


def test_solutions_fold_on_the_site_and_in_colab(path):
    for cell in code_cells(path):
        if "solution" in chapters.tags(cell):
            assert "hide-cell" in chapters.tags(cell), cell["id"]
        if {"solution", "hide-input"} & set(chapters.tags(cell)):
            assert chapters.source(cell).startswith("# @title "), cell["id"]
            assert cell["metadata"].get("cellView") == "form", cell["id"]


def test_relative_links_lead_somewhere(path):
    for cell in chapters.read(path)["cells"]:
        if cell["cell_type"] != "markdown":
            continue
        for target in re.findall(r"\]\(([^)\s]+)\)", chapters.source(cell)):
            if not re.match(r"https?:|#|mailto:", target):
                file = (path.parent / target.split("#")[0]).resolve()
                assert file.is_file(), f"{cell['id']}: {target} does not exist"
