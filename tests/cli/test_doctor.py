"""`anime4k doctor`: a verdict and a fix for each thing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from anime4k.cli import doctor
from anime4k.cli.main import main
from anime4k.errors import GLError
from anime4k.gl.device import Device
from anime4k.subtitles import library
from tests.conftest import RunCli

CHECKS = {
    "anime4k",
    "OpenGL",
    "GLSL",
    "texture limits",
    "formats",
    "display",
    "decoders",
    "encoders",
    "sound",
    "libass",
    "fonts",
    "interface",
    "shader pack",
    "shader cache",
    "forms",
}


def test_a_machine_that_draws_is_healthy(run_cli: RunCli) -> None:
    result = run_cli("doctor", "--json")
    assert result.returncode == 0, result.stderr
    report = json.loads(result.stdout)
    assert report["healthy"] is True
    findings = {row["name"]: row for row in report["findings"]}
    assert set(findings) == CHECKS
    assert findings["display"]["verdict"] == "warn"
    for row in report["findings"]:
        assert row["verdict"] == "ok" or row["fix"], row


def test_without_opengl_it_fails_and_names_the_fix(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(**_: object) -> Device:
        raise GLError("no driver at all")

    monkeypatch.setattr(Device, "standalone", refuse)
    assert main(["doctor"]) == 1
    lines = capsys.readouterr().out.splitlines()
    at = next(number for number, line in enumerate(lines) if line.startswith("FAIL"))
    assert "no driver at all" in lines[at] and "libgl1-mesa-dri" in lines[at + 1]


def test_a_check_that_breaks_does_not_stop_the_others(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(_: str) -> bool:
        raise RuntimeError("strange library")

    monkeypatch.setattr(doctor.codecs, "has_decoder", broken)
    monkeypatch.setattr(doctor, "_CHECKS", tuple(row for row in doctor._CHECKS if row[0] in ("codecs", "shader pack")))
    assert main(["doctor", "--json"]) == 1
    findings = json.loads(capsys.readouterr().out)["findings"]
    assert [(row["name"], row["verdict"]) for row in findings] == [("codecs", "fail"), ("shader pack", "ok")]
    assert "strange library" in findings[0]["fact"]


def test_missing_codecs_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor.codecs, "has_encoder", lambda name: name != "libx265")
    finding = next(row for row in doctor.examine() if row.name == "encoders")
    assert finding.verdict is doctor.Verdict.WARN
    assert "missing: libx265" in finding.fact and finding.fix


def test_a_broken_pack_is_a_failure(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "broken.glsl"
    file.write_text("//!HOOK MAIN\n//!NONSENSE\n")
    monkeypatch.setattr(doctor, "pack_files", lambda: (file,))
    finding = next(row for row in doctor.examine() if row.name == "shader pack")
    assert finding.verdict is doctor.Verdict.FAIL and f"{file}:2" in finding.fact


def test_a_disabled_shader_cache_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MESA_SHADER_CACHE_DISABLE", "true")
    finding = next(row for row in doctor.examine() if row.name == "shader cache")
    assert finding.verdict is doctor.Verdict.WARN and "MESA_SHADER_CACHE_DISABLE" in finding.fix


def test_without_libass_the_fix_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANIME4K_LIBASS", "none")
    library.load.cache_clear()
    finding = next(row for row in doctor.examine() if row.name == "libass")
    library.load.cache_clear()
    assert finding.verdict is doctor.Verdict.WARN and "apt install libass9" in finding.fix
