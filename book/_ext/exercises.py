"""Name what a fold hides: a solution, the set-up, or the code behind a drawing."""

from docutils import nodes

LABELS = {
    "tag_solution": ("Show a solution", "Hide the solution"),
    "tag_setup": ("Show the set-up", "Hide the set-up"),
    "tag_hide-input": ("Show the code", "Hide the code"),
}


def label(app, doctree) -> None:
    """Replace the theme's 'Show code cell content' where we know better."""
    for cell in doctree.findall(nodes.container):
        for name, (show, hide) in LABELS.items():
            if name in cell["classes"] and cell.get("hide_mode"):
                cell["prompt_show"], cell["prompt_hide"] = show, hide
                break


def setup(app):
    """Label cells as soon as a page is read."""
    app.connect("doctree-read", label)
    return {"version": "1", "parallel_read_safe": True}
