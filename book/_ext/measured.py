"""Quote a chapter's measurements on a prose page: from its record, never typed."""

import html
import math
import pathlib
import statistics
import sys

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.errors import ExtensionError
from sphinx.util.docutils import SphinxDirective, SphinxRole

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2]))
import _tables
import claims

from tools import chapters

ARCHITECTURES = ("RNN", "LSTM", "GRU", "attention")


def measurement(env, source: str) -> tuple[str, list[float], str]:
    """`stem#claim: name` as (link from this page, one value per seed, unit).

    Raises ExtensionError, which stops the build, when the record has no such value.
    """
    place, _, name = source.partition(": ")
    stem, _, claim = place.strip().partition("#")
    path = chapters.ROOT / "notebooks" / f"{stem}.ipynb"
    env.note_dependency(str(chapters.record_path(path)))
    _, _, measured = claims.results(chapters.record(path), claim)
    found = {key.split("\0")[0]: (key, values) for key, values in measured.items()}
    if name.strip() not in found:
        raise ExtensionError(
            f"{env.docname}: nothing is measured as {source!r}; "
            f"{stem}#{claim} has: {'; '.join(found) or 'no measurements'}"
        )
    key, values = found[name.strip()]
    link = env.app.builder.get_relative_uri(env.docname, f"notebooks/{stem}")
    return f"{link}#{claim}", values, key.split("\0")[1]


class Measured(SphinxRole):
    """`{measured}` of `stem#claim: name`: the median over seeds, as a link."""

    def run(self):
        """A link that shows the median and names the range when pointed at."""
        link, values, unit = measurement(self.env, self.text)
        middle, reach = _tables.spread(values)
        words = f"{middle} {unit}".strip()
        node = nodes.reference("", words, internal=True, refuri=link)
        node["reftitle"] = f"median of {len(values)} seeds, range {reach}"
        node["classes"].append("measured")
        return [node], []


class MeasuredBars(SphinxDirective):
    """`{measured-bars} what is measured`: a bar per line `label | stem#claim: name`.

    Options: `level`, a number or a measurement, and `level-name` draw a line, such as
    chance; `log` makes the axis logarithmic; `better` says which way is better.
    """

    required_arguments = 1
    final_argument_whitespace = True
    has_content = True
    option_spec = {
        "level": directives.unchanged,
        "level-name": directives.unchanged,
        "log": directives.flag,
        "better": directives.unchanged,
    }

    def run(self):
        """A figure of HTML, readable as a list of links and numbers."""
        rows = []
        for line in self.content:
            label, _, source = (part.strip() for part in line.partition("|"))
            link, values, _ = measurement(self.env, source)
            rows.append((label, source, link, values))
        self.level = level = self.read_level()
        everything = [value for *_, values in rows for value in values]
        self.scale = self.axis(everything + ([level] if level is not None else []))
        body = "".join(self.row(*row) for row in rows)
        note = (
            f"{self.options['better']} is better. " if "better" in self.options else ""
        )
        if level is not None:
            name = self.options.get("level-name", "chance")
            note += f"Dashed line: {name}, {_tables.number(level)}. "
        note += "Bar: median over seeds; thin line: their range."
        if "log" in self.options:
            note += " Logarithmic axis."
        caption = f"<figcaption><strong>{html.escape(self.arguments[0])}</strong>"
        caption += f"<br>{html.escape(note)}</figcaption>"
        figure = f'<figure class="measured-bars">{caption}<ul>{body}</ul></figure>'
        return [nodes.raw("", figure, format="html")]

    def read_level(self) -> float | None:
        """The value of the dashed line, if one is wanted."""
        level = self.options.get("level")
        if level is None or "#" not in level:
            return None if level is None else float(level)
        return statistics.median(measurement(self.env, level)[1])

    def axis(self, values: list[float]):
        """A function from a value to its place on the axis, 0 to 100."""
        if "log" not in self.options:
            top = max(values) or 1.0
            return lambda value: 100 * value / top
        low = min(value for value in values if value > 0)
        low, top = math.log10(low) - 0.3, math.log10(max(values))
        return lambda value: (
            100 * max(0.0, math.log10(value) - low) / (top - low) if value > 0 else 0.0
        )

    def row(self, label: str, source: str, link: str, values: list[float]) -> str:
        """One list item: label, bar, number."""
        middle, reach = _tables.spread(values)
        low, high = self.scale(min(values)), self.scale(max(values))
        end = self.scale(statistics.median(values))
        words = label.replace(",", " ").split()
        kind = next((x.lower() for x in ARCHITECTURES if x in words), "other")
        parts = [
            f'<span class="bar {kind}" style="width:{end:.1f}%"></span>',
            f'<span class="reach" style="left:{low:.1f}%;width:{high - low:.1f}%">',
            "</span>",
        ]
        if self.level is not None:
            place = self.scale(self.level)
            parts += [f'<span class="level" style="left:{place:.1f}%"></span>']
        return (
            f'<li data-measure="{html.escape(source)}">'
            f'<a class="reference internal" href="{html.escape(link)}">'
            f"{html.escape(label)}</a>"
            f'<span class="track" aria-hidden="true">{"".join(parts)}</span>'
            f'<span class="value">{html.escape(middle)}'
            f" <small>{html.escape(reach)}</small></span></li>"
        )


def setup(app):
    """Register the role and the directive."""
    app.add_role("measured", Measured())
    app.add_directive("measured-bars", MeasuredBars)
    return {"version": "1", "parallel_read_safe": True}
