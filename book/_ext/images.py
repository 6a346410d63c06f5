"""Tell the browser how large a picture is before it has come, so that nothing moves,
and let it fetch what is further down only when a reader gets there."""

import pathlib
import re
import struct

PICTURE = re.compile(
    r"<img\b[^>]*\bsrc=\"(?P<src>[^\"]*_images/(?P<name>[^\"]+\.png))\""
)
PNG = b"\x89PNG\r\n\x1a\n"


def size(path: pathlib.Path) -> tuple[int, int] | None:
    """Width and height in a PNG's first bytes."""
    with path.open("rb") as file:
        head = file.read(24)
    return struct.unpack(">II", head[16:]) if head[:8] == PNG else None


def attributes(app, pagename, templatename, context, doctree) -> None:
    """Complete every picture of a page's body."""
    if "_images/" not in context.get("body", ""):
        return
    sources = {name: uri for uri, name in app.builder.images.items()}
    count = 0

    def complete(match: re.Match) -> str:
        nonlocal count
        count += 1
        found = match[0]
        source = pathlib.Path(app.srcdir) / sources[match["name"]]
        if " width=" not in found and (known := size(source)):
            found += f' width="{known[0]}" height="{known[1]}"'
        # What a reader sees first should not wait for the layout.
        return found + (' loading="lazy" decoding="async"' if count > 1 else "")

    context["body"] = PICTURE.sub(complete, context["body"])


def setup(app):
    """After all that writes into a body."""
    app.connect("html-page-context", attributes, priority=950)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
