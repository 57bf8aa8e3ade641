"""What goes wrong while one watches: the film goes on, one sentence says what happened, and leaving is quick."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from tests import watch_clips
from tests.player.harness import Line, Play, RunningPlayer

pytestmark = pytest.mark.timeout(120)

MARK = "ANIME4K_TEST_FAMILY"
PLAIN = ("--mode", "off", "--scaler", "bilinear")
SMALL = ("--geometry", "320x180+20+20")
GONE_S = 10.0
"""Processes that have not ended after this time will not; on a quiet machine they are gone within a second."""
KNOWN = "the font Arial is not there"
"""Said about clips on machines without that font."""


@pytest.fixture(scope="module")
def caches(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for the caches of the player and of the driver."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(autouse=True)
def family(monkeypatch: pytest.MonkeyPatch, caches: Path) -> str:
    """A mark that every process of the player carries."""
    mark = uuid.uuid4().hex
    monkeypatch.setenv(MARK, mark)
    monkeypatch.setenv("XDG_CACHE_HOME", str(caches))
    return mark


@pytest.fixture(scope="module")
def clips_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for clips."""
    return tmp_path_factory.mktemp("clips")


@pytest.fixture(scope="module")
def film(clips_folder: Path) -> Path:
    """A minute, with sound."""
    return watch_clips.write(
        clips_folder / "film.mkv",
        watch_clips.Film(
            watch_clips.film_times(60.0), size=(64, 48), sounds=[watch_clips.Sound(watch_clips.tone(440))]
        ),
    )


def relatives(mark: str) -> dict[int, str]:
    """The processes that carry the mark, with their command lines."""
    found = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                if f"{MARK}={mark}".encode() in (entry / "environ").read_bytes().split(b"\0"):
                    found[int(entry.name)] = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            except OSError:
                continue
    return {number: words for number, words in found.items() if "anime4k" in words}


def sentences(player: RunningPlayer) -> list[str]:
    """What the player has said, without what a machine without fonts adds."""
    return [line for line in player.errors.read_text().splitlines() if KNOWN not in line]


def only_sentence(player: RunningPlayer, *words: str) -> None:
    """Exactly one sentence was said, with these words in it."""
    said = sentences(player)
    assert len(said) == 1 and all(word in said[0] for word in words), said


def go_on(player: RunningPlayer, count: int = 12) -> list[Line]:
    """Wait for so many more frames, which must follow each other in time; answers them."""
    before = len(player.frames)
    player.wait_frames(before + count)
    fresh = player.frames[before:]
    positions = [line["position"] for line in fresh]
    assert positions == sorted(set(positions)), positions
    return fresh


def gone(player: RunningPlayer, mark: str, code: int) -> None:
    """The player ends with this code within the time limit, and so do all processes that it has started."""
    deadline = time.monotonic() + GONE_S
    try:
        assert player.process.wait(GONE_S) == code, player.errors.read_text()
    except subprocess.TimeoutExpired:
        pytest.fail(f"the player does not end: {sentences(player)}")
    while relatives(mark) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert relatives(mark) == {}
    assert "Traceback" not in player.errors.read_text() and "internal error" not in player.errors.read_text()


# -- sound ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class SoundServer:
    """A PulseAudio daemon of our own with a device that leads nowhere."""

    process: subprocess.Popen[bytes]

    def pull_out(self) -> None:
        """End it as if the device had been unplugged."""
        self.process.kill()
        self.process.wait(10)


