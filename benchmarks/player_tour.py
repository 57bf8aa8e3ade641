"""A tour through the player, driven by real keys and the mouse: pictures of every scene and a short animation.

    python benchmarks/player_tour.py [OUT] [--scenes bar,menu] [--width 560] [--rate 5]

Plays the demo clip, with subtitles and chapters added, on a private X display. Every scene of `SCENES` leaves a PNG
OUT/NN-name.png of its last moment; all that was on the screen meanwhile becomes OUT/tour.webp. OUT is `tour` by
default. Needs Xvfb, xdotool and ffmpeg.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT)]

from benchmarks.watch.puppet import Puppet  # noqa: E402
from benchmarks.watch.screen import FrameBuffer, readable_display  # noqa: E402
from tests.rich_clips import ASS_HEADER  # noqa: E402

SIZE = (960, 540)
LINES = (
    (0.3, 1.9, "Where does this train go?"),
    (2.1, 3.8, "{\\i1}To the end of the line.{\\i0}"),
    (4.0, 5.7, "列車はどこへ行くの？\\NWhere does this train go?"),
    (5.9, 7.6, "Then we have time."),
)
CHAPTERS = ((0.0, "Opening"), (3.0, "Aパート"), (6.0, "Ending"))


@dataclass(frozen=True)
class Key:
    """Press keys, by their X names."""

    names: str


@dataclass(frozen=True)
class Point:
    """Move the mouse in `seconds` to a place, in parts of the window."""

    x: float
    y: float
    seconds: float = 0.4


@dataclass(frozen=True)
class Button:
    """Press (`down`), let go, or click (None) a mouse button; 4 and 5 are the wheel."""

    number: int
    down: bool | None = None


@dataclass(frozen=True)
class Wait:
    """Look on for some seconds."""

    seconds: float


Step = Key | Point | Button | Wait


@dataclass(frozen=True)
class Scene:
    """A part of the tour.

    Attributes:
        name: of its picture.
        steps: what is done; the picture is taken before the last `after` steps.
        after: how many steps at the end only tidy up.
    """

    name: str
    steps: tuple[Step, ...]
    after: int = 0


AWAY = Point(0.5, 0.42, 0.2)
SCENES = (
    Scene("subtitles", (Key("Home"), Wait(4.8))),
    Scene("bar", (Point(0.3, 0.97), Point(0.62, 0.965, 0.8), Wait(0.8), AWAY), after=1),
    Scene("volume", (Button(4), Button(4), Wait(0.2), Button(5), Wait(0.7))),
    Scene("menu", (Point(0.35, 0.25), Button(3), Wait(0.6), Point(0.7, 0.4), Wait(0.6), Key("Escape"), AWAY), after=2),
    Scene("tracks", (Key("F9"), Wait(1.2), Key("F9")), after=1),
    Scene("statistics", (Key("I"), Wait(2.0), Key("I")), after=1),
    Scene("shaders", (Key("space"), Key("ctrl+1"), Key("F10"), Wait(2.0), Key("F10"), Wait(0.5)), after=2),
    Scene(
        "split",
        (Key("bar"), Wait(0.8), Point(0.5, 0.5), Button(1, True), Point(0.25, 0.5, 0.8), Point(0.7, 0.5, 1.2),
         Point(0.45, 0.5, 0.6), Button(1, False), Wait(0.5), Key("bar"), Wait(0.3)), after=2,
    ),
    Scene("magnifier", (Point(0.4, 0.4), Key("ctrl+m"), Wait(0.6), Point(0.6, 0.35, 1.2), Wait(0.5), Key("ctrl+m")),
          after=1),
    Scene("keys", (Key("ctrl+9"), Key("space"), Key("question"), Wait(1.2), Key("question")), after=1),
)  # fmt: skip


def clip(folder: Path) -> Path:
    """The demo clip with subtitles and chapters."""
    from anime4k.cli.demo import demo_path

    def stamp(seconds: float) -> str:
        return f"0:00:{seconds:05.2f}"

    header = ASS_HEADER.replace("Default,Arial,20", "Default,Noto Sans CJK JP,22")
    events = [f"Dialogue: 0,{stamp(a)},{stamp(b)},Default,,0,0,0,,{text}" for a, b, text in LINES]
    (folder / "lines.ass").write_text(header + "\n".join(events) + "\n", encoding="utf-8")
    marks = [
        f"[CHAPTER]\nTIMEBASE=1/1000\nSTART={round(a * 1000)}\nEND={round(b * 1000)}\ntitle={title}\n"
        for (a, title), (b, _) in zip(CHAPTERS, [*CHAPTERS[1:], (8.0, "")], strict=True)
    ]
    (folder / "chapters.txt").write_text(";FFMETADATA1\n" + "".join(marks), encoding="utf-8")
    film = folder / "Night Train - 01.mkv"
    subprocess.run(
        ["ffmpeg", "-v", "error", "-nostdin", "-i", str(demo_path()), "-i", str(folder / "lines.ass"),
         "-f", "lavfi", "-i", "anoisesrc=a=0.02:c=brown:d=8", "-i", str(folder / "chapters.txt"),
         "-map", "0:v", "-map", "2:a", "-map", "1", "-map_metadata", "3",
         "-c:v", "copy", "-c:s", "copy", "-c:a", "flac", "-metadata:s:a", "language=jpn",
         "-metadata:s:s", "language=eng", "-metadata:s:s", "title=Full", str(film)],
        check=True, timeout=60,
    )  # fmt: skip
    return film


def _usual_pointer(screen: str) -> None:
    """An arrow instead of the cross that a bare X server draws."""
    from Xlib.display import Display

    display = Display(screen)
    font = display.open_font("cursor")
    arrow = font.create_glyph_cursor(font, 68, 69, (0, 0, 0), (65535, 65535, 65535))
    display.screen().root.change_attributes(cursor=arrow)
    display.sync()
    display.set_close_down_mode(1)  # the pointer stays when this program has left
    display.close()


class Camera:
    """Takes pictures of a window at a steady rate, in a thread of its own.

    Args:
        memory: the file that holds the picture of the display.
        size: of the window, which lies in the top left corner.
        rate: pictures a second.
        width: of the pictures of the animation.
    """

    def __init__(self, memory: Path, size: tuple[int, int], rate: float, width: int) -> None:
        self._screen, self._size, self._rate = FrameBuffer(memory), size, rate
        self._small = (width, round(width * size[1] / size[0]))
        self.pictures: list[Image.Image] = []
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def still(self) -> Image.Image:
        """The window as it is."""
        return Image.fromarray(np.ascontiguousarray(self._screen.copy(0, 0, *self._size)))

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def _run(self) -> None:
        due = time.monotonic()
        while not self._over.wait(max(0.0, due - time.monotonic())):
            self.pictures.append(self.still().resize(self._small, Image.Resampling.LANCZOS))
            due += 1 / self._rate

    def stop(self) -> None:
        """End."""
        self._over.set()
        self._thread.join()

    def save(self, path: Path, quality: int) -> None:
        """Write the animation; a picture that equals the one before makes that one last longer."""
        kept, lasts = [self.pictures[0]], [0.0]
        for picture in self.pictures:
            if np.array_equal(np.asarray(picture), np.asarray(kept[-1])):
                lasts[-1] += 1000 / self._rate
            else:
                kept.append(picture)
                lasts.append(1000 / self._rate)
        kept[0].save(
            path, save_all=True, append_images=kept[1:], duration=[max(1, round(ms)) for ms in lasts], loop=0,
            quality=quality, method=4,
        )  # fmt: skip


class Guide:
    """Does the steps of scenes."""

    def __init__(self, puppet: Puppet) -> None:
        self._puppet = puppet
        self._at = (0.5, 0.42)

    def do(self, step: Step) -> None:
        """One step."""
        match step:
            case Key(names):
                self._puppet.key(names)
            case Wait(seconds):
                time.sleep(seconds)
            case Button(number, down):
                self._puppet.tool("click" if down is None else "mousedown" if down else "mouseup", number)
            case Point(x, y, seconds):
                count = max(1, round(seconds * 25))
                begin = self._at
                for number in range(1, count + 1):
                    part = number / count
                    place = tuple(a + (b - a) * part for a, b in zip(begin, (x, y), strict=True))
                    self._puppet.move(round(place[0] * SIZE[0]), round(place[1] * SIZE[1]))
                    time.sleep(seconds / count / 2)
                self._at = (x, y)


def tour(
    out: Path, scenes: Sequence[Scene], *, width: int, rate: float, quality: int, arguments: Sequence[str]
) -> list[Path]:
    """Play the scenes and write their pictures.

    Raises:
        RuntimeError: the player ended before.
    """
    out.mkdir(parents=True, exist_ok=True)
    written = []
    with tempfile.TemporaryDirectory(prefix="tour") as place, readable_display(SIZE) as screen:
        folder = Path(place)
        puppet = Puppet(
            screen.name, folder, ["--loop-file", "--geometry", f"{SIZE[0]}x{SIZE[1]}+0+0", *arguments, clip(folder)]
        )
        camera = Camera(screen.memory, SIZE, rate, width)
        try:
            _usual_pointer(screen.name)
            puppet.enter((SIZE[0] // 2, round(SIZE[1] * 0.42)))
            puppet.wait_frames(5)
            camera.start()
            guide = Guide(puppet)
            for number, scene in enumerate(scenes, 1):
                picture = len(scene.steps) - scene.after
                for step in scene.steps[:picture]:
                    guide.do(step)
                target = out / f"{number:02d}-{scene.name}.png"
                camera.still().save(target, optimize=True)
                written.append(target)
                for step in scene.steps[picture:]:
                    guide.do(step)
                if not puppet.alive:
                    raise RuntimeError(f"the player ended in scene {scene.name}: {puppet.errors.read_text()[-500:]}")
            camera.stop()
            puppet.key("q")
            puppet.finish()
        finally:
            camera.stop() if camera.pictures else None
            puppet.stop()
        complaints = puppet.errors.read_text().strip()
    camera.save(out / "tour.webp", quality)
    if complaints:
        print(complaints)
    return [*written, out / "tour.webp"]


def main() -> int:
    """Make the pictures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", nargs="?", type=Path, default=Path("tour"))
    parser.add_argument("--scenes", default=",".join(scene.name for scene in SCENES), help="names, in this order")
    parser.add_argument("--width", type=int, default=560, help="of the animation")
    parser.add_argument("--rate", type=float, default=5.0, help="pictures a second of the animation")
    parser.add_argument("--quality", type=int, default=45, help="of the animation, 0 to 100")
    parser.add_argument("--arguments", default="", help="further arguments of the player, in one word")
    options = parser.parse_args()
    known = {scene.name: scene for scene in SCENES}
    scenes = [known[name] for name in options.scenes.split(",")]
    for file in tour(
        options.out, scenes, width=options.width, rate=options.rate, quality=options.quality,
        arguments=options.arguments.split(),
    ):  # fmt: skip
        print(f"{file.stat().st_size:9d}  {file}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
