"""Links to the host: right where it is known, absent where it is not."""

import os
import subprocess
import sys

import pytest

from tools import chapters

sys.path.insert(0, str(chapters.ROOT / "book" / "_ext"))
import hosting


@pytest.mark.parametrize(
    ("remote", "name"),
    [
        ("https://github.com/someone/a-book.git", "someone/a-book"),
        ("https://github.com/someone/a-book", "someone/a-book"),
        ("git@github.com:some.one/a_book.git", "some.one/a_book"),
        ("ssh://git@github.com/someone/a-book.git/", "someone/a-book"),
        ("https://gitlab.com/someone/a-book.git", None),
        ("https://notgithub.com/someone/a-book", None),
        ("/srv/git/a-book.git", None),
        ("", None),
    ],
)
def test_repository_is_read_off_the_remote(monkeypatch, remote, name):
    monkeypatch.delenv("GITHUB_REPOSITORY", raising=False)
    monkeypatch.setattr(hosting, "git", lambda *arguments: remote)
    assert hosting.repository() == name


def test_repository_set_by_the_host_comes_first(monkeypatch):
    monkeypatch.setenv("GITHUB_REPOSITORY", "owner/name")
    assert hosting.repository() == "owner/name"


def test_a_hosted_build_links_to_its_own_repository(tmp_path):
    """A whole build, as CI makes it for Pages, with warnings as errors."""
    command = [os.path.join(os.path.dirname(sys.executable), "jupyter-book")]
    command += ["build", ".", "-W", "-n", "--keep-going", "--path-output", tmp_path]
    done = subprocess.run(
        command,
        cwd=chapters.ROOT,
        env={**os.environ, "GITHUB_REPOSITORY": "owner/name"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    file = "notebooks/02_sequence_data"
    page = tmp_path / "_build" / "html" / f"{file}.html"
    html = page.read_text(encoding="utf8")
    for link in (
        f"https://colab.research.google.com/github/owner/name/blob/main/{file}.ipynb",
        f"https://mybinder.org/v2/gh/owner/name/main?urlpath=lab/tree/{file}.ipynb",
        f"https://github.com/owner/name/edit/main/{file}.ipynb",
        "https://github.com/owner/name/issues/new?",
    ):
        assert link in html, link
