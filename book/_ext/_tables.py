"""Build docutils tables from rows, and words from recorded numbers."""

import re
import statistics

from docutils import nodes


def number(value: float) -> str:
    """Up to three significant digits, no more than were recorded.

    With a minus sign, not a hyphen: a line must not break inside a number.
    """
    if 1000 <= abs(value) < 1e6 and float(value).is_integer():
        return minus(f"{value:,.0f}")
    digits, _, exponent = f"{value:.3g}".partition("e")
    return minus(f"{digits}e{int(exponent)}" if exponent else digits)


def minus(digits: str) -> str:
    """A number's text with the typographic minus."""
    return digits.replace("-", "−")


def spread(values: list[float]) -> tuple[str, str]:
    """Median and range of one measurement over the seeds."""
    low, high = min(values), max(values)
    middle = number(statistics.median(values))
    if low == high:
        return middle, "the same"
    return middle, " to ".join(alike(number(low), number(high)))


def alike(*numbers: str) -> list[str]:
    """The numbers with equally many decimals, if three digits suffice for that."""
    places = max(len(text.partition(".")[2]) for text in numbers)
    padded = [
        text + "." * ("." not in text) + "0" * (places - len(text.partition(".")[2]))
        for text in numbers
    ]
    plain = all(re.fullmatch(r"−?[\d.]+", text) for text in numbers)
    short = all(len(re.sub("[−.]", "", text).lstrip("0")) <= 3 for text in padded)
    if not (places and plain and short) or "0" in numbers:
        return list(numbers)
    return padded


def table(head: list[str], rows: list[list], classes: list[str]) -> nodes.table:
    """A table; a cell is text, a node, or a list of nodes."""
    group = nodes.tgroup(cols=len(head))
    group += [nodes.colspec(colwidth=1) for _ in head]
    body = nodes.tbody()
    group += nodes.thead("", _row(head, head))
    group += body
    body += [_row(cells, head) for cells in rows]
    return nodes.table("", group, classes=classes)


def _row(cells: list, head: list[str]) -> nodes.row:
    row = nodes.row()
    for cell in cells:
        parts = cell if isinstance(cell, list) else [cell]
        parts = [nodes.paragraph(text=x) if isinstance(x, str) else x for x in parts]
        row += nodes.entry("", *parts)
    return row
