"""What a run found, as data: the same facts are printed, written as JSON, drawn as HTML and compared."""

from __future__ import annotations

from dataclasses import dataclass

from anime4k.bench.statistics import Figures, Spread, Trouble
from anime4k.bench.verdict import Size, Verdict

SCHEMA = 1
"""Number of the JSON layout; it changes when a field changes its meaning."""


@dataclass(frozen=True)
class Clip:
    """The video that was drawn.

    Attributes:
        name: name of the file, without its folder.
        size: (width, height) in square pixels.
        codec: name of the video codec.
        pixel_format: name of the coded pixel format.
        rate: nominal frames per second, None = unknown.
        subtitles: whether subtitles were drawn over it.
        built_in: whether it is the clip that ships with the package.
    """

    name: str
    size: Size
    codec: str
    pixel_format: str
    rate: float | None
    subtitles: bool
    built_in: bool


@dataclass(frozen=True)
class DeviceFacts:
    """What drew.

    Attributes:
        renderer: name of the GPU as its driver tells it.
        vendor: who wrote the driver.
        version: OpenGL version, as the driver tells it.
        mesa: version of Mesa, None where something else draws.
        software: whether the processor drew.
    """

    renderer: str
    vendor: str
    version: str
    mesa: str | None
    software: bool


@dataclass(frozen=True)
class Machine:
    """Where it ran.

    Attributes:
        system: operating system with its version.
        cpu: name of the processor.
        processors: how many of them.
        load: load average of the last minute, before and after; None where there is none.
        elsewhere: part of all processor time that other programs used meanwhile, 0 to 1; None = unknown.
    """

    system: str
    cpu: str
    processors: int
    load: tuple[float, float] | None
    elsewhere: float | None


@dataclass(frozen=True)
class Versions:
    """What it ran with."""

    anime4k: str
    python: str
    moderngl: str
    av: str
    numpy: str


@dataclass(frozen=True)
class Named:
    """Times of one stage or pass in milliseconds."""

    name: str
    ms: Figures


@dataclass(frozen=True)
class Start:
    """The beginning, in fresh processes, in milliseconds.

    Attributes:
        context: making the OpenGL context.
        compile: planning, compiling all programs and drawing each once.
        first_picture: from opening the file to the first finished picture, compilation included.
        launch: from starting the program to the first finished picture.
    """

    context: Spread
    compile: Spread
    first_picture: Spread
    launch: Spread


@dataclass(frozen=True)
class Memory:
    """Texture memory in bytes.

    Attributes:
        planned: what the plan says.
        allocated: most that the textures of the chain took at a time.
        device: what less of the device's memory was free afterwards, None = its driver does not tell.
    """

    planned: int
    allocated: int
    device: int | None


@dataclass(frozen=True)
class Reuse:
    """What was drawn of the video when everything was kept that had not changed, in a run of its own.

    Attributes:
        kept: frames of which nothing was drawn.
        parts: frames of which only a part was drawn.
        whole: all others.
        part: mean part of the work of a whole frame that those in parts took.
        saved: part of the work of drawing all frames as wholes that was not done.
        frame: whole frames in milliseconds, flat out.
    """

    kept: int
    parts: int
    whole: int
    part: float
    saved: float
    frame: Figures


@dataclass(frozen=True)
class ModeReport:
    """One chain on one video at one output size.

    Attributes:
        mode: name of the mode, or "custom".
        shaders: names of the files, in order.
        source: (width, height) of the video.
        output: (width, height) of the picture.
        pass_count: draws and dispatches a frame.
        frame: whole frames, flat out: from one finished frame to the next.
        p50: the median of each block of the run.
        p99: the 99th percentile of each block of the run.
        cpu: processor time a frame of all threads, of each block, in milliseconds.
        stages: parts of the frame that follow each other; together they are the frame.
        gpu: what all passes together took by the GPU's own clock, in the run that times passes; None where it has none.
        alone: one frame by itself, from the decoded frame to the finished picture; a run of its own.
        reuse: what keeping what has not changed comes to on this video, None = it was switched off or not measured.
        passes: single passes; a run of its own, whose timing holds drawing up a little.
        verdicts: what it means at the usual rates.
        memory: textures.
        cold: beginning with empty caches, None = not measured.
        warm: beginning once more with the same caches, None = not measured.
        trouble: a change of speed while the work was the same.
        blocks: milliseconds of every frame, block by block.
        notes: what else to know, in words.
    """

    mode: str
    shaders: tuple[str, ...]
    source: Size
    output: Size
    pass_count: int
    frame: Figures
    p50: Spread
    p99: Spread
    cpu: Spread
    stages: tuple[Named, ...]
    gpu: Figures | None
    alone: Figures
    reuse: Reuse | None
    passes: tuple[Named, ...]
    verdicts: tuple[Verdict, ...]
    memory: Memory
    cold: Start | None
    warm: Start | None
    trouble: Trouble | None
    blocks: tuple[tuple[float, ...], ...]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Report:
    """One run.

    Attributes:
        schema: number of the layout.
        date: when, ISO 8601 with the offset from UTC.
        seconds: how long it was asked to take.
        window: whether a real window showed the frames.
        complete: whether it was not broken off.
        device: what drew.
        machine: where.
        versions: with what.
        clips: the videos.
        modes: the chains, in the order in which they were asked for, video by video.
        warnings: what makes the figures doubtful, in words.
    """

    schema: int
    date: str
    seconds: float
    window: bool
    complete: bool
    device: DeviceFacts
    machine: Machine
    versions: Versions
    clips: tuple[Clip, ...]
    modes: tuple[ModeReport, ...]
    warnings: tuple[str, ...]
