"""The tools do their work, and say in one line what stops them."""

import base64
import json
import os
import shutil
import signal
import subprocess
import sys
import time

import nbformat
import pytest

from conftest import small_notebook
from tools import chapters


def put(folder, name="01_small.ipynb", **replaced):
    """Write a small notebook into a workshop."""
    path = folder / "notebooks" / name
    nbformat.write(small_notebook(**replaced), path)
    return path


def one_line(done) -> str:
    """The single line on stderr that a tool leaves behind."""
    lines = [x for x in done.stderr.splitlines() if x.startswith("book: ")]
    assert len(lines) == 1, done.stderr
    assert "Traceback" not in done.stderr
    return lines[0]


# --- execute


def test_execute_stores_outputs(workshop, run):
    path = put(workshop)
    done = run(workshop, "execute.py", "01")
    assert done.returncode == 0, done.stderr
    cells = [x for x in chapters.read(path)["cells"] if x["cell_type"] == "code"]
    assert [cell["execution_count"] for cell in cells] == [1, 2, 3, 4]
    assert chapters.printed(cells[-1]) == "done\n"


def test_execute_leaves_out_what_c_code_writes_to_stderr(workshop, run):
    path = put(workshop, last='import os\n\nos.write(2, b"2026 C log line\\n");')
    assert run(workshop, "execute.py", "01").returncode == 0
    assert "C log line" not in json.dumps(chapters.read(path)["cells"][-1]["outputs"])


def test_execute_stores_small_pictures(workshop, run):
    drawing = """import base64, io
from IPython.display import Image, display
from PIL import Image as Picture

noise = random.Random(0).randbytes(3 * 256 * 256)
target = io.BytesIO()
Picture.frombytes("RGB", (256, 256), noise).save(target, "PNG")
display(Image(target.getvalue()))"""
    path = put(workshop, last=drawing)
    assert run(workshop, "execute.py", "01").returncode == 0
    (out,) = chapters.read(path)["cells"][-1]["outputs"]
    stored = base64.b64decode("".join(out["data"]["image/png"]))
    assert stored.startswith(b"\x89PNG") and len(stored) < 100_000


@pytest.mark.parametrize("tool", ["execute.py", "verify.py"])
def test_unknown_notebook(workshop, run, tool):
    put(workshop)
    done = run(workshop, tool, "99_nothing")
    assert done.returncode == 2
    assert "99_nothing" in one_line(done) and "01_small" in one_line(done)


def test_ambiguous_notebook(workshop, run):
    put(workshop, "06_1_a.ipynb")
    put(workshop, "06_2_b.ipynb")
    done = run(workshop, "execute.py", "06")
    assert done.returncode == 2 and "several" in one_line(done)


def test_execute_without_a_name(workshop, run):
    put(workshop)
    done = run(workshop, "execute.py")
    assert done.returncode == 2 and "NB=" in one_line(done)


@pytest.mark.parametrize("tool", ["execute.py", "verify.py"])
@pytest.mark.parametrize(
    "content",
    [b'{"cells": [', b"\xff\xfe not text", b"[]"],
    ids=["cut", "binary", "list"],
)
def test_file_that_is_no_notebook(workshop, run, tool, content):
    path = put(workshop)
    path.write_bytes(content)
    done = run(workshop, tool, "01")
    assert done.returncode != 0 and "01_small" in one_line(done)
    assert path.read_bytes() == content


@pytest.mark.parametrize("tool", ["execute.py", "verify.py"])
def test_claim_without_an_assertion(workshop, run, tool):
    path = put(workshop, claim_below="# Claim: Nothing is checked here.\nx = 1")
    before = path.read_bytes()
    done = run(workshop, tool, "01")
    assert done.returncode != 0 and "asserts nothing" in one_line(done)
    assert path.read_bytes() == before


def test_execute_keeps_the_notebook_when_a_cell_fails(workshop, run):
    path = put(workshop, last="1 / 0")
    before = path.read_bytes()
    done = run(workshop, "execute.py", "01")
    assert done.returncode == 2 and "ZeroDivisionError" in one_line_of(done)
    assert path.read_bytes() == before


