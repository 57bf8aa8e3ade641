"""`anime4k upscale`: pictures, folders of pictures and videos into upscaled files."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from anime4k.cli.arguments import add_options
from anime4k.cli.main import FAILURE, INTERRUPTED, SUCCESS, warn
from anime4k.cli.progress import speed_text
from anime4k.cli.render_options import RenderRequest, add_render_options, render_request
from anime4k.cli.upscale_options import FILE_OPTIONS, VIDEO_OPTIONS
from anime4k.errors import Anime4kError, OutputError, UsageError

if TYPE_CHECKING:
    # Everything that decodes or draws is imported when the command runs: its help must be quick.
    from anime4k.cli.upscale_jobs import Job
    from anime4k.gl.device import Device

HELP = "upscale pictures, folders of pictures, or a video into new files"

EXAMPLES = """
anime4k upscale picture.png -o big.png                        twice the size
anime4k upscale picture.png -o big.png --shader FILE.glsl --size 1280x720
anime4k upscale scans/ -o scans-big/ --png16                  a folder, places kept
anime4k upscale episode.mkv -o episode-big.mkv                sound, subtitles and fonts come along
anime4k upscale episode.mkv -o sample.mkv --start 1:30 --frames 240
anime4k upscale film.mkv -o film-big.mkv --resume             after a power cut, run it again: it goes on
anime4k upscale episode.mkv -o small.mp4 -c libx265 --crf 20 --preset slow -e tune=animation
"""

_LISTED = 5


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("inputs", nargs="+", metavar="IN", help="pictures, folders of pictures, or videos")
    parser.add_argument(
        "-o",
        "--output",
        required=True,
        metavar="OUT",
        help="the file to write (its extension decides what it is), or a folder when there are several inputs",
    )
    add_options(parser, FILE_OPTIONS)
    add_options(parser, VIDEO_OPTIONS, title="video")
    add_render_options(parser)


def run(args: argparse.Namespace) -> int:
    """Do the work; the exit code.

    Raises:
        Anime4kError: as the tree of errors says.
    """
    from anime4k.cli.upscale_jobs import JobKind, find_jobs
    from anime4k.gl.device import Device

    work = find_jobs(args.inputs, args.output)
    if args.resume and not args.yes and len(work.jobs) > 1:
        work = replace(work, jobs=tuple(job for job in work.jobs if not _is_done(job)))
    videos = [job for job in work.jobs if job.kind is JobKind.VIDEO]
    pictures = [job for job in work.jobs if job.kind is JobKind.PICTURE]
    if not work.jobs:
        return SUCCESS
    if args.resume and not videos:
        raise UsageError("--resume works for videos only; pictures are quick")
    request = render_request(args, default_mode="auto")
    overwrite = args.yes or _may_replace(work.jobs)
    _prepare(work.jobs, Path(args.output), overwrite)
    if work.passed_over:
        warn(f"{_listed(work.passed_over)} left alone: no pictures")
    device = Device.standalone(gpu=request.gpu)
    try:
        code = _run_pictures(device, pictures, request, args.png16, overwrite) if pictures else SUCCESS
        for job in videos:
            if code == INTERRUPTED:
                break
            code = max(code, _run_video(device, job, request, args, overwrite))
    finally:
        device.release()
    return code


def _run_pictures(
    device: Device, jobs: Sequence[Job], request: RenderRequest, png16: bool, overwrite: bool
) -> int:
    from anime4k.cli.upscale_pictures import PictureUpscaler, upscale_pictures

    upscaler = PictureUpscaler(device, request, count=len(jobs), png16=png16, overwrite=overwrite)
    try:
        if len(jobs) == 1:
            width, height = upscaler.upscale(jobs[0].source, jobs[0].target)
            print(f"{jobs[0].target}: {width}x{height}")
            return SUCCESS
        failed, stopped = upscale_pictures(upscaler, jobs)
    finally:
        upscaler.release()
    if stopped:
        return INTERRUPTED
    print(f"{len(jobs) - failed} of {len(jobs)} pictures upscaled")
    return FAILURE if failed else SUCCESS


def _run_video(device: Device, job: Job, request: RenderRequest, args: argparse.Namespace, overwrite: bool) -> int:
    from anime4k.cli.upscale_report import what_was_drawn
    from anime4k.cli.upscale_video import upscale_video, video_options

    if args.resume:
        from anime4k.cli.upscale_resume import upscale_resumable as upscale
    else:
        upscale = upscale_video
        _mention_unfinished(job.target)
    outcome = upscale(device, job.source, job.target, request, video_options(args, overwrite=overwrite))
    written = outcome.written
    damage = f", {outcome.damaged} damaged places in the source" if outcome.damaged else ""
    print(
        f"{job.target}: {written.frames} frames, {outcome.size[0]}x{outcome.size[1]}, {outcome.encoder.name}"
        f" {outcome.encoder.pixel_format}, {written.duration_s:.3f} s of video in {outcome.seconds:.1f} s"
        f" ({speed_text(outcome.made / max(outcome.seconds, 1e-9))} frames/s){damage}",
        flush=True,
    )
    for line in what_was_drawn(outcome.tally):
        print(line, flush=True)
    if outcome.complete:
        return SUCCESS
    if outcome.failure is not None:
        raise Anime4kError(f"{outcome.failure}; {job.target} holds what was upscaled before that") from outcome.failure
    print(f"anime4k: stopped: {job.target} is complete up to the last frame above but is only a part", file=sys.stderr)
    return INTERRUPTED


def _is_done(job: Job) -> bool:
    """Whether an earlier run has finished this one of several videos; says so."""
    from anime4k.cli.upscale_jobs import JobKind

    if job.kind is not JobKind.VIDEO or not job.target.is_file() or _same(job):
        return False
    print(f"{job.target} exists already and is left alone", file=sys.stderr)
    return True


def _mention_unfinished(target: Path) -> None:
    from anime4k.media.journal import folder_of

    if folder_of(target).is_dir():
        warn(f"{folder_of(target)} holds unfinished work; --resume would go on with it, this run does not touch it")


def _may_replace(jobs: Sequence[Job]) -> bool:
    """Ask on a terminal whether files that exist may be replaced; False when there are none, or nobody to ask."""
    existing = [job.target for job in jobs if job.target.is_file() and not _same(job)]
    if not existing or not (sys.stdin.isatty() and sys.stderr.isatty()):
        return False
    print(f"{_listed(existing)} exist{'s' if len(existing) == 1 else ''} already. Replace? [y/N] ", end="",
          file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def _same(job: Job) -> bool:
    return job.target.exists() and job.source.exists() and job.target.samefile(job.source)


def _prepare(jobs: Sequence[Job], output: Path, overwrite: bool) -> None:
    """Refuse what cannot work before any work is done, and make the folder for the results."""
    from anime4k.media.destination import check_destination

    if any(job.target != output for job in jobs):
        try:
            output.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise OutputError(f"the folder {output} cannot be made ({error.strerror}); choose another one") from error
    existing = [job.target for job in jobs if job.target.is_file() and not _same(job)]
    if existing and not overwrite and len(jobs) > 1:
        raise UsageError(f"{_listed(existing)} would be replaced; allow it with -y, or choose another folder")
    for job in jobs:
        if job.target.parent.is_dir():
            check_destination(job.target, job.source, overwrite=overwrite)


def _listed(paths: Sequence[Path]) -> str:
    names = ", ".join(str(path) for path in paths[:_LISTED])
    return names if len(paths) <= _LISTED else f"{names} and {len(paths) - _LISTED} more"
