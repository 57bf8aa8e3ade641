"""Processes of the package's own modules run from any folder, whatever lies in it."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

import anime4k
from anime4k import children

MODULES = ("anime4k.player.sound.devices", "anime4k.player.sound.output", "anime4k.gl.survey", "anime4k.pipeline.warm")


@pytest.mark.parametrize("module", MODULES)
def test_modules_are_found_and_strays_are_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, module: str) -> None:
    monkeypatch.delenv("PYTHONPATH", raising=False)
    for name in ("random.py", "queue.py", "numpy.py", "anime4k.py"):
        (tmp_path / name).write_text(f"raise SystemExit('the stray {name} was run')\n")
    program = f"import {module}, anime4k; print(anime4k.__file__)"
    command = children.command(module)
    assert command[-2:] == ["-m", module]
    done = subprocess.run(
        [*command[:-2], "-c", program], cwd=tmp_path, env=children.environment(),
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.strip() == anime4k.__file__
