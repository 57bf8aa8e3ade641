"""The benchmark that draws every mode: it finds what is wrong and goes on where it stopped."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "benchmarks" / "modes_check.py"
SMALL = ("--sources", "96x54,100x75", "--outputs", "108,230", "--modes", "quick,lite,b+b-fast")


def check(*arguments: str, program: str = f"import runpy; runpy.run_path({str(SCRIPT)!r}, run_name='__main__')") -> (
    subprocess.CompletedProcess[str]
):
    """Run the benchmark."""
    return subprocess.run(
        [sys.executable, "-c", program, *arguments], capture_output=True, text=True, timeout=120, check=False
    )


def test_everything_runs_as_planned_and_only_once(tmp_path: Path) -> None:
    results = tmp_path / "rows.json"
    done = check(*SMALL, "--results", str(results))
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.splitlines()[-1] == "12 of 12 as planned"
    rows = json.loads(results.read_text())
    assert len(rows) == 12 and all(row["ran"] > 0 and row["milliseconds"] > 0 for row in rows)
    # A second run takes the rows from the file: also one that claims something else.
    rows[0]["faults"] = ["something"]
    results.write_text(json.dumps(rows))
    again = check(*SMALL, "--results", str(results))
    assert again.returncode == 1
    assert again.stdout.splitlines()[-1] == "11 of 12 as planned" and "WRONG: something" in again.stdout


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("vec4(0.0, 0.0, 1.0, 1.0)", "the mean of a channel is off by"),
        ("no_such_function()", "left out: "),
    ],
)
def test_blue_pictures_and_broken_files_are_found(tmp_path: Path, fault: str, said: str) -> None:
    shader = tmp_path / "shaders" / "a4k-lite.glsl"
    shader.parent.mkdir()
    shader.write_text(f"//!HOOK MAIN\n//!BIND HOOKED\n//!DESC broken\nvec4 hook() {{ return {fault}; }}\n")
    program = (
        f"import pathlib, runpy, sys; sys.path.insert(0, {str(ROOT)!r}); import anime4k.modes.pack as pack;"
        f"pack._PACKAGE = pathlib.Path({str(tmp_path)!r}); runpy.run_path({str(SCRIPT)!r}, run_name='__main__')"
    )
    done = check("--sources", "96x54", "--outputs", "108", "--modes", "lite", program=program)
    assert done.returncode == 1
    assert said in done.stdout and done.stdout.splitlines()[-1] == "0 of 1 as planned"
