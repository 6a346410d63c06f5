"""Run notebooks over five seeds and record which claims held and what was measured.

Usage: verify.py [--all] [NAME …]. Without names: every notebook whose code changed
since its record, or whose record has a claim that failed. Each run starts in an empty
directory that holds only that notebook, in a process of its own, with the network cut
off where the platform can. Finished runs are kept in verification/.progress, so that an
interrupted verification resumes; the record is replaced when all seeds are done.
"""

import argparse
import importlib.metadata
import json
import os
import pathlib
import platform
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from tools import chapters

RUN_ONE = pathlib.Path(__file__).with_name("run_one.py")
SHOWN = ("tensorflow", "keras", "numpy")


def environment() -> dict:
    """What the runs depend on: versions, platform, cores."""
    versions = {name: importlib.metadata.version(name) for name in SHOWN}
    return {
        "python": platform.python_version(),
        **versions,
        "platform": f"{platform.system()} {platform.machine()}",
        "cores": len(os.sched_getaffinity(0))
        if hasattr(os, "sched_getaffinity")
        else os.cpu_count(),
    }


def jail() -> list[str]:
    """A command prefix that starts a process without a network, where there is one."""
    prefix = ["unshare", "--user", "--map-root-user", "--net"]
    if shutil.which("unshare") is None:
        return []
    works = subprocess.run([*prefix, "true"], capture_output=True).returncode == 0
    return prefix if works else []


def save(path: pathlib.Path, data: dict) -> None:
    """Write JSON in one step: a reader sees the old file or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(path.name + ".new")
    new.write_text(json.dumps(data, indent=1, ensure_ascii=False) + "\n", "utf8")
    new.replace(path)


def outcome(folder: pathlib.Path, path: pathlib.Path, seed: int, prefix: list) -> dict:
    """Run one notebook with one seed in `folder`; its entry for the record."""
    shutil.copy(path, folder)
    report = folder.parent / "report.json"
    command = [*prefix, sys.executable, RUN_ONE, path.name, str(seed), report]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    if not report.is_file():
        last = (done.stderr.strip().splitlines() or ["no message"])[-1]
        return {"seed": seed, "ok": False, "error": last, "claims": {}}
    return json.loads(report.read_text(encoding="utf8"))


def verify(path: pathlib.Path, prefix: list[str]) -> list[str]:
    """Run every seed that is not done yet, write the record, return what failed."""
    notebook = chapters.read(path)
    expected = chapters.claims(notebook)
    head = {
        "notebook": path.stem,
        "fingerprint": chapters.fingerprint(notebook),
        "environment": environment(),
        "network": "blocked" if prefix else "not blocked on this platform",
    }
    partial = chapters.RECORDS / ".progress" / f"{path.stem}.json"
    state = json.loads(partial.read_text("utf8")) if partial.is_file() else {}
    if {key: state.get(key) for key in head} != head:
        state = {**head, "runs": []}
    for seed in chapters.SEEDS:
        if any(run["seed"] == seed for run in state["runs"]):
            continue
        with tempfile.TemporaryDirectory() as temporary:
            folder = pathlib.Path(temporary) / "empty"
            folder.mkdir()
            run = outcome(folder, path, seed, prefix)
        state["runs"].append(run)
        save(partial, state)
        held = sum(claim["held"] for claim in run["claims"].values())
        note = "" if run["ok"] else f"  FAILED: {run['error']}"
        seconds = f"{run.get('seconds', 0):5.1f} s"
        score = f"{held}/{len(expected)} claims"
        print(f"  {path.stem}  seed {seed}  {score}  {seconds}{note}", flush=True)
    save(chapters.record_path(path), state)
    partial.unlink()
    return [
        f"{path.stem}, seed {run['seed']}: {run['error']}"
        for run in state["runs"]
        if not run["ok"]
    ]


def needs_a_run(path: pathlib.Path) -> bool:
    """Whether the record is missing, out of date, or holds a failure."""
    record = chapters.record(path)
    return (
        record is None
        or record["fingerprint"] != chapters.fingerprint(chapters.read(path))
        or not all(run["ok"] for run in record["runs"])
    )


def main(arguments: list[str]) -> int:
    """Verify what was asked for; keep going after a failure and tell it at the end."""
    parser = argparse.ArgumentParser(description="Verify notebooks over five seeds.")
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--all", action="store_true", help="also unchanged notebooks")
    options = parser.parse_args(arguments)
    failed = []
    try:
        chosen = [chapters.find(name) for name in options.names]
    except chapters.ChapterError as error:
        print(f"book: {error}", file=sys.stderr)
        return 2
    prefix = jail()
    paths = chosen or chapters.notebooks()
    done = 0
    for path in paths:
        try:
            if options.all or chosen or needs_a_run(path):
                done += 1
                failed += verify(path, prefix)
        except chapters.ChapterError as error:
            failed.append(f"{path.stem}: {error}")
    for line in failed:
        print(f"book: {line}", file=sys.stderr)
    print(
        f"book: {done} of {len(paths)} notebooks run, "
        f"{len(failed)} failures, network {'blocked' if prefix else 'open'}"
    )
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
