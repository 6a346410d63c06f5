"""Count what the book holds, for the landing page: numbers from records, not typed."""

import pathlib
import statistics
import sys

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2]))
import _chapters

from tools import chapters


class BookFigures(SphinxDirective):
    """`{book-figures}`: claims, seeds, exercises and seconds as a row of numbers."""

    has_content = False

    def run(self) -> list[nodes.Node]:
        """A list, styled as tiles."""
        claims = exercises = 0
        seconds = []
        for _, path in _chapters.published(self.env):
            notebook = chapters.read(path)
            claims += len(chapters.claims(notebook))
            exercises += sum("exercise" in chapters.tags(x) for x in notebook["cells"])
            if record := chapters.record(path):
                runs = record["runs"]
                seconds.append(statistics.median(x.get("seconds", 0) for x in runs))
        tiles = [
            (f"{claims}", "claims, each asserted by a cell"),
            (f"{len(chapters.SEEDS)}", "random seeds for every claim"),
            (f"{exercises}", "exercises that check themselves"),
            (f"{sum(seconds):.0f} s", "to run all chapters on two cores"),
        ]
        return [self.tile_list(tiles)]

    def tile_list(self, tiles: list[tuple[str, str]]) -> nodes.bullet_list:
        """Numbers with what they count."""
        found = nodes.bullet_list(classes=["book-figures"])
        for number, words in tiles:
            text = nodes.paragraph("", "", nodes.strong(text=number), nodes.Text(" "))
            text += nodes.Text(words)
            found += nodes.list_item("", text)
        return found


def setup(app):
    """Register the directive."""
    app.add_directive("book-figures", BookFigures)
    return {"version": "1", "parallel_read_safe": True}
