"""Draw the history page's timeline from book/timeline.yaml when the book is built: four
columns, or one line on a phone, and the same events as a list with links.
"""

import pathlib
import sys
from html import escape

import yaml
from docutils import nodes
from docutils.statemachine import StringList
from sphinx.util.docutils import SphinxDirective

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2]))
from tools import chapters, papers

MARKS = {  # a shape beside the colour, so that colour alone tells nothing
    "training": "m-5 0a5 5 0 1 0 10 0a5 5 0 1 0-10 0z",
    "cells": "m-5-5h10v10h-10z",
    "uses": "m0-6l6 11h-12z",
    "beyond": "m0-6.5l6.5 6.5-6.5 6.5-6.5-6.5z",
}
LINE = 14  # between the two lines of a label
ROW = 33  # between two labels
SILENT = 6  # more room for each year without an event
WIDE, NARROW, AXIS = 760, 350, 44


def dated() -> list[dict]:
    """The events with year and authors, oldest first."""
    known, found = papers.entries(), []
    for event in papers.timeline():
        entry = known[event["paper"]]
        year, who = papers.first_public(entry), short(entry)
        found.append({**event, "year": year, "who": who})
    return sorted(found, key=lambda event: event["year"])


def short(entry) -> str:
    """Up to two family names, or the first et al."""
    people = [papers.surname(person) for person in entry.persons["author"]]
    return " and ".join(people) if len(people) < 3 else f"{people[0]} et al."


def mark(thread: str, x: float, y: float) -> str:
    """A thread's mark, centred."""
    return f'<path class="{thread}" d="M{x:.0f} {y:.0f}{MARKS[thread]}"/>'


def label(event: dict, x: float, y: float, below: str) -> str:
    """What happened, with a second line below."""
    return (
        f'{mark(event["thread"], x, y)}<text x="{x + 12:.0f}" y="{y + 4:.0f}">'
        f'<tspan class="what">{escape(event["what"])}</tspan>'
        f'<tspan class="who" x="{x + 12:.0f}" dy="{LINE}">{escape(below)}</tspan>'
        "</text>"
    )


def drawing(parts: list[str], width: int, height: float, kind: str) -> str:
    """The parts as one picture; the text around it describes it."""
    box = f"0 0 {width} {height:.0f}"
    return (
        f'<svg class="{kind}" viewBox="{box}" aria-hidden="true">{"".join(parts)}</svg>'
    )


def wide(events: list[dict], threads: dict) -> str:
    """A column for each thread and a band for each year in which something happened."""
    column = (WIDE - AXIS) / len(threads)
    left = {one: AXIS + 8 + n * column for n, one in enumerate(threads)}
    parts, y, before = [], 46, events[0]["year"]
    for thread, name in threads.items():
        parts.append(mark(thread, left[thread], 12))
        parts.append(
            f'<text class="thread" x="{left[thread] + 12:.0f}" y="17">{name}</text>'
        )
    for year in sorted({event["year"] for event in events}):
        y += SILENT * max(0, year - before - 1)
        parts.append(f'<path class="rule" d="M0 {y - 17}H{WIDE}"/>')
        parts.append(f'<text class="axis" x="0" y="{y + 4}">{year}</text>')
        rows = dict.fromkeys(threads, 0)
        for event in (one for one in events if one["year"] == year):
            row = y + ROW * rows[event["thread"]]
            parts.append(label(event, left[event["thread"]], row, event["who"]))
            rows[event["thread"]] += 1
        y, before = y + ROW * max(rows.values()) + 8, year
    return drawing(parts, WIDE, y - LINE, "wide")


def narrow(events: list[dict], threads: dict) -> str:
    """One column for a phone: marks on one line, more room where years went by."""
    parts, y, before = [], 14, events[0]["year"]
    for number, (thread, name) in enumerate(threads.items()):
        x, row = 10 + 150 * (number % 2), y + 24 * (number // 2)
        parts.append(mark(thread, x, row))
        parts.append(f'<text class="thread" x="{x + 12}" y="{row + 5}">{name}</text>')
    y = start = y + 24 * ((len(threads) + 1) // 2) + 20
    labels = []
    for event in events:
        y += SILENT * max(0, event["year"] - before - 1)
        below = f"{event['year']} · {event['who']}"
        labels.append(label(event, 10, y, below))
        y, before = y + ROW + 4, event["year"]
    spine = f'<path class="rule" d="M10 {start}V{y - ROW}"/>'
    return drawing([*parts, spine, *labels], NARROW, y - LINE, "narrow")


def alternative(events: list[dict], threads: dict) -> str:
    """What the picture shows, in a sentence for each thread."""
    said = f"A timeline from {events[0]['year']} to {events[-1]['year']}."
    for thread, name in threads.items():
        mine = (one for one in events if one["thread"] == thread)
        told = ", ".join(f"{one['year']} {one['what']}" for one in mine)
        said += f" {name}: {told}."
    return said


class Timeline(SphinxDirective):
    """`{timeline}`: the picture in both widths, then the list."""

    has_content = False

    def run(self) -> list[nodes.Node]:
        """Raw SVG that follows the theme, and Markdown for the list."""
        self.env.note_dependency(str(papers.TIMELINE))
        self.env.note_dependency(str(papers.REFERENCES))
        threads = yaml.safe_load(papers.TIMELINE.read_text(encoding="utf8"))["threads"]
        events = dated()
        for document in {one["chapter"] for one in events if "chapter" in one}:
            self.env.note_dependency(str(chapters.ROOT / f"{document}.ipynb"))
        told = escape(alternative(events, threads), quote=True)
        svg = wide(events, threads) + narrow(events, threads)
        picture = f'<div class="timeline" role="img" aria-label="{told}">{svg}</div>'
        box = nodes.container()
        lines = [
            ":::{dropdown} The same as a list, with papers and chapters",
            *items(events),
        ]
        text = StringList([*lines, ":::"], source=str(papers.TIMELINE))
        self.state.nested_parse(text, 0, box)
        return [nodes.raw("", picture, format="html"), *box.children]


def items(events: list[dict]) -> list[str]:
    """A line for each event."""
    found = []
    for event in events:
        line = f"- **{event['year']}** {event['what']}: {{cite:t}}`{event['paper']}`"
        if document := event.get("chapter"):
            notebook = chapters.read(chapters.ROOT / f"{document}.ipynb")
            title = chapters.title(notebook).partition(":")[0]
            line += f" → [{title}](../{document}.ipynb)"
        found.append(line)
    return found


def setup(app):
    """Register the directive."""
    app.add_directive("timeline", Timeline)
    return {"version": "1", "parallel_read_safe": True}
    return {"version": "1", "parallel_read_safe": True}
