"""How notebooks are tested: nbval runs every cell; outputs are compared strictly in the
verified environment; and every exercise stub must fail its check.
"""

import functools
import os
import pathlib
import statistics

import pytest
from nbval.plugin import IPyNbCell

from tools import chapters, debts, pins


def comparison() -> str:
    """One line: are outputs compared here, and if not, why."""
    if other := pins.differences():
        return (
            "book: cells and claims run, but outputs are not compared: "
            f"this environment has {', '.join(other)}"
        )
    return "book: outputs are compared strictly (verified environment)"


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config):
    """Strict where outputs are comparable, lax elsewhere."""
    if hasattr(config, "workerinput"):  # a notebook per core: threads would only wait
        os.environ.setdefault("TF_NUM_INTRAOP_THREADS", "1")
    strict = not pins.differences()
    config.option.nbval = strict
    config.option.nbval_lax = not strict


def pytest_report_header(config):
    """Say at the start which comparison runs."""
    return comparison()


def pytest_terminal_summary(terminalreporter, exitstatus, config):
    """Say it again at the end, with the debts that later chapters will pay."""
    terminalreporter.section("the book")
    terminalreporter.write_line(comparison())
    terminalreporter.write_line(debts.outlook())


class StubMustFail(pytest.Item):
    """Runs a check right after its stub, in the same kernel, and wants it to fail."""

    def __init__(self, *, check: dict, **more):
        super().__init__(**more)
        self.check = check

    def runtest(self):
        """The check must end in an AssertionError that names the exercise."""
        error = self.first_error()
        if error is None:
            raise StubError("the unsolved exercise passes its own check")
        if error["ename"] != "AssertionError":
            raise StubError(
                f"the check fails with {error['ename']}: {error['evalue']}; "
                "it should assert, so that a learner reads what is missing"
            )
        if not error["evalue"].startswith("Exercise"):
            raise StubError(
                f"the check's message should begin with 'Exercise': {error['evalue']}"
            )

    def first_error(self) -> dict | None:
        """Execute the check and return the kernel's error message, if any."""
        kernel = self.parent.kernel
        message_id = kernel.execute_cell_input(chapters.source(self.check))
        kernel.await_reply(message_id, timeout=120)
        error = None
        while True:
            message = kernel.get_message("iopub", timeout=5)
            if message["parent_header"].get("msg_id") != message_id:
                continue
            if message["msg_type"] == "error":
                error = error or message["content"]
            if message["content"].get("execution_state") == "idle":
                return error

    def repr_failure(self, excinfo):
        """One line is enough."""
        if isinstance(excinfo.value, StubError):
            return f"{self.parent.path.name}, {self.name}: {excinfo.value}"
        return super().repr_failure(excinfo)

    def reportinfo(self):
        """Where this is, for the report."""
        return self.path, 0, f"{self.path.name}: {self.name}"


class StubError(Exception):
    """A check that does not do its work on an unsolved exercise."""


def check_after(notebook, stub) -> dict:
    """The check cell that belongs to a stub: the next one in the notebook."""
    position = notebook.cells.index(stub)
    for cell in notebook.cells[position + 1 :]:
        if "check" in chapters.tags(cell):
            return cell
    raise chapters.ChapterError(f"no check follows exercise {stub.id}")


# Minutes each, the longest first.
LONG = (
    "test_site.py",
    "test_site_chapters.py",
    "test_canaries.py",
    "test_own_data.py",
    "test_hosting.py",
    "test_site_glossary.py",
    "test_pdf.py",
)


@functools.cache
def haste(path: pathlib.Path) -> float:
    """When a file should start: what took long when last verified comes first."""
    if path.name in LONG:
        return LONG.index(path.name) - 1e6
    record = chapters.record(path) if path.suffix == ".ipynb" else None
    seconds = [run.get("seconds", 0) for run in record["runs"]] if record else [0]
    return -statistics.median(seconds)


def pytest_collection_modifyitems(items):
    """After every stub insert the run of its check; begin with what takes longest."""
    items.sort(key=lambda item: haste(item.path))
    for position in range(len(items) - 1, -1, -1):
        item = items[position]
        if isinstance(item, IPyNbCell) and "exercise" in chapters.tags(item.cell):
            probe = StubMustFail.from_parent(
                item.parent,
                name=f"{item.cell.id} alone fails its check",
                check=check_after(item.parent.nb, item.cell),
            )
            items.insert(position + 1, probe)
