"""The chapters a generated page draws on: Sphinx rebuilds it when one changes."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2]))
from tools import chapters


def published(env) -> list[tuple[str, pathlib.Path]]:
    """Every notebook in the contents as (document, file), noted as a dependency."""
    found = []
    for document in chapters.in_contents():
        path = chapters.ROOT / f"{document}.ipynb"
        if path.is_file():
            env.note_dependency(str(path))
            env.note_dependency(str(chapters.record_path(path)))
            found.append((document, path))
    return found
