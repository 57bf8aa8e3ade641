"""Subtitles in the window of the whole player and in mpv's at the same moment: 45 dB or better around them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from tests import pgs_writer
from tests import subtitle_samples as samples
from tests.player.harness import PATIENCE_S, SCREEN, Play, RunningPlayer
from tests.subtitles.peer import decibels

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "benchmarks"))

DB = 45.0
VIDEO = (480, 360)
"""4:3: in other shapes mpv 0.35 draws plain text unevenly; see the tests of the library."""
WINDOW = (720, 540)
WITH_BARS = (880, 600)
MOMENT = 1.0
NOISE = 4
"""Levels by which the pictures under the subtitles may differ."""
Picture = npt.NDArray[np.uint8]


class Mpv:
    """mpv on a display, paused at a moment."""

    def __init__(self, display: str, folder: Path, window: tuple[int, int], *arguments: str | Path) -> None:
        from engines import mpv

        self._shot = folder / "mpv.png"
        address = folder / "mpv"
        command = ["mpv", *mpv.OPTIONS, *mpv.PLAIN, "--fbo-format=rgba16f", "--pause", "--keep-open=yes"]
        command += [f"--geometry={window[0]}x{window[1]}", f"--input-ipc-server={address}", f"--start={MOMENT}"]
        command += ["--hr-seek=yes", "--screenshot-png-compression=1", "--sub-auto=exact", *map(str, arguments)]
        self._process = subprocess.Popen(command, env=mpv.environment(display), stderr=subprocess.DEVNULL)
        self._remote = mpv._Remote(str(address), self._process, time.monotonic() + 3 * PATIENCE_S)
        while not (self._remote.ask("get_property", "vo-passes") or {}).get("fresh"):
            time.sleep(0.02)

    def set(self, **properties: object) -> None:
        """Change properties."""
        for name, value in properties.items():
            self._remote.ask("set_property", name.replace("_", "-"), value)

    def screen(self, *, subtitles: bool = True) -> Picture:
        """The window as it is now; while it is paused, mpv reads new tracks and draws them only when it must."""
        self._remote.ask("seek", MOMENT, "absolute+exact")
        while self._remote.ask("get_property", "seeking"):
            time.sleep(0.01)
        for visible in (not subtitles, subtitles):
            self._remote.ask("set_property", "sub-visibility", visible)
        self._remote.ask("screenshot-to-file", str(self._shot), "window")
        return np.asarray(Image.open(self._shot).convert("RGB"))

    def close(self) -> None:
        """End it."""
        self._remote.close()
        self._process.kill()
        self._process.wait(PATIENCE_S)


Peer = Callable[..., Mpv]


@pytest.fixture(scope="module")
def other_display() -> Iterator[str]:
    """mpv has a display of its own, so that no window covers the other."""
    missing = [program for program in ("mpv", "ffmpeg", "Xvfb") if shutil.which(program) is None]
    if missing and not os.environ.get("ANIME4K_REQUIRE_PEERS"):
        pytest.skip(f"needs {', '.join(missing)}")
    from engines.display import private_display

    with private_display(f"{SCREEN[0]}x{SCREEN[1]}") as screen:
        yield screen


@pytest.fixture
def peer(other_display: str, tmp_path: Path) -> Iterator[Peer]:
    """Starts mpv; it ends with the test."""
    running: list[Mpv] = []

    def start(window: tuple[int, int], *arguments: str | Path) -> Mpv:
        running.append(Mpv(other_display, tmp_path, window, *arguments))
        return running[-1]

    yield start
    for one in running:
        one.close()


def flat(path: Path) -> Path:
    """A lossless clip of one colour."""
    source = f"color=c=0x405870:s={VIDEO[0]}x{VIDEO[1]}:r=24:d=4"
    samples.ffmpeg(
        "-f", "lavfi", "-i", source, "-vf", "scale=out_color_matrix=bt709:out_range=tv,format=yuv420p",
        "-c:v", "libx264", "-qp", "0", "-preset", "ultrafast", "-g", "12", "-colorspace", "bt709",
        "-color_primaries", "bt709", "-color_trc", "bt709", "-color_range", "tv", path,
    )  # fmt: skip
    return path


def pictures() -> bytes:
    """A PGS track with a picture from 0.5 s to 3 s; transparent at its edges, as letters are."""
    rng = np.random.default_rng(1)
    pixels = np.zeros((44, 244), np.uint8)
    pixels[8:36, 12:232] = np.kron(rng.integers(0, 4, (7, 55), np.uint8), np.ones((4, 4), np.uint8))
    entries = np.array([[16, 128, 128, 0], [235, 128, 128, 255], [60, 100, 180, 255], [120, 200, 60, 128]], np.uint8)
    shown = pgs_writer.display_set(VIDEO, [pgs_writer.Placed(0, 120, 300, pixels)], entries)
    return pgs_writer.sup([(45_000, shown), (270_000, pgs_writer.display_set(VIDEO, []))])


HELLO = (0.5, 2.6, "Hello <i>world</i>\nsecond line")
TRACKS = ("positioned", "rotated", "karaoke", "drawing", "signs", "embedded font", "SubRip", "PGS", "VobSub")


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory, other_display: str) -> Path:
    """A film with every kind of track, in the order of `TRACKS`."""
    folder = tmp_path_factory.mktemp("film")
    scripts = {name: samples.script(samples.SCRIPTS[name]()) for name in TRACKS[:4]}
    scripts["signs"] = samples.script(samples.signs(300))
    name = "Kraken Sans Mono"
    scripts["embedded font"] = samples.script([samples.Line(0.0, 4.0, "iiiiiiii")], family=name)
    font = samples.renamed_font(samples.font("DejaVuSansMono.ttf"), folder / "k.ttf", "DejaVu Sans Mono", name)
    sources = []
    for name, text in scripts.items():
        sources.append(folder / f"{name}.ass")
        sources[-1].write_text(text)
    (folder / "a.srt").write_text(samples.srt([HELLO]))
    (folder / "a.sup").write_bytes(pictures())
    samples.ffmpeg("-i", folder / "a.sup", "-map", "0:s", "-c:s", "dvdsub", folder / "dvd.mkv")
    sources += [folder / "a.srt", folder / "a.sup", folder / "dvd.mkv"]
    inputs = [word for source in (flat(folder / "v.mkv"), *sources) for word in ("-i", source)]
    maps = [word for number in range(len(sources) + 1) for word in ("-map", str(number))]
    attached = ("-attach", font, "-metadata:s:t", "mimetype=font/ttf")
    samples.ffmpeg(*inputs, *maps, "-c", "copy", *attached, folder / "film.mkv")
    return folder / "film.mkv"


def started(play: Play, window: tuple[int, int], *arguments: str | Path) -> RunningPlayer:
    """Paused at the moment, with a plain picture."""
    size = f"{window[0]}x{window[1]}"
    player = play(
        *arguments, "--mode", "off", "--scaler", "bilinear", "--start", str(MOMENT), "--pause", "--geometry", size
    )
    player.wait_frames(1)
    return player


def agreement(ours: Picture, theirs: Picture, plain: Picture, trim: int = 0) -> float:
    """dB within the box of everything that any of the two shows over the plain picture; 0 when one shows nothing.

    Args:
        ours: a picture.
        theirs: the other.
        plain: without subtitles.
        trim: pixels by which the box is smaller on every side.
    """
    if not ours.shape == theirs.shape == plain.shape:
        return 0.0
    seen = [(np.abs(picture.astype(int) - plain) > NOISE).any(axis=2) for picture in (ours, theirs)]
    if not all(mask.any() for mask in seen):
        return 0.0
    either = seen[0] | seen[1]
    rows, columns = np.flatnonzero(either.any(axis=1)), np.flatnonzero(either.any(axis=0))
    box = (slice(rows[0] + trim, rows[-1] + 1 - trim), slice(columns[0] + trim, columns[-1] + 1 - trim))
    return decibels(ours[box], theirs[box])


def check(player: RunningPlayer, peer: Mpv, plain: Picture, what: str, trim: int = 0) -> None:
    """Both windows come to show the same."""
    best = [0.0]

    def agrees() -> bool:
        best.append(agreement(player.screen(), peer.screen(), plain, trim))
        return best[-1] >= DB

    try:
        player.wait(agrees, "agreement")
    except AssertionError:
        raise AssertionError(f"{what}: {max(best):.1f} dB at best; {player.errors.read_text()}") from None


@pytest.mark.timeout(300)
def test_every_kind_of_track_and_what_keys_do_to_it(play: Play, peer: Peer, film: Path) -> None:
    mpv, player = peer(WINDOW, film, "--sid=no"), started(play, WINDOW, film, "--sid", "1")
    plain = mpv.screen()
    for number, name in enumerate(TRACKS, 1):
        mpv.set(sid=number)
        # mpv cuts the pictures of DVDs to what is seen, so that their outer edges are harder than ours.
        check(player, mpv, plain, name, 2 if name == "VobSub" else 0)
        player.key("j")
    # Behind the last track there is none.
    player.wait(lambda: agreement(player.screen(), mpv.screen(), plain) == 0.0, "nothing")
    player.key("j")
    text = TRACKS.index("SubRip") + 1
    mpv.set(sid=1, secondary_sid=text)
    player.key(*["alt+v"] * (text - 1))  # the first track is shown already
    check(player, mpv, plain, "two at once")
    mpv.set(secondary_sid="no", sid=text, sub_scale=1.2, sub_pos=95, sub_delay=-0.4)
    player.key(*["alt+v"] * (len(TRACKS) + 1 - text), *["j"] * (text - 1), *"GG", *"rrrrr", *"zzzz")
    check(player, mpv, plain, "scaled, moved and early")
    mpv.set(sid=2, sub_scale=1, sub_pos=100, sub_delay=0, video_zoom=1, video_pan_x=0.1)
    player.key(*"FF", *"ttttt", *"xxxx", *["J"] * (text - 2), *["alt+plus"] * 10, "alt+Left")
    check(player, mpv, mpv.screen(subtitles=False), "a larger picture, moved")


@pytest.mark.timeout(300)
def test_files_of_their_own_and_mov_text(play: Play, peer: Peer, film: Path, tmp_path: Path) -> None:
    (tmp_path / "show.en.srt").write_text(samples.srt([HELLO, (0.7, 2.9, "More")]))
    (tmp_path / "named.ass").write_text(samples.script(samples.positioned()))
    files = (tmp_path / "show.mp4", tmp_path / "named.ass")
    sources = ("-i", film.with_name("v.mkv"), "-i", film.with_name("a.srt"))
    samples.ffmpeg(*sources, "-c:v", "copy", "-c:s", "mov_text", files[0])
    mpv = peer(WITH_BARS, files[0], f"--sub-file={files[1]}", "--sid=no")
    plain = mpv.screen()
    player = started(play, WITH_BARS, files[0], "--sid", files[1])
    # mpv counts named files before those that it finds itself.
    for name, theirs, keys in (("named", 2, ()), ("mov_text", 1, ("j", "j")), ("beside", 3, ("j",))):
        player.key(*keys)
        mpv.set(sid=theirs)
        check(player, mpv, plain, name)
