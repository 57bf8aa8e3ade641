"""The player in a real window on a virtual display, driven by real key events."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from tests import clips
from tests.player.harness import Play

ROOT = Path(__file__).resolve().parents[2]
RATE = 25
PLAIN = ("--mode", "off", "--scaler", "bilinear")


@pytest.fixture(scope="module")
def long_clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """3000 frames at 25 frames a second (time stamps in milliseconds), 160x96."""
    path = tmp_path_factory.mktemp("clips") / "long.mkv"
    clips.write(path, clips.cfr(3000, RATE), clips.Encoding(size=(160, 96), gop=50))
    return path


@pytest.fixture(scope="module")
def short_clip(tmp_path_factory: pytest.TempPathFactory) -> clips.Clip:
    """20 frames of varying length."""
    path = tmp_path_factory.mktemp("clips") / "short.mkv"
    return clips.write(path, clips.vfr(20), clips.Encoding(size=(160, 96)))


def number(picture: npt.NDArray[np.uint8], rect: tuple[int, int, int, int] | None = None) -> int:
    """The frame number that a picture of the window shows."""
    x, y, width, height = rect or (0, 0, picture.shape[1], picture.shape[0])
    return clips.number_of(picture[y : y + height, x : x + width, 1])


def eventually(value: Callable[[], object], expected: object) -> None:
    """`value()` becomes `expected`; the X server may show a picture a moment after it was handed over."""
    deadline = time.monotonic() + 20
    while (seen := value()) != expected:
        assert time.monotonic() < deadline, f"{seen!r} instead of {expected!r}"


def test_a_clip_plays_to_its_end_with_every_frame(play: Play, short_clip: clips.Clip) -> None:
    player = play(short_clip.path, *PLAIN)
    assert player.finish() == 0
    end = player.lines[-1]
    shown = [line["pts"] * Fraction(line["time_base"]) for line in player.frames]
    assert end["event"] == "end" and end["reason"] == "finished"
    assert end["counts"]["shown"] + end["counts"]["dropped"] == 20
    assert shown[0] == 0 and shown[-1] == short_clip.times[-1]
    assert set(shown) <= set(short_clip.times)


def test_untimed_shows_every_frame_once_in_order(play: Play, short_clip: clips.Clip) -> None:
    player = play(short_clip.path, "--untimed", *PLAIN)
    assert player.finish() == 0
    assert [line["pts"] * Fraction(line["time_base"]) for line in player.frames] == list(short_clip.times)


def test_frames_option_stops_after_so_many(play: Play, long_clip: Path) -> None:
    player = play(long_clip, "--untimed", "--frames", "7", "--geometry", "320x192", *PLAIN)
    assert player.finish() == 0
    assert player.stamps == [0, 40, 80, 120, 160, 200, 240]
    assert player.state["reason"] == "frames"
    assert player.state["output"] == [320, 192]


def test_start_and_end_are_exact(play: Play, long_clip: Path) -> None:
    player = play(long_clip, "--untimed", "--start", "1:00.01", "--end", "60.2", *PLAIN)
    assert player.finish() == 0
    assert player.stamps == [60000, 60040, 60080, 60120, 60160]


def test_pause_freezes_and_steps_are_single_frames(play: Play, long_clip: Path) -> None:
    player = play(long_clip, *PLAIN)
    player.wait_frames(5)
    player.key("space")
    player.wait_state(paused=True)
    frozen = player.stamps[-1]
    eventually(lambda: number(player.screen()), frozen // 40)
    player.key("period")
    player.wait_stamp(frozen + 40)
    eventually(lambda: number(player.screen()), frozen // 40 + 1)
    player.key("comma", "comma", "comma")
    player.wait_stamp(frozen - 80)
    eventually(lambda: number(player.screen()), frozen // 40 - 2)
    shown = len(player.frames)
    player.key("p")
    player.wait_frames(shown + 2)
    assert player.stamps[shown] == frozen - 40  # nothing was skipped when it went on


def test_arrows_seek_exactly_while_paused(play: Play, long_clip: Path) -> None:
    player = play(long_clip, "--start", "10", *PLAIN)
    player.wait_frames(3)
    player.key("space")
    player.wait_state(paused=True)
    here = player.stamps[-1]
    for keys, there in (
        (["Right"], here + 5000),
        (["Right", "Right"], here + 15000),
        (["Left"], here + 10000),
        (["Up"], here + 70000),
        (["Down"], here + 10000),
        (["shift+Right"], here + 11000),
        (["Home"], 0),
        (["Left"], 0),
        (["Up", "Up"], 2999 * 40),
    ):
        player.key(*keys)
        player.wait_stamp(there)
        eventually(lambda there=there: number(player.screen()), there // 40)  # type: ignore[misc]


def test_seeks_are_exact_in_transport_streams_that_begin_late(play: Play, tmp_path: Path) -> None:
    path = tmp_path / "late.ts"
    encoding = clips.Encoding(codec="mpeg2video", size=(160, 96), gop=50, b_frames=2)
    clips.write(path, clips.cfr(700, RATE, start=20), encoding)
    player = play(path, *PLAIN)
    player.wait_frames(3)
    player.key("space")
    player.wait_state(paused=True)

    def position() -> int:
        return round(player.frames[-1]["position"] * 1000)

    here = position()
    assert here % 40 == 0
    for key, there in (("Right", here + 5000), ("Right", here + 10000), ("shift+Left", here + 9000),
                       ("comma", here + 8960), ("Home", 0), ("period", 40)):
        player.key(key)
        player.wait(lambda there=there: position() == there, f"{key} to {there}")  # type: ignore[misc]
        eventually(lambda there=there: number(player.screen()), there // 40)  # type: ignore[misc]


def test_seeking_while_playing_goes_on_from_there(play: Play, long_clip: Path) -> None:
    player = play(long_clip, *PLAIN)
    player.wait_frames(3)
    player.key("Up")
    player.wait(lambda: bool(player.stamps) and player.stamps[-1] >= 60000, "the seek")
    landing = next(index for index, pts in enumerate(player.stamps) if pts >= 60000)
    before = player.stamps[landing - 1]
    assert player.stamps[landing] == before + 60000
    player.wait_frames(landing + 4)
    following = player.stamps[landing : landing + 4]
    assert following == sorted(following) and following[-1] < before + 62000


def test_brackets_change_the_speed(play: Play, long_clip: Path) -> None:
    player = play(long_clip, *PLAIN)
    player.wait_frames(1)
    player.key("bracketright")
    player.wait_state(speed=1.1)
    player.key("bracketleft")
    player.wait(lambda: abs(player.state["speed"] - 1.0) < 1e-9, "normal speed")
    player.key("braceright", "braceright")
    player.wait(lambda: abs(player.state["speed"] - 4.0) < 1e-9, "speed 4")
    player.key("BackSpace")
    player.wait_state(speed=1.0)


def test_full_screen_and_back_to_the_old_place(play: Play, long_clip: Path) -> None:
    player = play(long_clip, "--geometry", "320x192+100+60", *PLAIN)
    player.wait_frames(1)
    assert player.place() == (100, 60, 320, 192)
    player.key("f")
    player.wait_state(fullscreen=True, window=[1280, 800], output=[1280, 768], rect=[0, 16, 1280, 768])
    assert player.place() == (0, 0, 1280, 800)
    player.key("space")
    player.wait_state(paused=True)
    eventually(lambda: number(player.screen(), (0, 16, 1280, 768)), player.stamps[-1] // 40)
    eventually(lambda: int(player.screen()[:15].max()), 0)  # the black bar
    player.key("f")
    player.wait_state(fullscreen=False, window=[320, 192], output=[320, 192])
    assert player.place() == (100, 60, 320, 192)
    player.key("f")
    player.wait_state(fullscreen=True)
    player.key("Escape")
    player.wait_state(fullscreen=False)


def test_a_double_click_is_full_screen(play: Play, long_clip: Path) -> None:
    player = play(long_clip, "--geometry", "320x192+100+60", *PLAIN)
    player.wait_frames(1)
    player.key()
    player.display.run("xdotool", "click", "--repeat", "2", "--delay", "20", "1")
    player.wait_state(fullscreen=True, window=[1280, 800])


def test_begins_full_screen(play: Play, long_clip: Path) -> None:
    player = play(long_clip, "--fs", *PLAIN)
    player.wait_state(fullscreen=True, output=[1280, 768])


def test_a_window_is_never_larger_than_the_screen(play: Play, long_clip: Path) -> None:
    player = play(long_clip, "--scale", "20", *PLAIN)
    player.wait_frames(1)
    player.wait_state(window=[1280, 768], output=[1280, 768])


def test_size_keys(play: Play, long_clip: Path) -> None:
    player = play(long_clip, *PLAIN)
    player.wait_frames(1)
    player.key("alt+1")
    player.wait_state(window=[160, 96], output=[160, 96])
    player.key("alt+2")
    player.wait_state(window=[320, 192], output=[320, 192])


def test_resizing_plans_once_for_the_last_size(play: Play, long_clip: Path) -> None:
    player = play(long_clip, "--geometry", "320x192", *PLAIN)
    player.wait_frames(2)
    player.key("space")
    player.wait_state(paused=True)
    for width in range(330, 480, 10):
        player.display.run("xdotool", "windowsize", player.window, str(width), "300")
    player.display.run("xdotool", "windowsize", "--sync", player.window, "480", "300")
    player.wait_state(window=[480, 300], output=[480, 288], rect=[0, 6, 480, 288])
    eventually(lambda: number(player.screen(), (0, 6, 480, 288)), player.stamps[-1] // 40)
    sizes = {tuple(line["output"]) for line in player.lines if line["event"] == "state"}
    assert len(sizes) <= 1 + 15 // 2  # far fewer plans than sizes


def test_q_quits_with_success(play: Play, long_clip: Path) -> None:
    player = play(long_clip, *PLAIN)
    player.wait_frames(1)
    player.key("q")
    assert player.finish() == 0
    assert player.lines[-1]["reason"] == "quit"


def test_closing_the_window_quits(play: Play, long_clip: Path) -> None:
    player = play(long_clip, *PLAIN)
    player.wait_frames(1)
    player.press_close()
    assert player.finish() == 0
    assert player.lines[-1]["reason"] == "quit"


def test_files_play_one_after_the_other(play: Play, short_clip: clips.Clip, long_clip: Path) -> None:
    player = play(short_clip.path, long_clip, "--untimed", "--frames", "25", *PLAIN)
    assert player.finish() == 0
    assert [Fraction(line["pts"]) / 1000 for line in player.frames[:20]] == list(short_clip.times)
    assert player.stamps[20:] == [0, 40, 80, 120, 160]
    assert player.state["index"] == 1


def test_next_and_previous_file(play: Play, short_clip: clips.Clip, long_clip: Path) -> None:
    player = play(long_clip, short_clip.path, "--loop-file", *PLAIN)
    player.wait_frames(1)
    player.key("greater")
    player.wait_state(index=1, count=2)
    player.key("less")
    player.wait_state(index=0)


def test_a_missing_file_among_others_is_named_and_skipped(play: Play, short_clip: clips.Clip, tmp_path: Path) -> None:
    player = play(tmp_path / "none.mkv", short_clip.path, tmp_path / "gone.mkv", "--untimed", *PLAIN)
    assert player.finish() == 1
    assert len(player.frames) == 20
    complaints = player.errors.read_text()
    assert "none.mkv" in complaints and "gone.mkv" in complaints
    assert "Traceback" not in complaints


def test_loop_file_starts_again(play: Play, short_clip: clips.Clip) -> None:
    player = play(short_clip.path, "--loop-file", "--untimed", "--frames", "45", *PLAIN)
    assert player.finish() == 0
    once = [round(time * 1000) for time in short_clip.times]
    assert player.stamps == [*once, *once, *once[:5]]


def test_screenshot_is_the_picture(play: Play, long_clip: Path, tmp_path: Path) -> None:
    shots = tmp_path / "shots"
    player = play(long_clip, "--geometry", "400x192", "--screenshot-dir", shots, *PLAIN)
    player.wait_frames(4)
    player.key("space")
    player.wait_state(paused=True)
    eventually(lambda: number(player.screen(), (40, 0, 320, 192)), player.stamps[-1] // 40)
    player.key("s")
    eventually(lambda: len(list(shots.glob("long*.png"))), 1)
    (first,) = shots.glob("long*.png")
    assert first.name.startswith(f"{long_clip.stem} [") and first.name.endswith(".png")
    player.key("ctrl+s")
    second = first.with_name(f"{first.stem} (2).png")
    eventually(second.exists, True)
    seen = player.screen()
    picture = np.asarray(Image.open(first))
    window = np.asarray(Image.open(second))
    assert picture.shape == (96, 160, 3) and window.shape == (192, 400, 3)  # as in the file, and as on the screen
    assert number(picture, (0, 0, 160, 96)) == player.stamps[-1] // 40
    assert np.array_equal(window, seen)


def test_shaders_off_and_on_again(play: Play, long_clip: Path, tmp_path: Path) -> None:
    shader = tmp_path / "invert.glsl"
    shader.write_text("//!HOOK OUTPUT\n//!BIND HOOKED\n//!DESC invert\n"
                      "vec4 hook() { return vec4(1.0 - HOOKED_tex(HOOKED_pos).rgb, 1.0); }\n")
    player = play(long_clip, "--shader", shader, "--scaler", "bilinear")
    player.wait_frames(2)
    player.key("space")
    player.wait_state(paused=True)
    shown = player.stamps[-1] // 40
    inverted = 65535 - shown
    eventually(lambda: number(player.screen()), inverted)
    chain = player.state["chain"]
    assert (chain["mode"], chain["enabled"], chain["run"]) == ("custom", True, 1)
    assert (chain["skipped"], chain["disabled"]) == ([], [])
    player.key("ctrl+0")
    player.wait(lambda: player.state["chain"]["enabled"] is False, "shaders off")
    eventually(lambda: number(player.screen()), shown)
    player.key("ctrl+0")
    player.wait(lambda: player.state["chain"]["enabled"] is True, "shaders on")
    eventually(lambda: number(player.screen()), inverted)


def test_a_broken_shader_leaves_the_picture_alone(play: Play, short_clip: clips.Clip, tmp_path: Path) -> None:
    shader = tmp_path / "broken.glsl"
    shader.write_text("//!HOOK MAIN\n//!BIND HOOKED\nvec4 hook() { return no_such_function(); }\n")
    player = play(short_clip.path, "--untimed", "--shader", shader)
    assert player.finish() == 0
    assert len(player.frames) == 20
    complaints = player.errors.read_text()
    assert "broken.glsl" in complaints and "goes on without" in complaints
    assert "Traceback" not in complaints


def test_the_title_tells_what_happens(play: Play, long_clip: Path, tmp_path: Path) -> None:
    shader = tmp_path / "never.glsl"
    shader.write_text("//!HOOK MAIN\n//!BIND HOOKED\n//!DESC never\n//!WHEN OUTPUT.w HOOKED.w 9 * >\n"
                      "vec4 hook() { return HOOKED_tex(HOOKED_pos); }\n")
    player = play(long_clip, "--shader", shader, "--scaler", "bilinear")
    player.wait_frames(2)
    player.key("space")
    player.wait_state(paused=True)

    def title() -> str:
        return player.display.run("xdotool", "getwindowname", player.window).strip()

    eventually(lambda: title().endswith("paused") and "passes run" in title(), True)
    parts = title().split(" | ")
    assert parts[0] == "long.mkv"
    assert parts[1].endswith("/ 2:00")
    assert parts[2].startswith("mode custom: 0 of 1 passes run, 1 skipped: ")
    assert parts[3] == "160x96 to 320x192"


def test_a_truncated_file_ends_cleanly(play: Play, long_clip: Path, tmp_path: Path) -> None:
    cut = tmp_path / "cut.mkv"
    data = long_clip.read_bytes()
    cut.write_bytes(data[: len(data) // 100])
    player = play(cut, "--untimed", *PLAIN)
    assert player.finish() == 0
    assert 0 < len(player.frames) < 100
    assert "cut short or damaged" in player.errors.read_text()


def test_statistics_at_the_end(play: Play, long_clip: Path) -> None:
    player = play(long_clip, "--stats", *PLAIN)
    player.wait_frames(3)
    player.key("q")
    assert player.finish() == 0
    assert player.errors.read_text().count("step by step") == 1
    counts = player.lines[-1]["counts"]
    assert f"{counts['shown']} shown, {counts['dropped']} dropped" in player.errors.read_text()


@pytest.mark.parametrize("seed", [1, 2])
def test_any_mixture_of_keys_and_sizes_is_survived(play: Play, long_clip: Path, tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    keys = ["space", "Right", "Left", "Up", "Down", "period", "comma", "bracketright", "bracketleft", "braceleft",
            "f", "BackSpace", "Home", "Prior", "Next", "backslash", "alt+1", "alt+2", "s", "L", "i", "Escape",
            "ctrl+1", "ctrl+5", "ctrl+7", "ctrl+8", "ctrl+9", "ctrl+0"]
    player = play(long_clip, "--screenshot-dir", tmp_path / "shots", "--loop-file")
    player.wait_frames(1)
    for _ in range(25):
        player.key(*chance.choices(keys, k=6))
        width, height = chance.choice(((64, 64), (700, 300), (300, 700), (1, 1), (333, 207)))
        player.display.run("xdotool", "windowsize", player.window, str(width), str(height))
    player.key("q")
    assert player.finish() == 0
    assert player.lines[-1]["reason"] == "quit"
    complaints = player.errors.read_text()
    assert "Traceback" not in complaints and "warning" not in complaints


def run_without_display(folder: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """`anime4k play` where no display is."""
    environment = {k: v for k, v in os.environ.items() if k not in ("DISPLAY", "WAYLAND_DISPLAY")}
    return subprocess.run(
        [sys.executable, "-m", "anime4k", "play", *map(str, arguments)],
        cwd=folder, env={**environment, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, timeout=120,
    )


def test_no_display_is_one_sentence(short_clip: clips.Clip, tmp_path: Path) -> None:
    done = run_without_display(tmp_path, short_clip.path)
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1 and "no display" in done.stderr and "anime4k upscale" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "text"),
    [
        (["nothing.mkv"], 1, "nothing.mkv"),
        ([], 2, "--demo"),
        (["a.mkv", "--geometry", "0x0"], 2, "--geometry"),
        (["a.mkv", "--start", "later"], 2, "--start"),
        (["a.mkv", "--start", "5", "--end", "3"], 2, "--end"),
        (["a.mkv", "--speed", "0"], 2, "speed"),
        (["a.mkv", "--frames", "0"], 2, "frames"),
        (["a.mkv", "--demo"], 2, "--demo"),
    ],
)
def test_wrong_arguments_are_one_sentence(tmp_path: Path, arguments: list[str], code: int, text: str) -> None:
    done = run_without_display(tmp_path, *arguments)
    assert (done.returncode, done.stderr.count("\n")) == (code, 1)
    assert text in done.stderr


@pytest.mark.parametrize("paused", [False, True])
def test_control_c_is_clean(play: Play, long_clip: Path, paused: bool) -> None:
    player = play(long_clip, *PLAIN)
    player.wait_frames(2)
    if paused:
        player.key("space")
        player.wait_state(paused=True)
    player.process.send_signal(signal.SIGINT)
    assert player.finish() == 130
    assert player.errors.read_text() == "interrupted\n"


def test_status_lines_on_a_full_disk_are_one_sentence(play: Play, short_clip: clips.Clip) -> None:
    player = play(short_clip.path, "--untimed", "--status-json", "/dev/full", *PLAIN)
    assert player.finish() == 1
    assert player.errors.read_text() == (
        "anime4k: warning: the status lines cannot be written (No space left on device); "
        "give --status-json another place\n"
    )


def test_an_unknown_hardware_decoder_is_wrong_usage(short_clip: clips.Clip, tmp_path: Path) -> None:
    done = run_without_display(tmp_path, short_clip.path, "--hwdec", "magic")
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "magic" in done.stderr


def test_status_lines_go_to_a_file(play: Play, short_clip: clips.Clip, tmp_path: Path) -> None:
    target = tmp_path / "status.jsonl"
    player = play(short_clip.path, "--untimed", "--status-json", target, *PLAIN)
    assert player.finish() == 0
    lines = [json.loads(line) for line in target.read_text().splitlines()]
    assert [line["event"] for line in lines].count("frame") == 20
    assert lines[-1]["event"] == "end"
