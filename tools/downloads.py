"""What a reader takes along: the notebooks in one file, the site as a copy that opens
from disk, and the PDF where `make pdf` has made one. They are kept in the site's folder
`downloads`, and the landing page offers those that are there.
"""

import hashlib
import io
import pathlib
import re
import shutil
import sys
import zipfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "book" / "_ext")]
import hosting

from tools import chapters

SITE = ROOT / "_build" / "html"
LANDING = "book/index.html"
NAME = "recurrent-networks"
PDF = ROOT / "_build" / "pdf" / f"{NAME}.pdf"
STAMP = PDF.with_suffix(".sources")
SHELF = "downloads"
SLOT = re.compile(r"(<!-- downloads -->).*?(<!-- /downloads -->)", re.DOTALL)
# Compressed already.
PACKED = {".png", ".woff", ".woff2", ".zip"}
DATE = (1980, 1, 1, 0, 0, 0)  # the same files give the same archive


def home() -> str | None:
    """The site's address, where it is known."""
    return hosting.home()


def digest() -> str:
    """Digest of everything that the PDF is made from."""
    files = [ROOT / "_config.yml", ROOT / "_toc.yml", ROOT / "constraints.txt"]
    files += [ROOT / "tools" / "chapters.py", ROOT / "tools" / "papers.py"]
    for folder, pattern in (
        ("book", "**/*"),
        ("notebooks", "*.ipynb"),
        ("verification", "*.json"),
        ("tools", "pdf.*"),
    ):
        files += (ROOT / folder).glob(pattern)
    found = hashlib.sha256(f"{home()}".encode())
    for path in sorted(files):
        if path.is_file() and "__pycache__" not in path.parts:
            found.update(f"\0{path.relative_to(ROOT)}\0".encode())
            found.update(path.read_bytes())
    return found.hexdigest()


def fresh_pdf() -> bool:
    """Whether there is a PDF, and of the present sources."""
    made = PDF.is_file() and STAMP.is_file()
    return made and STAMP.read_text() == digest()


def put(path: pathlib.Path, content: bytes) -> None:
    """Write a file when it would change."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.is_file() or path.read_bytes() != content:
        path.write_bytes(content)


def archive(path: pathlib.Path, files: dict[str, bytes]) -> None:
    """A ZIP of the files below one folder, unless there is one of the same files."""
    folder = path.stem
    stamp = hashlib.sha256()
    for name in sorted(files):
        stamp.update(f"{name}\0{len(files[name])}\0".encode())
        stamp.update(files[name])
    mark = stamp.hexdigest().encode()
    if path.is_file():
        with zipfile.ZipFile(path) as old:
            if old.comment == mark:
                return
    path.parent.mkdir(parents=True, exist_ok=True)
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as new:
        new.comment = mark
        for name in sorted(files):
            entry = zipfile.ZipInfo(f"{folder}/{name}", DATE)
            packed = pathlib.PurePath(name).suffix in PACKED
            entry.compress_type = zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            new.writestr(entry, files[name])
    path.write_bytes(made.getvalue())


def notebooks() -> dict[str, bytes]:
    """Every notebook of the contents, with what it takes to run them."""
    found = {
        f"{document}.ipynb": (ROOT / f"{document}.ipynb").read_bytes()
        for document in chapters.in_contents()
        if (ROOT / f"{document}.ipynb").is_file()
    }
    for name in ("LICENSE", "requirements.txt", "constraints.txt"):
        found[name] = (ROOT / name).read_bytes()
    return found


def copy_of_the_site() -> dict[str, bytes]:
    """The site's files but the downloads, and with a landing page that says so."""
    found = {
        path.relative_to(SITE).as_posix(): path.read_bytes()
        for path in SITE.rglob("*")
        if path.is_file() and SHELF not in path.relative_to(SITE).parts[:1]
    }
    found.pop(".buildinfo", None)
    landing = found[LANDING].decode("utf8")
    found[LANDING] = fill(landing, in_the_copy()).encode("utf8")
    return found


def fill(page: str, words: str) -> str:
    """The landing page with its slot filled."""
    return SLOT.sub(lambda slot: f"{slot[1]}{words}{slot[2]}", page)


def in_the_copy() -> str:
    """What the copy says of itself."""
    way = f'<a href="{home()}">the book\'s site</a>' if home() else "the book's site"
    return (
        "<p>This is the copy that opens from disk. The PDF and the notebooks in one "
        f"file are on {way}; each chapter's page here has its own notebook, behind the "
        "arrow at the top.</p>"
    )


def megabytes(path: pathlib.Path) -> str:
    """A file's size for a reader."""
    return f"{path.stat().st_size / 1e6:.1f} MB"


def offers() -> str:
    """The list of what there is to take along."""
    rows = []
    for file, title, words in (
        (f"{NAME}.pdf", "The book as PDF", "to print or annotate, solutions included"),
        (f"{NAME}-notebooks.zip", "All notebooks", "as one ZIP, with their outputs"),
        (
            f"{NAME}-site.zip",
            "The whole site",
            "as a ZIP: unpack it and open <code>index.html</code>, with no network",
        ),
    ):
        path = SITE / SHELF / file
        if path.is_file():
            rows.append(
                f'<li><a href="../{SHELF}/{file}" download>{title}</a> '
                f'<span class="size">{megabytes(path)}</span> {words}.</li>'
            )
        else:
            rows.append(
                f"<li>{title}: <code>make pdf</code> in a clone of the repository "
                "makes it, with Chromium installed.</li>"
            )
    return f'<ul class="downloads">{"".join(rows)}</ul>'


def offer() -> None:
    """Put everything in its place and say so on the landing page."""
    shelf = SITE / SHELF
    if fresh_pdf():
        target = shelf / PDF.name
        shelf.mkdir(exist_ok=True)
        if not target.is_file() or target.stat().st_mtime < PDF.stat().st_mtime:
            shutil.copy2(PDF, target)
    else:
        (shelf / PDF.name).unlink(missing_ok=True)
    archive(shelf / f"{NAME}-notebooks.zip", notebooks())
    archive(shelf / f"{NAME}-site.zip", copy_of_the_site())
    landing = SITE / LANDING
    page = landing.read_text(encoding="utf8")
    put(landing, fill(page, offers()).encode("utf8"))
