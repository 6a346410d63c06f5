"""Is this the environment whose outputs are stored in the notebooks?"""

import importlib.metadata
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
VERIFIED_PYTHON = (3, 11)


def pinned() -> dict[str, str]:
    """Package → exact version, from constraints.txt."""
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    pairs = (line.split("==") for line in lines if not line.startswith("#"))
    return {name: version for name, version in pairs}


def direct() -> list[str]:
    """The packages requirements.txt names."""
    lines = (ROOT / "requirements.txt").read_text().splitlines()
    return [re.match(r"[\w-]+", x)[0].lower() for x in lines if x and x[0] != "#"]


def differences() -> list[str]:
    """How this environment differs from the verified one; empty when it does not."""
    found = []
    if sys.version_info[:2] != VERIFIED_PYTHON:
        here = ".".join(map(str, sys.version_info[:2]))
        found.append(f"Python {here} for {'.'.join(map(str, VERIFIED_PYTHON))}")
    wanted = pinned()
    for name in direct():
        installed = importlib.metadata.version(name)
        if installed != wanted[name]:
            found.append(f"{name} {installed} for {wanted[name]}")
    return found
