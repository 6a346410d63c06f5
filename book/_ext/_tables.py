"""Build docutils tables from rows, and words from recorded numbers."""

import statistics

from docutils import nodes


def number(value: float) -> str:
    """Three significant digits, without an exponent where one is not needed."""
    if value == 0:
        return "0"
    if abs(value) >= 1000 or abs(value) < 1e-3:
        mantissa, exponent = f"{value:.2e}".split("e")
        whole = abs(value) < 1e6 and float(value).is_integer()
        return f"{value:,.0f}" if whole else f"{mantissa}e{int(exponent)}"
    return f"{value:.3g}"


def spread(values: list[float]) -> tuple[str, str]:
    """Median and range of one measurement over the seeds."""
    low, high = min(values), max(values)
    middle = number(statistics.median(values))
    return middle, f"{number(low)} to {number(high)}" if low != high else "the same"


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
