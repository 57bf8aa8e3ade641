"""Clips for tests of a whole player: flash and beep, an episode of a series, a season, and files that are trouble.

    flash = watch_clips.flash_and_beep(folder / "sync.mkv", seconds=20)
    flash.onsets              # when a flash and a beep begin, seconds
    python -m tests.watch_clips FOLDER     writes one of each kind

Everything is at most 320x180 and takes seconds to make. Sound and pictures are interleaved as in real files.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import numpy.typing as npt
from av.stream import Disposition

from tests import block_font, clips
from tests.rich_clips import ASS_HEADER

FILM_RATE = Fraction(24000, 1001)
SAMPLE_RATE = 48000
BEEP_S = 0.08
FLASH_FRAMES = 2
Wave = Callable[[int, int], npt.NDArray[np.float32]]
"""Samples `start` to `start + count` of a mono sound at 48 kHz, -1 to 1."""


@dataclass(frozen=True)
class Sound:
    """A sound track.

    Attributes:
        wave: what is heard.
        codec: aac, flac, libopus, pcm_s16le, ...
        language: ISO 639 code.
        title: the author's title.
        default: whether it is marked as the default.
        layout: its channels, all alike.
    """

    wave: Wave
    codec: str = "aac"
    language: str = ""
    title: str = ""
    default: bool = False
    layout: str = "mono"


@dataclass(frozen=True)
class Text:
    """A subtitle track: events are (start in seconds, length in seconds, text or the fields of an ASS event)."""

    events: Sequence[tuple[float, float, str]]
    codec: str = "subrip"
    language: str = ""
    title: str = ""
    disposition: Disposition = Disposition(0)
    header: str = ASS_HEADER


@dataclass(frozen=True)
class Film:
    """What a file is made of.

    Attributes:
        times: when each frame is shown, in seconds.
        draw: the luma plane of frame i; the numbered picture by default.
        size: width and height.
        rate: the frame rate that the container announces.
        codec: video encoder.
        pix_fmt: pixel format of the encoder.
        time_base: time base of the video.
        gop: distance of key frames.
        sounds: sound tracks.
        texts: subtitle tracks.
        chapters: (title, start in seconds).
        fonts: (file name, data) of attachments.
        title: title of the film.
    """

    times: Sequence[Fraction]
    draw: Callable[[int], npt.NDArray[np.uint8]] | None = None
    size: tuple[int, int] = (160, 90)
    rate: Fraction = FILM_RATE
    codec: str = "libx264"
    pix_fmt: str = "yuv420p"
    time_base: Fraction = Fraction(1, 1000)
    gop: int = 48
    sounds: Sequence[Sound] = ()
    texts: Sequence[Text] = ()
    chapters: Sequence[tuple[str, float]] = ()
    fonts: Sequence[tuple[str, bytes]] = ()
    title: str = ""
    mux_options: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class FlashClip:
    """A clip that flashes and beeps.

    Attributes:
        path: the file.
        onsets: when a flash and a beep begin, in seconds on the file's clock.
        times: when each frame is shown.
    """

    path: Path
    onsets: tuple[Fraction, ...]
    times: tuple[Fraction, ...]


def film_times(seconds: float, start: float = 0.0) -> list[Fraction]:
    """24000/1001 frames a second, rounded to the milliseconds of a Matroska file."""
    first = Fraction(start).limit_denominator(1000)
    return [Fraction(round((first + n / FILM_RATE) * 1000), 1000) for n in range(round(seconds * FILM_RATE))]


def varying_times(seconds: float) -> list[Fraction]:
    """Steps of 42, 125, 83, 41 and 209 ms in turn: drawings on ones, threes, twos and fives."""
    times, steps = [Fraction(0)], (42, 125, 83, 41, 209)
    while times[-1] < seconds:
        times.append(times[-1] + Fraction(steps[len(times) % len(steps)], 1000))
    return times[:-1]


def write(path: Path, film: Film) -> Path:
    """Encode and interleave a film."""
    with av.open(str(path), "w", options=film.mux_options) as out:
        if film.title:
            out.metadata["title"] = film.title
        video = _add_video(out, film)
        sounds = [_add_sound(out, sound) for sound in film.sounds]
        texts = [_add_text(out, text) for text in film.texts]
        for name, data in film.fonts:
            out.add_attachment(name, "font/ttf", data)
        end = film.times[-1] + (film.times[-1] - film.times[-2] if len(film.times) > 1 else Fraction(1, 25))
        _add_chapters(out, film.chapters, float(end))
        work: list[Iterator[tuple[float, Any]]] = [_pictures(video, film)]
        work += [_samples(stream, sound, film.times[0], end)
                 for stream, sound in zip(sounds, film.sounds, strict=True)]
        work += [_events(stream, text) for stream, text in zip(texts, film.texts, strict=True)]
        for packets in _in_order(work):
            out.mux(packets)
    return path


def _add_video(out: Any, film: Film) -> Any:
    stream = out.add_stream(film.codec, rate=film.rate)
    stream.width, stream.height = film.size
    stream.pix_fmt = film.pix_fmt
    stream.time_base = film.time_base
    context = stream.codec_context
    context.time_base = Fraction(1, 25) if film.codec.startswith("mpeg") else film.time_base
    context.gop_size = film.gop
    if film.codec == "libx264":
        context.max_b_frames = 2
        context.options = {"preset": "ultrafast", "crf": "18", "sc_threshold": "0", "bf": "2"}
    return stream


def _add_sound(out: Any, sound: Sound) -> Any:
    stream = out.add_stream(sound.codec, rate=SAMPLE_RATE, layout=sound.layout)
    stream.metadata.update({"language": sound.language, "title": sound.title})
    stream.disposition = int(Disposition.default) if sound.default else 0
    return stream


def _add_text(out: Any, text: Text) -> Any:
    stream = out.add_stream(text.codec)
    stream.codec_context.subtitle_header = text.header.encode()
    stream.codec_context.time_base = stream.time_base = Fraction(1, 1000)
    stream.metadata.update({"language": text.language, "title": text.title})
    stream.disposition = int(text.disposition)
    return stream


def _add_chapters(out: Any, chapters: Sequence[tuple[str, float]], end: float) -> None:
    starts = [start for _, start in chapters] + [end]
    out.set_chapters(
        [
            {
                "id": number, "start": round(start * 1000), "end": round(starts[number] * 1000),
                "time_base": Fraction(1, 1000), "metadata": {"title": title},
            }
            for number, (title, start) in enumerate(chapters, 1)
        ]
    )  # fmt: skip


def _in_order(work: Sequence[Iterator[tuple[float, Any]]]) -> Iterator[Any]:
    """What the streams give, earliest first."""
    waiting = {source: item for source in work if (item := next(source, None)) is not None}
    while waiting:
        source = min(waiting, key=lambda each: waiting[each][0])
        yield waiting.pop(source)[1]
        item = next(source, None)
        if item is not None:
            waiting[source] = item


def _pictures(stream: Any, film: Film) -> Iterator[tuple[float, Any]]:
    draw = film.draw or (lambda number: clips.picture(number, film.size))
    for number, time in enumerate(film.times):
        frame = clips.av_frame(draw(number), film.pix_fmt)
        frame.pts, frame.time_base = round(time / film.time_base), film.time_base
        yield float(time), stream.encode(frame)
    yield float(film.times[-1]), stream.encode(None)


def _samples(stream: Any, sound: Sound, start: Fraction, end: Fraction) -> Iterator[tuple[float, Any]]:
    first, last, block = round(start * SAMPLE_RATE), round(end * SAMPLE_RATE), 1024
    planar = not sound.codec.startswith(("flac", "pcm", "libopus"))
    channels = {"mono": 1, "stereo": 2, "5.1": 6}[sound.layout]
    resampler = None if planar else av.AudioResampler(stream.codec_context.format, sound.layout, SAMPLE_RATE)
    for offset in range(first, last, block):
        wave = sound.wave(offset, min(block, last - offset))
        frame = av.AudioFrame.from_ndarray(np.stack([wave] * channels), format="fltp", layout=sound.layout)
        frame.sample_rate, frame.time_base, frame.pts = SAMPLE_RATE, Fraction(1, SAMPLE_RATE), offset
        for part in resampler.resample(frame) if resampler else [frame]:
            yield offset / SAMPLE_RATE, stream.encode(part)
    yield last / SAMPLE_RATE, stream.encode(None)


def _events(stream: Any, text: Text) -> Iterator[tuple[float, Any]]:
    for number, (start, length, words) in enumerate(text.events):
        packet = av.Packet((f"{number},{words}" if text.codec == "ass" else words).encode())
        packet.stream, packet.time_base = stream, Fraction(1, 1000)
        packet.pts = packet.dts = round(start * 1000)
        packet.duration = round(length * 1000)
        yield start, packet


# -- sounds --------------------------------------------------------------------------------------------


def tone(pitch: float, volume: float = 0.25) -> Wave:
    """A steady tone of `pitch` Hz."""
    return lambda start, count: np.float32(volume) * np.sin(
        np.arange(start, start + count) * (2 * np.pi * pitch / SAMPLE_RATE)
    ).astype(np.float32)


def beeps(onsets: Sequence[Fraction], pitch: float = 1000.0, volume: float = 0.5) -> Wave:
    """Silence with a beep of `BEEP_S` seconds at each of `onsets`; each begins at a zero of the sine."""
    begins = np.array([round(onset * SAMPLE_RATE) for onset in onsets])

    def wave(start: int, count: int) -> npt.NDArray[np.float32]:
        here = np.arange(start, start + count)
        since = here - begins[np.maximum(np.searchsorted(begins, here, side="right") - 1, 0)]
        heard = (since >= 0) & (since < BEEP_S * SAMPLE_RATE)
        return np.where(heard, volume * np.sin(since * (2 * np.pi * pitch / SAMPLE_RATE)), 0.0).astype(np.float32)

    return wave


# -- clips that are well -------------------------------------------------------------------------------


def flash_and_beep(
    path: Path, seconds: float = 20.0, *, varying: bool = False, codec: str = "aac", size: tuple[int, int] = (160, 90),
    start: float = 0.0,
) -> FlashClip:
    """White for two frames about once a second, and a beep that begins with the same time stamp.

    At 24000/1001 frames a second a flash begins with every 24th frame; with varying frame lengths, with the first
    frame of every second. Between flashes a bar moves along the lower edge, so that no two frames are alike; the
    rest is black.
    """
    times = varying_times(seconds) if varying else film_times(seconds, start)
    if varying:
        begins = [n for n in range(1, len(times)) if int(times[n]) > int(times[n - 1])]
    else:
        begins = list(range(12, len(times), 24))
    white = {begin + more for begin in begins for more in range(FLASH_FRAMES)}
    onsets = tuple(times[begin] for begin in begins)

    def draw(number: int) -> npt.NDArray[np.uint8]:
        luma = np.full((size[1], size[0]), 235 if number in white else 16, np.uint8)
        bar = number * 2 % (size[0] - 8)
        luma[-size[1] // 6 :, bar : bar + 8] = 120
        return luma

    write(path, Film(times, draw, size, sounds=[Sound(beeps(onsets), codec, "und")]))
    return FlashClip(path, onsets, tuple(times))


EPISODE_CHAPTERS = ("プロローグ", "Opening", "Aパート", "Bパート", "次回予告")
EPISODE_LINE_S = 2.0
"""A line of subtitles begins every so many seconds, at 0.5, 2.5, ... and stays for 1.5 s."""


def episode(
    path: Path, seconds: float = 30.0, *, size: tuple[int, int] = (320, 180), font: bytes | None = None
) -> Path:
    """An episode of a series: five chapters of equal length, two sound tracks, three subtitle tracks and a font.

    Sound: Japanese (default, 440 Hz) and English (880 Hz, stereo FLAC). Subtitles: English ASS (default; its second
    style uses the attached font), Japanese ASS, German SRT. Titles are partly Japanese.
    """
    starts = np.arange(0.5, seconds - EPISODE_LINE_S, EPISODE_LINE_S)
    font = block_font.build() if font is None else font
    header = ASS_HEADER.replace(
        "\n[Events]", "Style: Sign,Tests Blocks,28,&H0000FFFF,&H000000FF,&H00000000,&H00000000,0,0,0,0,100,100,0,0,1,2,"
        "0,8,10,10,10,1\n\n[Events]",
    )  # fmt: skip

    def line(words: str, style: str = "Default") -> str:
        return f"0,{style},,0,0,0,,{words}"

    english = [(t, 1.5, line(f"Line {n}: {{\\i1}}where{{\\i0}} are we?")) for n, t in enumerate(starts)]
    english.insert(2, (float(starts[1]) + 0.5, 1.0, line("{\\pos(320,60)\\frz10}SIGN", "Sign")))
    japanese = [(t, 1.5, line(f"第{n}行：ここはどこ？")) for n, t in enumerate(starts)]
    german = [(t, 1.5, f"Zeile {n}: Wo sind wir? Größe, <i>ä</i>") for n, t in enumerate(starts)]
    return write(
        path,
        Film(
            film_times(seconds),
            size=size,
            title="葬列の魔女 第1話",
            sounds=[
                Sound(tone(440), "aac", "jpn", "日本語", default=True),
                Sound(tone(880), "flac", "eng", "English dub", layout="stereo"),
            ],
            texts=[
                Text(english, "ass", "eng", "Full subtitles", Disposition.default, header),
                Text(japanese, "ass", "jpn", "字幕", header=header),
                Text(german, "subrip", "ger", "Deutsch"),
            ],
            chapters=[(title, n * seconds / len(EPISODE_CHAPTERS)) for n, title in enumerate(EPISODE_CHAPTERS)],
            fonts=[("blocks.ttf", font)],
        ),
    )


def season(folder: Path, count: int = 12, seconds: float = 2.0) -> list[Path]:
    """Short files in their natural order, each with another size, some odd, some upright, with and without sound."""
    folder.mkdir(parents=True, exist_ok=True)
    sizes = ((160, 90), (161, 91), (96, 128), (320, 180), (64, 48), (200, 83), (88, 160), (255, 144), (17, 31))
    files = []
    for number in range(1, count + 1):
        size = sizes[number % len(sizes)]
        odd = size[0] % 2 or size[1] % 2
        files.append(
            write(
                folder / f"作品 Show - {number}.mkv",
                Film(
                    film_times(seconds), size=size, pix_fmt="yuv444p" if odd else "yuv420p",
                    sounds=[Sound(tone(220 + 20 * number))] if number % 3 else [],
                ),
            )
        )  # fmt: skip
    return files


def long_film(path: Path, hours: float = 3.0) -> Path:
    """Hours at one frame a second, without sound."""
    times = [Fraction(n) for n in range(round(hours * 3600))]
    return write(path, Film(times, size=(64, 48), rate=Fraction(1), gop=60))


# -- clips that are trouble ----------------------------------------------------------------------------


def changing_size(path: Path, sizes: Iterable[tuple[int, int]] = ((160, 90), (96, 128), (320, 180))) -> Path:
    """A transport stream of 2 seconds in each size; time goes on."""
    parts = []
    for number, size in enumerate(sizes):
        part = path.with_name(f"{path.stem}-{number}.part.ts")
        times = [Fraction(2 * number) + Fraction(n, 25) for n in range(50)]
        write(part, Film(
            times, size=size, rate=Fraction(25), codec="mpeg2video", time_base=Fraction(1, 90000), gop=25,
            sounds=[Sound(tone(440 + 110 * number), "mp2")],
        ))  # fmt: skip
        parts.append(part.read_bytes())
        part.unlink()
    path.write_bytes(b"".join(parts))
    return path


def changing_sound(path: Path) -> Path:
    """A transport stream whose sound changes from mono to stereo after 2 seconds; time goes on."""
    parts = []
    for number, layout in enumerate(("mono", "stereo")):
        part = path.with_name(f"{path.stem}-{number}.part.ts")
        times = [Fraction(2 * number) + Fraction(n, 25) for n in range(50)]
        write(part, Film(
            times, rate=Fraction(25), codec="mpeg2video", time_base=Fraction(1, 90000), gop=25,
            sounds=[Sound(tone(440 + 110 * number), "mp2", layout=layout)],
        ))  # fmt: skip
        parts.append(part.read_bytes())
        part.unlink()
    path.write_bytes(b"".join(parts))
    return path


def negative_times(path: Path, first: float = -1.0) -> Path:
    """A transport stream (.ts) with sound whose first frame is shown at `first` seconds, before zero."""
    times = [Fraction(first).limit_denominator(1000) + Fraction(n, 25) for n in range(75)]
    return write(path, Film(
        times, rate=Fraction(25), codec="mpeg2video", time_base=Fraction(1, 90000), gop=25,
        sounds=[Sound(tone(440), "mp2")], mux_options={"avoid_negative_ts": "disabled", "mpegts_copyts": "1"},
    ))  # fmt: skip


def missing_times(path: Path) -> Path:
    """A bare H.264 stream (.h264): no time stamps at all."""
    return write(path, Film([Fraction(n, 25) for n in range(75)], rate=Fraction(25), time_base=Fraction(1, 25)))


def partly_missing_times(path: Path) -> Path:
    """A Matroska file with sound in which the frames of the first second have no time stamps."""
    times = [Fraction(n, 25) - 1 for n in range(75)]
    return write(path, Film(
        times, rate=Fraction(25), sounds=[Sound(tone(440))], mux_options={"avoid_negative_ts": "disabled"}
    ))  # fmt: skip


def fast_time_base(path: Path, rate: int = 1000) -> Path:
    """Announces 1000 frames a second and has 24, with uneven steps."""
    return write(path, Film(varying_times(3.0), rate=Fraction(rate), sounds=[Sound(tone(440))]))


def damaged(path: Path, good: Path, kind: str, seed: int = 1) -> Path:
    """A copy of a good file that is damaged: "cut", "flipped", "hole", "empty", "noise", or "text"."""
    data, chance = bytearray(good.read_bytes()), random.Random(seed)
    match kind:
        case "cut":
            data = data[: len(data) * 2 // 3]
        case "flipped":
            for _ in range(max(20, len(data) // 2000)):
                data[chance.randrange(len(data) // 20, len(data))] ^= 1 << chance.randrange(8)
        case "hole":
            begin = len(data) // 3
            data[begin : begin + len(data) // 10] = bytes(len(data) // 10)
        case "empty":
            data = bytearray()
        case "noise":
            data = bytearray(chance.randbytes(50_000))
        case "text":
            data = bytearray(b"this is no film\n" * 100)
        case _:
            raise ValueError(kind)
    path.write_bytes(data)
    return path


DAMAGES = ("cut", "flipped", "hole", "empty", "noise", "text")


def broken_sound(path: Path, seconds: float = 5.0) -> Path:
    """Good pictures, and a sound track whose packets are noise."""
    return _with_bad_packets(path, write(path.with_name("_good.mkv"), Film(
        film_times(seconds), sounds=[Sound(tone(440), default=True)])), "audio")  # fmt: skip


def broken_subtitles(path: Path, seconds: float = 5.0) -> Path:
    """Good pictures and sound, and ASS events that are noise."""
    events = [(t, 0.9, "0,Default,,0,0,0,,fine") for t in range(int(seconds))]
    return _with_bad_packets(path, write(path.with_name("_good.mkv"), Film(
        film_times(seconds), sounds=[Sound(tone(440))], texts=[Text(events, "ass", "eng")])), "subtitle")  # fmt: skip


def _with_bad_packets(path: Path, good: Path, kind: str) -> Path:
    chance = random.Random(1)
    with av.open(str(good)) as source, av.open(str(path), "w") as out:
        streams = {stream.index: out.add_stream_from_template(stream) for stream in source.streams}
        for packet in source.demux():
            if packet.size == 0:
                continue
            copy = packet
            if packet.stream.type == kind:
                copy = av.Packet(chance.randbytes(max(8, packet.size)))
                copy.pts, copy.dts, copy.duration = packet.pts, packet.dts, packet.duration
                copy.time_base, copy.is_keyframe = packet.time_base, packet.is_keyframe
            copy.stream = streams[packet.stream_index]
            out.mux(copy)
    good.unlink()
    return path


def huge_attachment(path: Path, megabytes: int = 64) -> Path:
    """A short film with an attachment of many megabytes that claims to be a font."""
    return write(path, Film(film_times(2.0), fonts=[("huge.ttf", bytes(megabytes << 20))]))


def samples(folder: Path) -> list[Path]:
    """One of each kind."""
    folder.mkdir(parents=True, exist_ok=True)
    good = episode(folder / "episode.mkv")
    files = [
        flash_and_beep(folder / "flash.mkv").path,
        flash_and_beep(folder / "flash-flac.mkv", codec="flac").path,
        flash_and_beep(folder / "flash-varying.mkv", varying=True).path,
        good,
        *season(folder / "season"),
        long_film(folder / "long.mkv"),
        changing_size(folder / "changing-size.ts"),
        changing_sound(folder / "changing-sound.ts"),
        negative_times(folder / "negative.ts"),
        missing_times(folder / "missing.h264"),
        partly_missing_times(folder / "partly-missing.mkv"),
        fast_time_base(folder / "fast-time-base.mkv"),
        broken_sound(folder / "broken-sound.mkv"),
        broken_subtitles(folder / "broken-subtitles.mkv"),
    ]
    return files + [damaged(folder / f"{kind}.mkv", good, kind) for kind in DAMAGES]


if __name__ == "__main__":
    target = Path(sys.argv[1])
    for file in samples(target):
        print(f"{file.stat().st_size:9d}  {file}")
