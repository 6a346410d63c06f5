"""Tell under what circumstances the book was verified: a line at the foot of every
chapter, and a page with all of them.
"""

import pathlib
import statistics
import sys

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2]))
import _chapters
import _tables

from tools import chapters

STATUS = "book/status"


def summary(record: dict) -> dict[str, str]:
    """A record's facts as words."""
    runs, where = record["runs"], record["environment"]
    good = sum(run["ok"] for run in runs)
    seconds = statistics.median(run.get("seconds", 0) for run in runs)
    memory = max(run.get("peak_memory_mib", 0) for run in runs)
    return {
        "seeds": f"{good} of {len(runs)}",
        "seconds": f"{seconds:.0f} s on {where['cores']} cores",
        "memory": f"{memory:,} MiB",
        "versions": f"TensorFlow {where['tensorflow']}, Keras {where['keras']}, "
        f"NumPy {where['numpy']}, Python {where['python']}",
    }


def foot(app, doctree) -> None:
    """Append the verification line to a chapter."""
    path = chapters.ROOT / f"{app.env.docname}.ipynb"
    if not path.is_file():
        return
    app.env.note_dependency(str(chapters.record_path(path)))
    record = chapters.record(path)
    line = nodes.paragraph(classes=["verified"])
    if record is None:
        line += nodes.Text("This chapter has not been verified over seeds yet.")
    else:
        words = summary(record)
        line += nodes.Text(
            f"Verified with {words['versions']}: {words['seeds']} seeds, "
            f"{words['seconds']}, peak memory {words['memory']}, "
            f"network {record['network']}. "
        )
    uri = app.builder.get_relative_uri(app.env.docname, STATUS)
    line += nodes.reference("", "How every chapter fared", internal=True, refuri=uri)
    last = list(doctree.findall(nodes.section))[0]
    last += line


class VerificationStatus(SphinxDirective):
    """`{verification-status}`: one row per chapter, from the committed records."""

    has_content = False

    def run(self) -> list[nodes.Node]:
        """The table."""
        rows = [self.row(*chapter) for chapter in _chapters.published(self.env)]
        head = ["Chapter", "Claims", "Seeds", "Median time", "Peak memory", "Versions"]
        return [_tables.table(head, rows, ["status"])]

    def row(self, document: str, path: pathlib.Path) -> list:
        """One chapter's facts."""
        notebook = chapters.read(path)
        uri = self.env.app.builder.get_relative_uri(self.env.docname, document)
        name = chapters.title(notebook)
        link = nodes.reference("", name, internal=True, refuri=uri)
        record = chapters.record(path)
        count = str(len(chapters.claims(notebook)))
        start = [nodes.paragraph("", "", link), count]
        if record is None:
            return [*start, "not yet", "", "", ""]
        words = summary(record)
        keys = ("seeds", "seconds", "memory", "versions")
        return [*start, *(words[key] for key in keys)]


def setup(app):
    """Register the directive and the foot."""
    app.add_directive("verification-status", VerificationStatus)
    app.connect("doctree-read", foot)
    return {"version": "1", "parallel_read_safe": True}