@pytest.fixture
def sound_server(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[SoundServer]:
    """The sound server that players find."""
    if shutil.which("pulseaudio") is None:
        pytest.skip("PulseAudio is not installed")
    folder = tmp_path_factory.mktemp("pulse")
    folder.chmod(0o700)
    socket = folder / "native"
    for name, value in {
        "PULSE_SERVER": f"unix:{socket}", "PULSE_COOKIE": str(folder / "cookie"), "PULSE_RUNTIME_PATH": str(folder),
        "XDG_RUNTIME_DIR": str(folder), "HOME": str(folder),
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    process = subprocess.Popen(
        ["pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no", "-L",
         f"module-native-protocol-unix socket={socket} auth-anonymous=1", "-L", "module-null-sink"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    deadline = time.monotonic() + 10
    while not socket.exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    yield SoundServer(process)
    process.kill()
    process.wait(10)


def test_the_sound_device_is_unplugged(play: Play, film: Path, sound_server: SoundServer, family: str) -> None:
    player = play(film, *PLAIN, "--audio-device", "auto")
    player.wait(lambda: player.state.get("sound", {}).get("device") == "PulseAudio", "the sound device")
    go_on(player, 60)  # longer than the server fills its own buffer
    assert sentences(player) == []
    sound_server.pull_out()
    player.wait(lambda: player.state["sound"]["silent"], "the silent device")
    fresh = go_on(player, 24)
    assert player.state["sound"]["device"] == "null"
    assert all(b["pts"] - a["pts"] < 500 for a, b in zip(fresh, fresh[1:], strict=False))
    player.key("q")
    gone(player, family, 0)
    only_sentence(player, "sound device is gone")


def test_there_is_no_sound_device(play: Play, film: Path, tmp_path: Path, family: str,
                                  monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PULSE_SERVER", f"unix:{tmp_path / 'nobody'}")
    player = play(film, *PLAIN, "--audio-device", "a device that nobody has")
    player.wait(lambda: player.state.get("sound", {}).get("silent") is True, "the silent device")
    go_on(player, 24)
    player.key("q")
    gone(player, family, 0)
    only_sentence(player, "no sound device could be opened")


# -- files ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Trouble:
    """A file that is trouble.

    Attributes:
        make: writes it.
        suffix: of its name.
        frames: how many frames are shown at least.
        first: time stamp of its first frame, None = any.
        words: what its sentence holds, none = nothing is said.
    """

    make: Callable[[Path], object]
    suffix: str
    frames: int
    first: int | None = 0
    words: tuple[str, ...] = ()


FILES = {
    "sound": Trouble(lambda path: watch_clips.broken_sound(path, 2.0), ".mkv", 48, 0, ("sound track 1",)),
    "subtitles": Trouble(lambda path: watch_clips.broken_subtitles(path, 2.0), ".mkv", 48, 0, ("lines are damaged",)),
    "negative": Trouble(watch_clips.negative_times, ".ts", 75, -90000),
    "missing": Trouble(watch_clips.missing_times, ".h264", 75, 0, ("have no time of their own",)),
    "fast": Trouble(watch_clips.fast_time_base, ".mkv", 30, 0),
    "sound changes": Trouble(watch_clips.changing_sound, ".ts", 97, 3600, ("their times are repaired",)),
    "size changes": Trouble(watch_clips.changing_size, ".ts", 140, 3600, ("size changes from 160x90 to 96x128",)),
    "huge": Trouble(lambda path: watch_clips.huge_attachment(path, 65), ".mkv", 48, 0, ("huge.ttf is left out",)),
}


@pytest.mark.parametrize("name", FILES)
def test_files_that_are_trouble_play_to_their_end(play: Play, tmp_path: Path, family: str, name: str) -> None:
    trouble = FILES[name]
    path = tmp_path / f"trouble{trouble.suffix}"
    trouble.make(path)
    player = play(path, *PLAIN, "--speed", "2.5")
    largest = 0
    while player.process.poll() is None:
        largest = max(largest, memory(player))
        time.sleep(0.02)
    gone(player, family, 0)
    counts = player.lines[-1]["counts"]
    assert player.lines[-1]["reason"] == "finished"
    assert counts["shown"] + counts["dropped"] >= trouble.frames
    assert player.stamps[0] == trouble.first and player.stamps == sorted(set(player.stamps))
    said = sentences(player)
    assert all(sum(word in line for line in said) == 1 for word in trouble.words), said
    assert bool(said) == bool(trouble.words)
    assert largest < 600 << 10  # KiB; half of that is the graphics driver's


def memory(player: RunningPlayer) -> int:
    """The largest memory that the player has had so far, KiB."""
    try:
        status = Path(f"/proc/{player.process.pid}/status").read_text()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")), 0)


def test_files_that_vanish(play: Play, film: Path, tmp_path: Path, family: str) -> None:
    files = [tmp_path / f"{name}.mkv" for name in "abc"]
    for file in files:
        shutil.copy(film, file)
    player = play(*files, *PLAIN, *SMALL)
    player.wait_frames(3)
    files[0].unlink()  # plays on, as long as it is open
    files[1].unlink()
    go_on(player)
    player.key("greater")
    player.wait(lambda: player.state["file"] == str(files[2]), "the third file")
    go_on(player)
    player.key("q")
    gone(player, family, 0)
    only_sentence(player, "b.mkv is not there any more")


def test_a_file_that_is_cut_off_while_it_plays(play: Play, film: Path, tmp_path: Path, family: str) -> None:
    for name in "ab":
        shutil.copy(film, tmp_path / f"{name}.mkv")
    player = play(tmp_path / "a.mkv", tmp_path / "b.mkv", *PLAIN, *SMALL)
    player.wait_frames(3)
    os.truncate(tmp_path / "a.mkv", film.stat().st_size // 4)
    player.key("Right", "Right", "Right", "Right", "Right")
    player.wait(lambda: player.state["file"].endswith("b.mkv"), "the second file")
    go_on(player)
    player.key("q")
    gone(player, family, 0)
    only_sentence(player, "cut short or damaged")


def test_the_end_of_hours(play: Play, tmp_path: Path, family: str) -> None:
    path = watch_clips.long_film(tmp_path / "long.mkv", 1.0)
    player = play(path, *PLAIN, "--pause")
    player.wait_stamp(0)
    before = memory(player)
    player.key("End")
    player.key(*["shift+Prior"] * 5, *["Up"] * 9)
    player.wait(lambda: player.frames[-1]["position"] >= 3400.0, "the end of the film")
    assert memory(player) - before < 64 << 10
    player.process.send_signal(signal.SIGTERM)
    gone(player, family, 143)
    assert sentences(player) == []


# -- shaders -------------------------------------------------------------------------------------------

SHADER = "//!HOOK MAIN\n//!BIND HOOKED\n//!DESC {name}\nvec4 hook() {{\n{body}\n}}\n"


def coloured(level: str) -> str:
    """A shader that paints everything in a shade of red."""
    return SHADER.format(name="colour", body=f"return vec4({level}, 0.0, 0.0, 1.0);")


def slow(lines: int) -> str:
    """A shader that takes very long to compile, and another one at every call, so that no cache knows it."""
    seed = uuid.uuid4().int % 10_000_000
    body = ["vec4 c = HOOKED_tex(HOOKED_pos); float x = c.r; float y = c.g;"] + [
        f"x = sin(x * 1.{seed + n} + y) + pow(abs(y), 1.1{n}) * cos(x + {n}.37);"
        f" y = fract(x * y + {n}.5) + exp(-abs(x)) * log(1.0 + abs(y) * {n + 1}.0);"
        for n in range(lines)
    ]
    return SHADER.format(name="slow", body="\n".join([*body, "return vec4(x, y, c.b, 1.0);"]))


def red(player: RunningPlayer) -> int:
    """The red of the middle of the window."""
    height, width = player.screen().shape[:2]
    return int(player.screen()[height // 2, width // 2, 0])


def test_a_shader_that_is_edited_badly_and_mended(play: Play, film: Path, tmp_path: Path, family: str) -> None:
    shader = tmp_path / "edited.glsl"
    shader.write_text(coloured("1.0"))
    player = play(film, "--shader", shader, *SMALL)
    player.wait(lambda: player.state.get("chain", {}).get("run") == 1 and red(player) == 255, "the shader")
    shader.write_text(coloured("wrong"))
    player.wait(lambda: bool(sentences(player)), "the sentence")
    go_on(player)
    assert red(player) == 255  # the last good one
    only_sentence(player, "edited.glsl:5:", "wrong", "goes on with the file as it was")
    shader.write_text(coloured("0.5"))
    player.wait(lambda: red(player) in (127, 128), "the mended shader")
    go_on(player)
    player.key("q")
    gone(player, family, 0)
    only_sentence(player, "edited.glsl:5:")


def test_a_shader_that_never_compiled(play: Play, film: Path, tmp_path: Path, family: str) -> None:
    shader = tmp_path / "broken.glsl"
    shader.write_text(coloured("wrong"))
    player = play(film, "--shader", shader, *SMALL)
    player.wait(lambda: bool(player.state.get("chain", {}).get("disabled")), "the refusal")
    go_on(player)
    player.key("q")
    gone(player, family, 0)
    only_sentence(player, "broken.glsl:5:", "goes on without this file")


@pytest.mark.parametrize("way", ["q", "SIGTERM"])
def test_leaving_while_a_shader_takes_minutes(play: Play, film: Path, tmp_path: Path, family: str, way: str) -> None:
    shader = tmp_path / "slow.glsl"
    shader.write_text(slow(3000))
    player = play(film, "--shader", shader, *SMALL)
    player.wait(lambda: "compiling" in str(player.state.get("chain", {}).get("preparing")), "the compilation")
    go_on(player, 24)
    assert player.state["chain"]["run"] == 0 and player.state["chain"]["preparing"] is not None
    gone(player, family, leave(player, way))


# -- the window ----------------------------------------------------------------------------------------


def leave(player: RunningPlayer, way: str) -> int:
    """End the player; the exit code that belongs to the way."""
    if way == "q":
        player.key("q")
    elif way == "close":
        player.press_close()
    else:
        player.process.send_signal(signal.Signals[way])
    return {"SIGTERM": 143, "SIGINT": 130}.get(way, 0)


def test_fifty_sizes_and_full_screen_while_chains_are_prepared(play: Play, film: Path, family: str) -> None:
    player = play(film, "--mode", "quick", *SMALL)
    player.wait_frames(6)
    window = player.window
    for number in range(50):
        size = (str(200 + number * 7 % 160), str(120 + number * 11 % 90))
        player.display.run("xdotool", "windowsize", window, *size)
    player.wait(lambda: player.state["window"] == [200 + 49 * 7 % 160, 120 + 49 * 11 % 90], "the last size")
    go_on(player)
    for number in range(6):
        player.key("f", f"ctrl+{1 + number % 2}")
    player.wait(
        lambda: not player.state["fullscreen"] and player.state["chain"]["preparing"] is None
        and player.state["output"][0] in (player.state["window"][0], *player.state["rect"][2:3]),
        "the picture in the window",
    )  # fmt: skip
    go_on(player)
    player.key("q")
    gone(player, family, 0)
    assert not any("warning" in line for line in sentences(player))


# -- leaving -------------------------------------------------------------------------------------------


def pausing(player: RunningPlayer) -> None:
    """Pause."""
    player.key("space")
    player.wait_state(paused=True)


def seeking(player: RunningPlayer) -> None:
    """Ask for many seeks at once."""
    player.key(*["Right", "Right", "Down", "Left", "Up", "Down"] * 5)


def opening(player: RunningPlayer) -> None:
    """Go to a file that nobody writes, so that opening it never ends."""
    player.key("greater")


STATES: dict[str, Callable[[RunningPlayer], None]] = {"paused": pausing, "seeking": seeking, "opening": opening}


@pytest.mark.parametrize(
    ("state", "way"),
    [("paused", "close"), ("paused", "SIGTERM"), ("seeking", "q"), ("seeking", "SIGINT"), ("opening", "q"),
     ("opening", "close"), ("opening", "SIGTERM")],
)  # fmt: skip
def test_leaving(play: Play, film: Path, tmp_path: Path, family: str, state: str, way: str) -> None:
    os.mkfifo(tmp_path / "endless.mkv")
    player = play(film, tmp_path / "endless.mkv", *PLAIN, *SMALL)
    player.wait_frames(2)
    STATES[state](player)
    gone(player, family, leave(player, way))
    assert sentences(player) == (["interrupted"] if way == "SIGINT" else [])
    assert player.lines[-1]["event"] == "end" and player.lines[-1]["reason"] == "quit"


@pytest.mark.parametrize("way", ["SIGTERM", "SIGINT"])
def test_leaving_before_there_is_a_window(play: Play, tmp_path: Path, family: str, way: str) -> None:
    os.mkfifo(tmp_path / "endless.mkv")
    player = play(tmp_path / "endless.mkv", *PLAIN)
    deadline = time.monotonic() + GONE_S
    while not reads(player, "endless.mkv") and time.monotonic() < deadline:
        time.sleep(0.02)
    gone(player, family, leave(player, way))
    assert player.lines == []


def reads(player: RunningPlayer, name: str) -> bool:
    """Whether the player has a file open."""
    for entry in Path(f"/proc/{player.process.pid}/fd").iterdir():
        with contextlib.suppress(OSError):  # closed in the meantime
            if os.readlink(entry).endswith(name):
                return True
    return False


def test_a_request_to_end_keeps_the_position(play: Play, film: Path, tmp_path: Path, family: str) -> None:
    player = play(film, *PLAIN, *SMALL, "--start", "20", "--save-position-on-quit")
    player.wait_frames(3)
    player.process.send_signal(signal.SIGTERM)
    gone(player, family, 143)
    again = play(film, *PLAIN, *SMALL, "--pause")
    again.wait_frames(1)
    assert again.frames[0]["position"] == pytest.approx(player.frames[-1]["position"], abs=0.05)
    again.key("q")
    gone(again, family, 0)


# -- the user's folders --------------------------------------------------------------------------------


def test_settings_and_memory_that_are_garbage(play: Play, film: Path, tmp_path: Path, family: str) -> None:
    noise = np.random.default_rng(1).integers(0, 256, 4000, np.uint8).tobytes()
    for folder in ("config", "state"):
        (tmp_path / folder).mkdir()
    (tmp_path / "config" / "player.conf").write_text("mode=nonsense\nvolume=loud\n")
    (tmp_path / "config" / "input.conf").write_bytes(noise)
    (tmp_path / "state" / "positions.json").write_bytes(noise)
    second = shutil.copy(film, tmp_path / "second.mkv")
    player = play(film, second, *SMALL, "--scaler", "bilinear")
    player.wait_frames(3)
    player.key("greater")
    player.wait_state(index=1)
    go_on(player)
    player.key("q")
    gone(player, family, 0)
    said = sentences(player)
    for words in ("player.conf:2: volume", "no mode 'nonsense'", "input.conf is no text", "positions.json is damaged"):
        assert sum(words in line for line in said) == 1, said
    assert len(said) == 4


def test_folders_that_cannot_be_written(play: Play, film: Path, tmp_path: Path, family: str,
                                        monkeypatch: pytest.MonkeyPatch) -> None:
    for folder in ("state", "cache", "shots"):
        (tmp_path / folder).write_text("a file where a folder is wanted")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    player = play(film, *PLAIN, *SMALL, "--start", "20", "--screenshot-dir", tmp_path / "shots")
    player.wait_frames(3)
    player.key("s")
    player.wait(lambda: any("screenshot" in line for line in sentences(player)), "the sentence")
    go_on(player)
    player.key("Q")
    gone(player, family, 0)
    said = [line for line in sentences(player) if line.startswith("anime4k")]  # the graphics driver warns as well
    for words in ("shots: no screenshot can be written", "positions.json cannot be written"):
        assert sum(words in line for line in said) == 1, said


def test_a_full_disk(play: Play, film: Path, tmp_path: Path, family: str) -> None:
    folder = tmp_path / "tiny"
    folder.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4k", "tmpfs", folder], capture_output=True).returncode:
        pytest.skip("no file system can be mounted here")
    try:
        player = play(film, *PLAIN, "--geometry", "640x480+20+20", "--screenshot-dir", folder)
        player.wait_frames(3)
        (folder / "filler").write_bytes(bytes(4096))
        player.key("ctrl+s")
        player.wait(lambda: bool(sentences(player)), "the sentence")
        go_on(player)
        player.key("q")
        gone(player, family, 0)
        only_sentence(player, "disk is full")
        assert [entry.name for entry in folder.iterdir()] == ["filler"]
    finally:
        subprocess.run(["umount", folder], check=True)
