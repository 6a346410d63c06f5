"""Build the site with warnings as errors, and say where to open it."""

import hashlib
import pathlib
import re
import shutil
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
from tools import downloads


def machinery() -> str:
    """Digest of what shapes every page: settings, extensions, templates, references."""
    files = [ROOT / "_config.yml", ROOT / "_toc.yml", ROOT / "tools" / "chapters.py"]
    files += (ROOT / "book").glob("_*/*.*")
    files += [ROOT / "book" / "references.bib", ROOT / "book" / "timeline.yaml"]
    files += [ROOT / "tools" / "papers.py"]
    files += (ROOT / "book" / "_static" / "explorers").rglob("*.*")
    parts = (path.read_bytes() for path in sorted(files) if path.is_file())
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def main() -> int:
    """Run jupyter-book; show its output only when something is wrong."""
    start = time.perf_counter()
    stamp = ROOT / "_build" / "machinery"
    current = machinery()
    if not stamp.is_file() or stamp.read_text() != current:
        shutil.rmtree(ROOT / "_build" / "html", ignore_errors=True)
        shutil.rmtree(ROOT / "_build" / ".doctrees", ignore_errors=True)
        stamp.unlink(missing_ok=True)
    jupyter_book = pathlib.Path(sys.executable).with_name("jupyter-book")
    command = [jupyter_book, "build", ".", "-W", "-n", "--keep-going", *sys.argv[1:]]
    done = subprocess.run(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    if done.returncode:
        plain = re.sub(r"\x1b\[[0-9;]*m", "", done.stdout)
        print(plain)
        wrong = [x for x in plain.splitlines() if re.search(r"WARNING|ERROR|rror:", x)]
        print("book: the build failed", *wrong, sep="\n  ", file=sys.stderr)
        return done.returncode
    stamp.write_text(current)
    downloads.offer()
    seconds = time.perf_counter() - start
    page = ROOT / "_build" / "html" / "index.html"
    print(f"book: built in {seconds:.0f} s; open {page.as_uri()} or run 'make serve'")
    return 0


if __name__ == "__main__":
    sys.exit(main())
