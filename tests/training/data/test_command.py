"""The command `data`."""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import pytest

from anime4k.errors import UsageError
from anime4k.quality import free_set
from anime4k.training.commands import data as command
from anime4k.training.data import store
from anime4k.training.data.procedural.scenes import picture


def arguments(*words: str) -> argparse.Namespace:
    """What the parser makes of these words."""
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    return parser.parse_args(list(words))


def test_the_small_set_is_built_without_fetching_and_verified(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setenv("ANIME4K_PEERS_CACHE", str(tmp_path / "cache"))
    folder = str(tmp_path / "set")
    assert command.run(arguments(folder, "--small", "--crops", "60")) == 0
    table = capsys.readouterr().out.splitlines()
    assert table[-1].split() == ["all", "12", "60", "100.0%", table[-1].split()[-1]]
    assert not (tmp_path / "cache").exists()

    shown = picture("heads", np.random.default_rng(3))
    pairs = (free_set.pair("shown", shown),)
    monkeypatch.setattr(free_set, "load", lambda: pairs)
    assert command.run(arguments(folder, "--verify")) == 0
    crops = np.load(Path(folder) / store.CROPS, mmap_mode="r+")
    crops[:3] = [shown[y : y + 96, 180:276] for y in (60, 100, 140)]
    crops.flush()
    assert command.run(arguments(folder, "--verify")) == 1
    assert "crop 0 of" in capsys.readouterr().out


def test_unknown_packages_are_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="nonsense is no source"):
        command.run(arguments(str(tmp_path / "set"), "--packages", "nonsense"))


def test_verifying_nothing_is_said(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no data set"):
        command.run(arguments(str(tmp_path), "--verify"))
