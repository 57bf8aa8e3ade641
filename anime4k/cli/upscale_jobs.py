"""Which file becomes which: inputs and an output in, a list of jobs out."""

from __future__ import annotations

import enum
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from anime4k.errors import MediaError, UsageError
from anime4k.media.encoders import CONTAINERS
from anime4k.media.images import WRITABLE, is_image


class JobKind(enum.Enum):
    """What is being upscaled."""

    PICTURE = "picture"
    VIDEO = "video"


@dataclass(frozen=True)
class Job:
    """One file to be made from another."""

    kind: JobKind
    source: Path
    target: Path


@dataclass(frozen=True)
class Jobs:
    """All work of one command.

    Attributes:
        jobs: in the order in which they run.
        passed_over: files in folders that are no pictures.
    """

    jobs: tuple[Job, ...]
    passed_over: tuple[Path, ...]


def find_jobs(inputs: Sequence[str], output: str) -> Jobs:
    """What `inputs` become under `output`.

    One file becomes one file. Several inputs, or a folder, need a folder as output; files of folders keep
    their place below it.

    Raises:
        UsageError: an output that cannot take the inputs, two inputs for one output.
        MediaError: a missing input, or a folder without any picture.
    """
    sources = [Path(text) for text in inputs]
    for source in sources:
        if not source.exists():
            raise MediaError(f"{source}: there is no such file; check the name")
    target = Path(output)
    into_folder = len(sources) > 1 or sources[0].is_dir() or target.is_dir() or output.endswith(("/", os.sep))
    if not into_folder:
        return Jobs((_single(sources[0], target),), ())
    if target.exists() and not target.is_dir():
        raise UsageError(f"{target} is a file; several inputs or a folder need a folder as output")
    if not target.exists() and target.suffix.lower() in (*CONTAINERS, *WRITABLE):
        raise UsageError(f"{target} looks like a file; several inputs or a folder need a folder as output")
    jobs: list[Job] = []
    passed_over: list[Path] = []
    for source in sources:
        if source.is_dir():
            found = list(_files(source, target))
            pictures = [path for path in found if is_image(path)]
            passed_over.extend(path for path in found if path not in set(pictures))
            jobs.extend(
                Job(JobKind.PICTURE, path, _picture_name(target / path.relative_to(source))) for path in pictures
            )
            if not pictures:
                raise MediaError(f"{source} holds no picture; name its videos one by one")
        elif is_image(source):
            jobs.append(Job(JobKind.PICTURE, source, _picture_name(target / source.name)))
        else:
            jobs.append(Job(JobKind.VIDEO, source, _video_name(target / source.name)))
    _refuse_collisions(jobs)
    return Jobs(tuple(jobs), tuple(passed_over))


def _single(source: Path, target: Path) -> Job:
    suffix = target.suffix.lower()
    if is_image(source) or (source.suffix.lower() == ".gif" and suffix in WRITABLE):
        if suffix not in WRITABLE:
            raise UsageError(
                f"{source} is a picture, so {target} must be one too: use one of {', '.join(sorted(WRITABLE))}"
            )
        return Job(JobKind.PICTURE, source, target)
    if suffix in WRITABLE:
        raise UsageError(f"{source} is not a picture, so it cannot become {target}; use an extension such as .mkv")
    if suffix not in CONTAINERS:
        what = f"the extension {suffix}" if suffix else "no extension"
        raise UsageError(
            f"{target} has {what}, which is no kind of video file that can be written; use one of"
            f" {', '.join(sorted(CONTAINERS))}, or an existing folder"
        )
    return Job(JobKind.VIDEO, source, target)


def _files(folder: Path, target: Path) -> Iterator[Path]:
    """Files below a folder in a stable order, without hidden ones and without our own output."""
    inside = target.resolve()
    for parent, folders, names in os.walk(folder):
        here = Path(parent)
        folders[:] = sorted(
            name for name in folders if not name.startswith(".") and (here / name).resolve() != inside
        )
        yield from (here / name for name in sorted(names) if not name.startswith("."))


def _picture_name(path: Path) -> Path:
    return path if path.suffix.lower() in WRITABLE else path.with_suffix(".png")


def _video_name(path: Path) -> Path:
    return path if path.suffix.lower() in CONTAINERS else path.with_suffix(".mkv")


def _refuse_collisions(jobs: Sequence[Job]) -> None:
    seen: dict[Path, Path] = {}
    for job in jobs:
        if job.target in seen:
            raise UsageError(f"{seen[job.target]} and {job.source} would both become {job.target}; rename one of them")
        seen[job.target] = job.source
