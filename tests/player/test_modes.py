"""Modes in a real window: real key events, real files, and pictures that are those of the mode alone."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from anime4k.gl.device import Device
from anime4k.media.source import VideoSource
from anime4k.modes.load import load_mode
from anime4k.modes.table import MODE_KEYS, find_mode
from anime4k.pipeline.render import Renderer
from tests import clips
from tests.player.harness import Play, RunningPlayer
from tests.player.test_window import eventually

SIZE = (160, 96)


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A second of numbered frames, repeated by the tests that need longer."""
    path = tmp_path_factory.mktemp("clips") / "numbers.mkv"
    clips.write(path, clips.cfr(25, 25), clips.Encoding(size=SIZE))
    return path


@pytest.fixture(scope="module")
def frozen(clip: Path) -> dict[str, npt.NDArray[np.uint8]]:
    """The first frame at twice its size by every mode, drawn without a window."""
    pictures = {}
    device = Device.standalone()
    with VideoSource(clip) as source:
        frame = next(iter(source.frames()))
    for name in ("off", "lite", "quick", *(find_mode(letters).name for _, letters in MODE_KEYS[:6]), "a-hq"):
        renderer = Renderer(device, load_mode(find_mode(name)).shaders)
        renderer.configure(frame.format, (2 * SIZE[0], 2 * SIZE[1]))
        renderer.render(frame.planes, frame.time)
        pictures[name] = np.ascontiguousarray(renderer.read()[0])
        renderer.release()
    device.release()
    return pictures


def paused_at_the_start(play: Play, clip: Path, *arguments: str | Path) -> RunningPlayer:
    """A player that shows the first frame and waits."""
    player = play(clip, "--loop-file", *arguments)
    player.wait_frames(1)
    player.key("space")
    player.wait_state(paused=True)
    player.key("Home")
    player.wait_stamp(0)
    return player


def shows(player: RunningPlayer, wanted: npt.NDArray[np.uint8]) -> None:
    """The window shows `wanted`: dithered by another frame number, so to one code."""
    eventually(lambda: int(np.abs(player.screen().astype(int) - wanted).max()) <= 1, True)


def chain(player: RunningPlayer) -> tuple[str, str, bool]:
    """Mode, what auto takes, and whether the shaders are on."""
    state = player.state.get("chain", {})
    return (state.get("mode", ""), state.get("takes", ""), state.get("enabled", False))


def test_keys_change_modes_completely(play: Play, clip: Path, frozen: dict[str, npt.NDArray[np.uint8]]) -> None:
    player = paused_at_the_start(play, clip, "--mode", "off")
    shows(player, frozen["off"])
    assert len({frozen[find_mode(letters).name].tobytes() for _, letters in MODE_KEYS[:6]}) == 6
    order = [*MODE_KEYS[:6], MODE_KEYS[0], MODE_KEYS[3], MODE_KEYS[0]]
    for key, letters in order:
        name = find_mode(letters).name
        player.key(key.lower())
        player.wait(lambda name=name: chain(player) == (name, "", True), name)  # type: ignore[misc]
        shows(player, frozen[name])
    player.key("ctrl+8")
    player.wait(lambda: chain(player) == ("a-hq", "", True), "a-hq")
    shows(player, frozen["a-hq"])
    player.key("ctrl+0")
    player.wait(lambda: chain(player) == ("a-hq", "", False), "shaders off")
    shows(player, frozen["off"])
    player.key("ctrl+9")
    player.wait(lambda: chain(player) == ("off", "", True), "back at the start")
    player.key("q")
    assert player.finish() == 0
    assert "Traceback" not in player.errors.read_text() and "warning" not in player.errors.read_text()


def test_auto_follows_the_window_and_says_so(play: Play, clip: Path, frozen: dict[str, npt.NDArray[np.uint8]]) -> None:
    player = paused_at_the_start(play, clip, "--explain")
    # The display of the tests is drawn by the CPU, so it is the cheapest doubling.
    player.wait(lambda: chain(player) == ("auto", "quick", True), "a decision")
    assert player.state["chain"]["reason"].startswith("slow renderer: ")
    shows(player, frozen["quick"])
    player.key("alt+1")
    player.wait(lambda: chain(player) == ("auto", "off", True), "another decision at the size of the video")
    player.display.run("xdotool", "windowsize", "--sync", player.window, "176", "106")
    player.wait(lambda: chain(player) == ("auto", "lite", True), "another decision for a little more")
    eventually(
        lambda: "mode auto (lite): 1 of 1 passes run" in player.display.run("xdotool", "getwindowname", player.window),
        True,
    )
    player.key("ctrl+2")
    player.wait(lambda: chain(player) == ("b-fast", "", True), "a mode by its key")
    player.key("ctrl+7")
    player.wait(lambda: chain(player) == ("auto", "lite", True), "auto again")
    player.key("q")
    assert player.finish() == 0
    text = player.errors.read_text()
    for taken in ("quick", "off", "lite"):
        assert f"it takes {taken}: " in text
    assert "mode b-fast: for " in text


def test_live_action_is_left_to_the_scaler(play: Play, clip: Path, frozen: dict[str, npt.NDArray[np.uint8]]) -> None:
    player = paused_at_the_start(play, clip, "--live-action")
    player.wait(lambda: chain(player) == ("auto", "off", True), "a decision")
    shows(player, frozen["off"])