def one_line_of(done) -> str:
    """The closing line, below the traceback that an author wants to see."""
    return done.stderr.strip().splitlines()[-1]


def test_execute_refuses_python_warnings(workshop, run):
    path = put(workshop, last='import warnings\n\nwarnings.warn("mind the gap")')
    before = path.read_bytes()
    done = run(workshop, "execute.py", "01")
    assert done.returncode == 2 and "stderr" in one_line(done)
    assert path.read_bytes() == before


# --- verify


def record(workshop) -> dict:
    return json.loads((workshop / "verification" / "01_small.json").read_text())


def test_verify_records_claims_measurements_and_circumstances(workshop, run):
    put(workshop)
    done = run(workshop, "verify.py")
    assert done.returncode == 0, done.stderr
    found = record(workshop)
    assert [one["seed"] for one in found["runs"]] == list(chapters.SEEDS)
    draws = [
        one["claims"]["claim-below"]["measures"]["draw"]["value"]
        for one in found["runs"]
    ]
    assert len(set(draws)) == 5, "each seed draws its own number"
    assert all(
        one["seconds"] > 0 and one["peak_memory_mib"] > 10 for one in found["runs"]
    )
    assert {"python", "tensorflow", "keras"} <= set(found["environment"])


def test_verify_runs_only_what_changed(workshop, run):
    put(workshop)
    run(workshop, "verify.py")
    again = run(workshop, "verify.py")
    assert "0 of 1 notebooks run" in again.stdout
    notebook = nbformat.read(workshop / "notebooks" / "01_small.ipynb", 4)
    notebook.cells[0].source = "# Small, reworded"
    nbformat.write(notebook, workshop / "notebooks" / "01_small.ipynb")
    assert "0 of 1 notebooks run" in run(workshop, "verify.py").stdout
    put(workshop, last='print("changed")')
    assert "1 of 1 notebooks run" in run(workshop, "verify.py").stdout


def test_verify_goes_on_after_a_failing_notebook(workshop, run):
    failing = "# Claim: The seed is not three, says this claim.\nassert SEED != 3, SEED"
    put(workshop, "01_small.ipynb", claim_below=failing)
    put(workshop, "02_other.ipynb", last="raise RuntimeError('broken')")
    put(workshop, "03_fine.ipynb")
    done = run(workshop, "verify.py")
    assert done.returncode == 1
    assert "3 of 3 notebooks run, 6 failures" in done.stdout
    held = [one["claims"]["claim-below"]["held"] for one in record(workshop)["runs"]]
    assert held == [True, True, True, False, True]
    assert (workshop / "verification" / "03_fine.json").is_file()


def test_claim_after_a_failed_claim_is_still_tried(workshop, run):
    put(
        workshop,
        claim_below="# Claim: This sentence is never true.\nassert SEED < 0",
        claim_later="# Claim: This sentence is always true.\nassert SEED >= 0",
    )
    run(workshop, "verify.py")
    first = record(workshop)["runs"][0]
    assert not first["claims"]["claim-below"]["held"]
    assert first["claims"]["claim-later"]["held"]
    assert not first["ok"]


def test_verify_starts_from_an_empty_directory(workshop, run):
    put(workshop, last='import os\n\nassert os.listdir() == ["01_small.ipynb"]')
    done = run(workshop, "verify.py")
    assert done.returncode == 0, done.stderr


def test_verify_cuts_the_network_where_it_says_so(workshop, run):
    put(
        workshop,
        last="import socket\n\n"
        "s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\n"
        "try:\n"
        '    s.connect(("192.0.2.1", 9))\n'
        "except OSError as error:\n"
        '    print("cut off:", error.strerror)\n'
        "else:\n"
        '    raise RuntimeError("a route out exists")',
    )
    done = run(workshop, "verify.py")
    if "network open" in done.stdout:
        pytest.skip("this platform cannot cut the network off")
    assert done.returncode == 0, done.stderr
    assert record(workshop)["network"] == "blocked"


