"""Lesson plans drawn from the chapters: objectives, prerequisites, minutes, exercises.

A notebook says itself what it teaches, what it needs and how long it takes; its record
has the seconds. What a page shows of them is read there at build time, so that it
cannot drift.
"""

import math
import pathlib
import re
import statistics
import sys

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.errors import ExtensionError
from sphinx.util.docutils import SphinxDirective

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2]))
import _chapters

from tools import chapters

WORDS_PER_MINUTE = 200  # of a prose page, formulas and pictures included
PHRASES = {
    "an hour and a half": 90,
    "an hour and a quarter": 75,
    "three quarters of an hour": 45,
    "half an hour": 30,
    "a quarter of an hour": 15,
    "half a minute": 0.5,
    "a minute or two": 2,
}
COUNTS = (
    "a=1 an=1 one=1 two=2 three=3 four=4 five=5 ten=10 twenty=20 thirty=30 forty=40"
)
NUMBERS = {word: int(count) for word, count in (x.split("=") for x in COUNTS.split())}
AMOUNT = re.compile(
    "|".join([*PHRASES, r"(?P<count>[\w]+) (?P<unit>hour|minute)s?"]), re.IGNORECASE
)
TIME = re.compile(
    r"\*\*Time\*\*:?\s*(?P<read>.+?)[,;] (?P<run>[^.,;]+?) to run\b", re.S
)
PARTS = re.compile(
    r"\*\*You will be able to\*\*:?\s*(?P<aims>.+?)\s*"
    r"\*\*You need\*\*:?\s*(?P<needs>.+?)\s*\*\*Time\*\*",
    re.S,
)


def minutes(words: str) -> float:
    """The sum of the amounts of time named in words; ValueError when there is none."""
    found = []
    for match in AMOUNT.finditer(words):
        if match["count"] is None:
            found.append(PHRASES[match[0].lower()])
            continue
        count = match["count"].lower()
        if not count.isdigit() and count not in NUMBERS:
            raise ValueError(f"{match[0]!r} is no amount of time known here")
        number = int(count) if count.isdigit() else NUMBERS[count]
        found.append(number * (60 if match["unit"].lower() == "hour" else 1))
    if not found:
        raise ValueError(f"no amount of time in {words!r}")
    return sum(found)


def lesson(path: pathlib.Path) -> dict:
    """What a notebook's first cell and record say of it as a lesson.

    Keys: title, aims and needs (Markdown, links relative to book/), read (minutes), run
    (words), seconds (median, or None), exercises. Raises ExtensionError when one lacks.
    """
    notebook = chapters.read(path)
    head = chapters.source(notebook["cells"][0])
    parts, time = PARTS.search(head), TIME.search(head)
    if not parts or not time:
        missing = "You will be able to, You need, Time" if not parts else "Time"
        raise ExtensionError(f"{path.name}: its first cell lacks, in order: {missing}")
    try:
        read = minutes(" ".join(time["read"].split()))
    except ValueError as error:
        raise ExtensionError(f"{path.name}: Time line: {error}") from None
    record = chapters.record(path)
    seconds = [run["seconds"] for run in record["runs"]] if record else None
    return {
        "title": chapters.title(notebook),
        "aims": relocated(parts["aims"]),
        "needs": relocated(parts["needs"]),
        "read": round(read),
        "run": " ".join(time["run"].split()),
        "seconds": statistics.median(seconds) if seconds else None,
        "exercises": sum("exercise" in chapters.tags(x) for x in notebook["cells"]),
    }


def relocated(markdown: str) -> str:
    """Links from notebooks/ as links from book/."""
    moved = re.sub(r"\]\((?=[\w.]+\.ipynb)", "](../notebooks/", markdown)
    return moved.replace("](../book/", "](")


def prose_minutes(path: pathlib.Path) -> int:
    """Minutes to read a page of prose, in steps of five."""
    text = re.sub(
        r"```\{raw\} html.*?```", "", path.read_text(encoding="utf8"), flags=re.S
    )
    return 5 * math.ceil(len(text.split()) / WORDS_PER_MINUTE / 5)


