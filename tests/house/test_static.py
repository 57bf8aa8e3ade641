"""Types and style of the whole tree, as the tools see them."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def check(*command: str) -> None:
    """Run a Python tool at the top of the tree; its complaints are the failure."""
    result = subprocess.run(
        [sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True, timeout=280, check=False
    )
    assert result.returncode == 0, result.stdout + result.stderr


def test_types_are_strict() -> None:
    # Without the extra `train` there are no types of PyTorch to check that room against.
    there = importlib.util.find_spec("torch") and importlib.util.find_spec("matplotlib")
    check("mypy", "anime4k", *(() if there else ("--exclude", "anime4k/training")))


def test_style_is_clean() -> None:
    check("ruff", "check", "anime4k", "benchmarks", "docs", "tests", "player.py")
