"""Measuring both forms of a network: turns on a clock of the test, and one real, tiny measurement."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from anime4k.bench import start
from anime4k.bench.forms import FEWEST_TURNS, MOST_TURNS, Failed, Pair, Stopped, measured, race
from anime4k.bench.lane import Chain
from anime4k.gl.device import Device
from anime4k.hooks.form import Form
from anime4k.hooks.parse import parse_file, parse_text
from anime4k.modes.forms import Driver, Known
from anime4k.modes.pack import pack_directory
from anime4k.modes.pairs import digest_of
from anime4k.pipeline.settings import RenderSettings

PACK = pack_directory()
NAME = "a4k-upscale-cnn-s"
PAIR = Pair(parse_file(PACK / f"{NAME}.glsl"), parse_file(PACK / f"{NAME}-compute.glsl"))


class Gpu:
    """A device on which frames take as long as the test says, after they were handed over.

    Args:
        fragment: seconds of a frame, one after the other, over and over.
        compute: the same for the other form.
    """

    def __init__(self, fragment: list[float], compute: list[float]) -> None:
        self.now = 100.0
        self.drawn: list[str] = []
        self._waiting = 0.0
        self._times = {"fragment": fragment, "compute": compute}

    def clock(self) -> float:
        return self.now

    def finish(self) -> None:
        self.now += self._waiting
        self._waiting = 0.0

    def fragment(self) -> None:
        self._draw("fragment")

    def compute(self) -> None:
        self._draw("compute")

    def _draw(self, form: str) -> None:
        times = self._times[form]
        self._waiting += times[self.drawn.count(form) % len(times)]
        self.drawn.append(form)


def run(gpu: Gpu, seconds: float = 10.0) -> tuple[float, float, Form]:
    found = race(gpu.fragment, gpu.compute, gpu.finish, seconds, clock=gpu.clock)
    return found.fragment_ms, found.compute_ms, found.winner


@pytest.mark.parametrize(
    ("fragment", "compute", "winner"),
    [(0.1, 0.06, Form.COMPUTE), (0.06, 0.1, Form.FRAGMENT), (0.1, 0.1, Form.FRAGMENT), (0.1, 0.099, Form.FRAGMENT)],
)
def test_the_quicker_form_wins(fragment: float, compute: float, winner: Form) -> None:
    found = run(Gpu([fragment], [compute]))
    assert found == (pytest.approx(1e3 * fragment), pytest.approx(1e3 * compute), winner)


def test_a_form_that_is_quicker_only_now_and_then_does_not_win() -> None:
    assert run(Gpu([0.1], [0.05, 0.13, 0.05, 0.14, 0.06, 0.12, 0.09]))[2] is Form.FRAGMENT


def test_frames_before_the_first_turn_do_not_count() -> None:
    slow_start = [5.0, 5.0, *[0.05] * 1000]
    fragment_ms, compute_ms, winner = run(Gpu([0.1], slow_start), seconds=1.0)
    assert (fragment_ms, compute_ms, winner) == (pytest.approx(100.0), pytest.approx(50.0), Form.COMPUTE)


def test_forms_take_turns_there_and_back() -> None:
    gpu = Gpu([0.1], [0.1])
    run(gpu)
    assert gpu.drawn.count("fragment") == gpu.drawn.count("compute")
    turns = gpu.drawn[-4:]
    assert turns in (["fragment", "compute", "compute", "fragment"], ["compute", "fragment", "fragment", "compute"])


def test_there_are_a_few_turns_however_long_they_take_and_not_too_many() -> None:
    slow, quick = Gpu([60.0], [60.0]), Gpu([0.1], [0.1])
    run(slow, seconds=1.0)
    run(quick, seconds=1e6)
    warm = 3  # two frames to warm up and one to see how long they take; the long run warms up for longer
    assert slow.drawn.count("compute") == FEWEST_TURNS + warm
    assert quick.drawn.count("compute") <= MOST_TURNS + warm + 3


def test_quick_frames_are_timed_many_at_a_time() -> None:
    gpu = Gpu([0.001], [0.0005])
    ticks: list[float] = []

    def coarse() -> float:
        ticks.append(gpu.now)
        return round(gpu.now / 0.004) * 0.004

    found = race(gpu.fragment, gpu.compute, gpu.finish, 1.0, clock=coarse)
    assert found.winner is Form.COMPUTE and found.gain == pytest.approx(0.5, abs=0.15)


def test_it_ends_when_the_user_wants_it() -> None:
    gpu = Gpu([0.1], [0.1])
    with pytest.raises(Stopped):
        race(gpu.fragment, gpu.compute, gpu.finish, 1e6, clock=gpu.clock, stopped=lambda: len(gpu.drawn) >= 9)
    assert len(gpu.drawn) == 9


@pytest.fixture(scope="module")
def device() -> Iterator[Device]:
    made = Device.standalone()
    yield made
    made.release()


def test_a_network_is_measured_through_the_renderer(device: Device) -> None:
    found = measured(device, PAIR, (64, 48), 0.1)
    assert isinstance(found, Known)
    assert (found.name, found.size, found.driver) == (NAME, (64, 48), Driver.of(device.info))
    assert found.files == digest_of(PAIR.fragment.path, PACK / f"{NAME}-compute.glsl")
    assert found.race.fragment_ms > 0.0 and found.race.compute_ms > 0.0 and found.race.spread >= 0.0


def test_a_form_that_the_driver_refuses_is_no_measurement(device: Device) -> None:
    broken = parse_text("//!HOOK MAIN\n//!BIND HOOKED\n//!COMPUTE 8 8\nvoid hook() { nonsense }\n", "broken.glsl")
    found = measured(device, Pair(PAIR.fragment, broken), (64, 48), 0.1)
    assert isinstance(found, Failed) and found.name == NAME and "broken.glsl" in found.reason


def test_a_pass_that_never_runs_is_no_measurement(device: Device) -> None:
    text = "//!HOOK MAIN\n//!BIND HOOKED\n//!WHEN 0\n//!DESC never\nvec4 hook() { return vec4(1.0); }\n"
    never = parse_text(text, "never.glsl")
    found = measured(device, Pair(never, never), (64, 48), 0.1)
    assert isinstance(found, Failed) and "WHEN" in found.reason


def test_beginnings_with_empty_caches_still_know_which_form_is_quicker(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: dict[str, str] = {}

    def launched(*_: object, env: dict[str, str], **__: object) -> subprocess.CompletedProcess[bytes]:
        seen.update(env)
        return subprocess.CompletedProcess(
            [], 0, b'{"context": 1, "compile": 1, "first_picture": 1, "launch": 1}\n', b""
        )

    monkeypatch.setenv("ANIME4K_CACHE_DIR", str(tmp_path / "mine"))
    monkeypatch.setattr(start.subprocess, "run", launched)
    chain = Chain("custom", (PAIR.fragment,), (), RenderSettings())
    start.begin(start.Job(tmp_path / "clip.mkv", chain, (64, 48), None), tmp_path / "empty")
    assert seen["ANIME4K_CACHE_DIR"] == str(tmp_path / "mine")
    assert seen["XDG_CACHE_HOME"] == str(tmp_path / "empty")
