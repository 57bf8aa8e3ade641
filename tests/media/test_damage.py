"""A sample of the damage benchmark, each file in a process of its own with a time limit."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.timeout(200)
def test_damaged_files_neither_hang_nor_crash() -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "benchmarks" / "damage.py"), "--count", "27", "--seed", "7", "--limit", "60"],
        capture_output=True,
        text=True,
        timeout=180,
        cwd=ROOT,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "27 damaged files" in done.stdout
    assert "0 hangs, 0 tracebacks, 0 crashes" in done.stdout
