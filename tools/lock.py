"""Write constraints.txt: the newest versions that requirements.txt allows, exactly.

Resolves without installing, so the environment in use stays as it is. Run the whole
test and `make verify ALL=1` afterwards: new pins are only verified once that passed.
"""

import json
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
HEAD = (
    "# The verified set: every package at the version the record was made with.\n"
    "# Written by `make lock`.\n"
)


def resolve() -> list[str]:
    """Every package pip would install for requirements.txt, as `name==version`."""
    command = [sys.executable, "-m", "pip", "install", "--dry-run", "--quiet"]
    command += ["--ignore-installed", "--report", "-", "-r", "requirements.txt"]
    report = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE)
    found = (item["metadata"] for item in json.loads(report.stdout)["install"])
    return sorted(f"{m['name'].lower()}=={m['version']}" for m in found)


def main() -> None:
    """Replace constraints.txt in one step."""
    pins = resolve()
    new = ROOT / "constraints.txt.new"
    new.write_text(HEAD + "\n".join(pins) + "\n")
    new.replace(ROOT / "constraints.txt")
    print(f"book: constraints.txt now pins {len(pins)} packages")


if __name__ == "__main__":
    main()
