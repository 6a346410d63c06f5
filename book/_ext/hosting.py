"""Point launch, source, edit and issue links at where the book is really hosted.

GITHUB_REPOSITORY (set by GitHub's CI) decides, else the git remote `origin`. When
neither names a GitHub repository, there are no such links: absent, never wrong.
"""

import os
import pathlib
import re
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
REMOTE = re.compile(r"(?:^|[@/])github\.com[:/](?P<name>[\w.-]+/[\w.-]+?)(?:\.git)?/?$")


def git(*arguments: str) -> str:
    """What git answers, or nothing where there is no git or no answer."""
    try:
        done = subprocess.run(
            ["git", "-C", ROOT, *arguments], capture_output=True, text=True
        )
    except FileNotFoundError:
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def repository() -> str | None:
    """`owner/name` on GitHub, or None when unknown."""
    if name := os.environ.get("GITHUB_REPOSITORY"):
        return name
    found = REMOTE.search(git("remote", "get-url", "origin"))
    return found["name"] if found else None


def home() -> str | None:
    """The address that GitHub gives the site, ending in `/`, or None when unknown."""
    if (name := repository()) is None:
        return None
    owner, _, project = name.partition("/")
    host = f"{owner.lower()}.github.io"
    return (
        f"https://{host}/" if project.lower() == host else f"https://{host}/{project}/"
    )


def branch() -> str:
    """The branch that links lead to."""
    name = git("symbolic-ref", "--short", "refs/remotes/origin/HEAD")
    return name.removeprefix("origin/") or "main"


def configure(app, config) -> None:
    """Fill in, or take out, every option of the theme that leads to the host."""
    options = config.html_theme_options
    name = repository()
    for button in ("repository", "edit_page", "issues"):
        options[f"use_{button}_button"] = name is not None
    if name is None:
        options["launch_buttons"] = {}
        options.pop("repository_url", None)
        return
    config.html_baseurl = home()  # for the canonical address of every page
    options["repository_url"] = f"https://github.com/{name}"
    options["repository_branch"] = branch()
    options["path_to_docs"] = ""
    options["launch_buttons"] = {
        "notebook_interface": "jupyterlab",
        "binderhub_url": "https://mybinder.org",
        "colab_url": "https://colab.research.google.com",
    }


def setup(app):
    """Run before the theme reads its options."""
    app.connect("config-inited", configure, priority=100)
    return {"version": "1", "parallel_read_safe": True}
