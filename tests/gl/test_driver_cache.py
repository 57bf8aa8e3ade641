"""A full disk and the driver's cache."""

from __future__ import annotations

import os
import shutil
from collections import namedtuple
from pathlib import Path

import pytest

from anime4k.gl.driver_cache import SWITCH, spare_full_disk

Usage = namedtuple("Usage", "total used free")


@pytest.mark.parametrize(("free", "kept"), [(0, False), (1 << 20, False), (1 << 30, True)])
def test_a_full_disk_switches_the_cache_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free: int, kept: bool
) -> None:
    asked: list[Path] = []

    def usage(path: Path) -> Usage:
        asked.append(path)
        return Usage(1 << 40, (1 << 40) - free, free)

    monkeypatch.setattr(shutil, "disk_usage", usage)
    monkeypatch.setenv(SWITCH, "x")
    monkeypatch.delenv(SWITCH)
    monkeypatch.delenv("MESA_SHADER_CACHE_DIR", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "not" / "yet"))
    sentence = spare_full_disk()
    assert asked == [tmp_path]
    assert (SWITCH not in os.environ, sentence == "") == (kept, kept)
    assert kept or str(tmp_path / "not" / "yet") in sentence


def test_what_the_user_says_about_the_cache_holds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(1, 1, 0))
    monkeypatch.setenv(SWITCH, "false")
    assert spare_full_disk() == "" and os.environ[SWITCH] == "false"