def test_interrupted_verify_resumes(workshop, run):
    put(workshop)
    log = workshop / "log"
    with log.open("w") as out:
        process = subprocess.Popen(
            [sys.executable, workshop / "tools" / "verify.py"],
            cwd=workshop,
            stdout=out,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        deadline = time.monotonic() + 120
        while log.read_text().count("seed") < 2 and time.monotonic() < deadline:
            time.sleep(0.1)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    assert not (workshop / "verification" / "01_small.json").exists()
    done = run(workshop, "verify.py")
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("seed") <= 3, "the finished seeds are not run again"
    assert len(record(workshop)["runs"]) == 5


def test_kernel_that_dies_is_reported(workshop, run):
    put(workshop, last="import os\n\nos._exit(3)")
    done = run(workshop, "verify.py")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert not record(workshop)["runs"][0]["ok"]


# --- environment


def shell(workshop, *, path=None, **environment):
    """Run env.sh with a given PATH."""
    env = {**os.environ, **environment}
    env.pop("PYTHON", None)
    if path is not None:
        env["PATH"] = str(path)
    return subprocess.run(
        [shutil.which("sh"), "tools/env.sh"],
        cwd=workshop,
        env=env,
        capture_output=True,
        text=True,
    )


def tools_only(folder, **programs):
    """A PATH with what a shell needs, and the given scripts as programs."""
    folder.mkdir()
    for name in ("dirname", "head", "env", "sh"):
        (folder / name).symlink_to(shutil.which(name))
    for name, script in programs.items():
        file = folder / name.replace("_", ".")
        file.write_text("#!/bin/sh\n" + script)
        file.chmod(0o755)
    return folder


def test_missing_python(workshop, tmp_path):
    done = shell(workshop, path=tools_only(tmp_path / "bin"))
    assert done.returncode == 2 and "python3 not found" in one_line(done)


def test_unsupported_python(workshop, tmp_path):
    script = 'case "$1" in -V) echo "Python 3.9.18";; *) exit 1;; esac'
    done = shell(workshop, path=tools_only(tmp_path / "bin", python3=script))
    assert done.returncode == 2
    assert "Python 3.9.18" in one_line(done) and "3.11" in one_line(done)


def test_half_made_environment_is_left_alone(workshop, run):
    (workshop / ".venv" / "lib").mkdir(parents=True)
    (workshop / ".venv" / "lib" / "precious").write_text("mine")
    done = run(workshop, "env.py")
    assert done.returncode == 2 and "make clean-env" in one_line(done)
    assert (workshop / ".venv" / "lib" / "precious").read_text() == "mine"


def test_missing_constraints_file(workshop, run):
    done = run(workshop, "env.py", CONSTRAINTS="nowhere.txt")
    assert done.returncode == 2 and "nowhere.txt" in one_line(done)
    assert not (workshop / ".venv").exists()


def test_failing_installation_says_so_and_is_tried_again(workshop, run):
    (workshop / "requirements.txt").write_text("no-such-package-by-this-name==9.9\n")
    offline = {"PIP_NO_INDEX": "1", "CONSTRAINTS": "none"}
    for _ in range(2):
        done = run(workshop, "env.py", **offline)
        assert done.returncode == 2 and "pip failed" in one_line(done)
        assert not (workshop / ".venv" / ".book-installed").exists()


# --- parsing


def test_measures_read_what_the_mask_covers():
    text = "loss: ≈ 1,234.5 nats\nshare of steps: ≈ 12.5%\nplain 3\ntiny: ≈ 2e-05\n"
    assert chapters.measures(text) == {
        "loss": {"value": 1234.5, "unit": "nats"},
        "share of steps": {"value": 12.5, "unit": "%"},
        "tiny": {"value": 2e-05, "unit": ""},
    }


def test_claim_sentence_may_run_over_lines():
    notebook = json.loads(
        nbformat.writes(
            small_notebook(
                claim_below="# Claim: A long sentence that\n#   goes on.\n"
                "assert SEED == 0"
            )
        )
    )
    (claim,) = chapters.claims(notebook).values()
    assert claim["sentence"] == "A long sentence that goes on."
    assert claim["assertion"] == "assert SEED == 0"


def test_assertions_are_picked_out_of_a_cell():
    code = "x = 1\nfor y in (1, 2):\n    assert y, 'loop'\nassert (\n    x == 1\n)"
    assert chapters.assertions(code) == "assert y, 'loop'\nassert (\n    x == 1\n)"
