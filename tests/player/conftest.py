"""A display for the whole session, and players that are ended with their test."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = str(Path(__file__).resolve().parents[2])
if ROOT not in sys.path:
    sys.path.insert(0, ROOT)

from tests.player.harness import PATIENCE_S, SCREEN, Display, Play, RunningPlayer  # noqa: E402


@pytest.fixture(scope="session")
def display() -> Iterator[Display]:
    """An X server on a display number that is free."""
    if shutil.which("Xvfb") is None or shutil.which("xdotool") is None:
        pytest.skip("Xvfb or xdotool is not installed")
    reading, writing = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writing), "-screen", "0", f"{SCREEN[0]}x{SCREEN[1]}x24", "-nolisten", "tcp",
         "-noreset"],
        pass_fds=[writing],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(writing)
    try:
        with os.fdopen(reading) as pipe:
            number = pipe.readline().strip()
        assert number, "Xvfb did not start"
        yield Display(f":{number}")
    finally:
        server.terminate()
        server.wait(PATIENCE_S)


@pytest.fixture
def play(display: Display, tmp_path: Path) -> Iterator[Play]:
    """Starts players; whatever still runs at the end of the test is ended."""
    running: list[RunningPlayer] = []

    def start(*arguments: str | Path) -> RunningPlayer:
        player = RunningPlayer(display, tmp_path, [str(argument) for argument in arguments])
        running.append(player)
        return player

    yield start
    for player in running:
        player.stop()
