"""Read and write pages on two cores, where Sphinx would use one unless told."""

import os

# They number sections or write LaTeX: neither happens here, and neither says so itself.
SILENT = ("sphinx_multitoc_numbering", "sphinx_jupyterbook_latex")


def allow(app, config) -> None:
    """As soon as every extension is loaded."""
    app.parallel = min(2, os.cpu_count() or 1)
    for name in SILENT:
        if name in app.extensions:
            app.extensions[name].parallel_read_safe = True


def setup(app):
    """Before the first page is read."""
    app.connect("config-inited", allow)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
