"""Show claims for what they are: a badge and a link target at the cell, the spread over
seeds below it, and one ledger page of all claims.
"""

import pathlib
import sys

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2]))
import _chapters
import _tables

from tools import chapters

LEDGER = "book/claims"


def results(record: dict | None, claim: str) -> tuple[int, int, dict[str, list]]:
    """(seeds on which it held, seeds run, measurements by name with unit)."""
    runs = record["runs"] if record else []
    outcomes = [
        run["claims"].get(claim, {"held": False, "measures": {}}) for run in runs
    ]
    measured: dict[str, list] = {}
    for outcome in outcomes:
        for name, entry in outcome["measures"].items():
            measured.setdefault(f"{name}\0{entry['unit']}", []).append(entry["value"])
    return sum(outcome["held"] for outcome in outcomes), len(runs), measured


def verdict(held: int, runs: int) -> str:
    """How often the claim held, in words."""
    return f"held for {held} of {runs} seeds" if runs else "not yet verified"


def measured_rows(measured: dict[str, list]) -> list[list[str]]:
    """One row per measurement: name, median, range, unit."""
    rows = []
    for key, values in measured.items():
        name, unit = key.split("\0")
        middle, reach = _tables.spread(values)
        rows.append([name, f"{middle} {unit}".strip(), reach])
    return rows


def ledger_id(stem: str, claim: str) -> str:
    """A claim's place in the ledger: its id alone is unique only within a chapter."""
    return nodes.make_id(f"ledger-{stem}-{claim}")


def page_link(builder, source: str, target: str, anchor: str, text: str) -> nodes.Node:
    """A plain internal link from one page to a place on another."""
    uri = builder.get_relative_uri(source, target) + f"#{anchor}"
    return nodes.reference("", text, internal=True, refuri=uri)


def decorate(app, doctree) -> None:
    """Wrap each claim cell with its badge above and its measurements below."""
    path = chapters.ROOT / f"{app.env.docname}.ipynb"
    if not path.is_file():
        return
    record = chapters.record(path)
    app.env.note_dependency(str(chapters.record_path(path)))
    by_index = {
        claim["index"]: (name, claim)
        for name, claim in chapters.claims(chapters.read(path)).items()
    }
    # Where a page's Markdown link `…ipynb#claim-…` is looked up.
    places = app.env.metadata[app.env.docname].setdefault("myst_slugs", {})
    for cell in list(doctree.findall(nodes.container)):
        if cell.get("nb_element") != "cell_code" or cell["cell_index"] not in by_index:
            continue
        name, claim = by_index[cell["cell_index"]]
        held, runs, measured = results(record, name)
        box = nodes.container(classes=["claim"], ids=[name])
        places[name] = (None, name, claim["sentence"])
        badge = nodes.inline("", "Claim", classes=["claim-badge"])
        uri = app.builder.get_relative_uri(app.env.docname, LEDGER)
        uri += f"#{ledger_id(path.stem, name)}"
        link = nodes.reference(
            "",
            verdict(held, runs),
            internal=True,
            refuri=uri,
            classes=["claim-verdict"],
        )
        head = nodes.paragraph(classes=["claim-head"])
        head += [badge, nodes.Text(" "), nodes.Text(claim["sentence"])]
        head += [nodes.Text(" "), link]
        cell.replace_self(box)
        box += [head, cell]
        if measured:
            columns = ["Measured", "Median over seeds", "Range"]
            box += _tables.table(columns, measured_rows(measured), ["claim-measures"])


class ClaimsLedger(SphinxDirective):
    """`{claims-ledger}`: every claim of the book, chapter by chapter."""

    has_content = False

    def run(self) -> list[nodes.Node]:
        """Sections of rows, each row one claim."""
        return [self.chapter(*chapter) for chapter in _chapters.published(self.env)]

    def chapter(self, document: str, path: pathlib.Path) -> nodes.section:
        """One chapter's claims."""
        notebook = chapters.read(path)
        record = chapters.record(path)
        title = chapters.title(notebook)
        section = nodes.section(ids=[nodes.make_id(f"claims-{path.stem}")])
        section += nodes.title(text=title)
        rows = [
            self.row(document, name, claim, results(record, name))
            for name, claim in chapters.claims(notebook).items()
        ]
        head = ["Claim", "Seeds", "Measured: median (range)"]
        section += _tables.table(head, rows, ["ledger"])
        return section

    def row(self, document: str, name: str, claim: dict, outcome: tuple) -> list:
        """Sentence with its link and assertion; seeds; measurements."""
        held, runs, measured = outcome
        link = page_link(
            self.env.app.builder, self.env.docname, document, name, claim["sentence"]
        )
        code = nodes.literal_block(
            claim["assertion"], claim["assertion"], language="python"
        )
        stem = pathlib.Path(document).name
        sentence = nodes.paragraph("", "", link, ids=[ledger_id(stem, name)])
        listing = [
            nodes.paragraph(text=f"{what}: {middle} ({reach})")
            for what, middle, reach in measured_rows(measured)
        ]
        seeds = f"{held} of {runs}" if runs else "not yet"
        return [[sentence, code], seeds, listing or "exact, nothing to measure"]


def setup(app):
    """Register the directive and the decoration."""
    app.add_directive("claims-ledger", ClaimsLedger)
    app.connect("doctree-read", decorate)
    return {"version": "1", "parallel_read_safe": True}