class FromChapters(SphinxDirective):
    """A directive whose content is Markdown made from the chapters."""

    def run(self) -> list[nodes.Node]:
        """Parse what `markdown` returns as part of the page."""
        self.lessons = {
            path.stem: lesson(path) for _, path in _chapters.published(self.env)
        }
        lines = self.markdown().splitlines()
        holder = nodes.Element()
        self.state.nested_parse(StringList(lines, self.env.docname), 0, holder)
        return holder.children

    def markdown(self) -> str:
        """What stands in the directive's place."""
        raise NotImplementedError


def whole(number: float, unit: str) -> str:
    """A rounded number that stays on one line with its unit."""
    return f"{number:.0f}&nbsp;{unit}"


def short(title: str) -> str:
    """A title up to where its explanation begins."""
    return re.split(r"(?<=\?) |[:,]", title)[0]


def table(head: list[str], rows: list[list[str]], kind: str) -> str:
    """A Markdown table that a phone shows as paragraphs."""
    lines = [head, ["---"] * len(head), *rows]
    body = "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
    return f":::{{div}} book-map {kind}\n{body}\n:::\n"


class LessonTable(FromChapters):
    """`{lesson-table}`: per notebook minutes, measured seconds, exercises."""

    def markdown(self) -> str:
        """One row per published notebook, and their sum."""
        rows = []
        for stem, one in self.lessons.items():
            rows.append(
                [
                    f"[{one['title']}](../notebooks/{stem}.ipynb)",
                    whole(one["read"], "min"),
                    one["run"],
                    "not yet" if one["seconds"] is None else whole(one["seconds"], "s"),
                    whole(one["exercises"], "exercises"),
                ]
            )
        known = [x for x in self.lessons.values() if x["seconds"] is not None]
        rows.append(
            [
                "**All of them**",
                whole(sum(x["read"] for x in self.lessons.values()) / 60, "h"),
                "one after the other",
                whole(sum(x["seconds"] for x in known) / 60, "min"),
                whole(sum(x["exercises"] for x in self.lessons.values()), "exercises"),
            ]
        )
        head = ["Chapter", "To read", "To run, says the chapter", "Measured", "To do"]
        return table(head, rows, "lessons")


class LessonAims(FromChapters):
    """`{lesson-aims}`: per notebook a fold with its objectives and prerequisites."""

    def markdown(self) -> str:
        """One fold per published notebook."""
        return "\n".join(
            f"::::{{dropdown}} {one['title']}\n"
            f"After [this chapter](../notebooks/{stem}.ipynb) students can\n\n"
            f"{one['aims']}\n\n**Needs** {one['needs']}\n::::\n"
            for stem, one in self.lessons.items()
        )


class Syllabus(FromChapters):
    """`{syllabus} Unit`: lines `label | stems | in class | alone`, minutes added up."""

    required_arguments = 1
    final_argument_whitespace = True
    has_content = True

    def markdown(self) -> str:
        """One row per line, with links to its chapters and the minutes to read them."""
        rows = []
        for line in self.content:
            label, stems, together, alone = (x.strip() for x in line.split("|"))
            known = [self.chapter(stem) for stem in stems.split()]
            links = ", ".join(link for link, _ in known)
            total = sum(read for _, read in known)
            rows.append(
                [f"**{label}**", f"{links} ({whole(total, 'min')})", together, alone]
            )
        return table(
            [self.arguments[0], "To read", "Together", "Alone"], rows, "syllabus"
        )

    def chapter(self, stem: str) -> tuple[str, int]:
        """A chapter's link and the minutes to read it; ExtensionError if unlisted."""
        if one := self.lessons.get(stem):
            return f"[{short(one['title'])}](../notebooks/{stem}.ipynb)", one["read"]
        if f"book/{stem}" not in chapters.in_contents():
            raise ExtensionError(f"{self.env.docname}: no chapter {stem} in contents")
        page = chapters.ROOT / "book" / f"{stem}.md"
        self.env.note_dependency(str(page))
        title = re.search(r"^# (.+)$", page.read_text(encoding="utf8"), re.MULTILINE)
        return f"[{short(title[1])}]({stem}.md)", prose_minutes(page)


def setup(app):
    """Register the directives."""
    app.add_directive("lesson-table", LessonTable)
    app.add_directive("lesson-aims", LessonAims)
    app.add_directive("syllabus", Syllabus)
    return {"version": "1", "parallel_read_safe": True}
