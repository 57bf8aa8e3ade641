"""Text subtitle tracks: exact times, encodings, fonts, files beside a video, damage."""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import pytest

from anime4k.errors import MediaError
from anime4k.media import attachments, charset, subtitle_files
from anime4k.media import subtitles as media
from anime4k.media.reader import AbortableFile, ReadAborted
from anime4k.media.subtitles import Kind, TextEvent, TextReader
from tests import subtitle_samples as samples

LINES = [(0.5, 1.5, "first"), (1.2, 2.0, "<i>second</i>"), (2.5, 3.0, "third\nfourth")]
TIMES = [(500, 1500), (1200, 2000), (2500, 3000)]

needs_ffmpeg = pytest.mark.skipif(
    not samples.have_ffmpeg() and not os.environ.get("ANIME4K_REQUIRE_PEERS"), reason="needs ffmpeg"
)


def read(path: Path, index: int = 0, at: float = 0.0, language: str = "") -> list[TextEvent]:
    reader = TextReader(path, index, threading.Event(), language)
    try:
        return list(reader.events(at))
    finally:
        reader.close()


def times(events: Sequence[TextEvent]) -> list[tuple[int, int]]:
    return [(event.start, event.end) for event in events]


def text(event: TextEvent) -> str:
    return event.fields.split(b",", 7)[7].decode()


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Matroska with SubRip in English, ASS with title, and the forced flag, and two fonts."""
    if not samples.have_ffmpeg():
        pytest.skip("needs ffmpeg")
    folder = tmp_path_factory.mktemp("clip")
    (folder / "a.srt").write_text(samples.srt(LINES))
    (folder / "a.ass").write_text(samples.script(samples.dialogue()))
    samples.video(folder / "v.mkv", size=(64, 36))
    target = folder / "clip.mkv"
    samples.ffmpeg(
        "-i", folder / "v.mkv", "-i", folder / "a.srt", "-i", folder / "a.ass", "-map", "0", "-map", "1", "-map", "2",
        "-c", "copy", "-metadata:s:s:0", "language=eng", "-metadata:s:s:1", "language=jpn",
        "-metadata:s:s:1", "title=Signs", "-disposition:s:0", "default", "-disposition:s:1", "forced",
        "-attach", samples.font(), "-attach", samples.font("DejaVuSansMono.ttf"),
        "-metadata:s:t", "mimetype=application/x-truetype-font", target,
    )  # fmt: skip
    return target


def test_tracks_of_a_container(clip: Path) -> None:
    found = media.contents(clip, threading.Event())
    first, second = found.streams
    assert (first.codec, first.language, first.default, first.forced) == ("subrip", "eng", True, False)
    assert (second.codec, second.language, second.title) == ("ass", "jpn", "Signs")
    assert (second.default, second.forced, second.kind) == (False, True, Kind.TEXT)
    assert found.size == (64, 36) and found.matrix == 1
    assert [font.data for font in found.fonts] == [
        samples.font().read_bytes(),
        samples.font("DejaVuSansMono.ttf").read_bytes(),
    ]


def test_events_of_subrip_are_exact(clip: Path) -> None:
    events = read(clip, 1)
    assert times(events) == TIMES
    assert text(events[1]) == "{\\i1}second{\\i0}" and text(events[2]) == "third\\Nfourth"


def test_events_of_ass_come_as_they_were_written(clip: Path) -> None:
    events = read(clip, 2)
    assert [(event.start, event.end, text(event)) for event in events] == [
        (round(line.start * 1000), round(line.end * 1000), line.text) for line in samples.dialogue()
    ]
    reader = TextReader(clip, 2, threading.Event())
    assert b"PlayResX: 640" in reader.header and b"Style: Default,DejaVu Sans" in reader.header
    reader.close()


@needs_ffmpeg
@pytest.mark.parametrize("suffix", [".srt", ".vtt", ".ass", ".mp4", ".mks"])
def test_every_text_format_has_the_same_times(tmp_path: Path, suffix: str) -> None:
    source, target = tmp_path / "source.srt", tmp_path / f"target{suffix}"
    # Times of MP4 do not overlap and those of ASS have hundredths.
    source.write_text(samples.srt([(0.5, 1.2, "one"), (1.2, 2.0, "two"), (2.5, 3.0, "three")]))
    samples.ffmpeg(
        "-i", source, *{".mp4": ("-c:s", "mov_text"), ".mks": ("-f", "matroska", "-c", "copy")}.get(suffix, ()), target
    )
    events = read(target)
    assert times(events) == [(500, 1200), (1200, 2000), (2500, 3000)]
    assert [text(event) for event in events] == ["one", "two", "three"]


@needs_ffmpeg
@pytest.mark.parametrize("offset", [-1.5, 7.25])
def test_times_are_those_of_the_file(tmp_path: Path, offset: float) -> None:
    source = tmp_path / "a.srt"
    source.write_text(samples.srt([(2.0, 3.0, "here")]))
    samples.video(tmp_path / "v.mkv", size=(64, 36))
    target = tmp_path / "moved.mkv"
    samples.ffmpeg(
        "-i", tmp_path / "v.mkv", "-i", source, "-map", "0", "-map", "1", "-c", "copy",
        "-avoid_negative_ts", "disabled", "-output_ts_offset", str(offset), target,
    )  # fmt: skip
    assert times(read(target, 1)) == [(2000 + round(offset * 1000), 3000 + round(offset * 1000))]


@needs_ffmpeg
def test_reading_begins_where_playback_is_and_misses_nothing(tmp_path: Path) -> None:
    lines = [(second + 0.25, second + 0.75, f"line {second}") for second in range(40)]
    (tmp_path / "a.srt").write_text(samples.srt(lines))
    samples.video(tmp_path / "v.mkv", size=(64, 36), seconds=41)
    target = tmp_path / "long.mkv"
    samples.ffmpeg(
        "-i", tmp_path / "v.mkv", "-i", tmp_path / "a.srt", "-map", "0", "-map", "1", "-c", "copy",
        "-cluster_time_limit", "1000", target,
    )  # fmt: skip
    events = read(target, 1, at=20.0)
    starts = [event.start for event in events]
    # A little earlier, for lines that are on screen then.
    assert 5000 < starts[0] <= 10250
    turn = starts.index(39250) + 1
    assert starts[:turn] == sorted(starts[:turn]) and starts[turn:] == sorted(starts[turn:])
    assert sorted(starts) == [round(start * 1000) for start, _, _ in lines]
    # Whatever was read first: lines are drawn in the order of the file.
    assert [event.start for event in sorted(events, key=lambda event: event.order)] == sorted(starts)


def test_reading_stops_when_asked(clip: Path) -> None:
    abort = threading.Event()
    reader = TextReader(clip, 1, abort)
    events = reader.events()
    next(events)
    abort.set()
    with pytest.raises(ReadAborted):
        list(events)
    reader.close()


def test_a_stopped_file_says_so_once(tmp_path: Path) -> None:
    """PyAV prints what is raised a second time."""
    path, abort = tmp_path / "file", threading.Event()
    path.write_bytes(b"0123456789")
    file = AbortableFile(path, abort)
    assert file.read(4) == b"0123"
    abort.set()
    with pytest.raises(ReadAborted):
        file.read(4)
    assert file.seek(0) == 0 and file.read(4) == b""
    file.close()


CHARSETS = {
    "utf-8": "Ünïcödé 日本語 текст",
    "utf-8-sig": "Ünïcödé 日本語 текст",
    "utf-16": "Ünïcödé 日本語 текст",
    "utf-16-le": "Plain words and 日本語",
    "utf-16-be": "Plain words and 日本語",
    "utf-32": "Ünïcödé 日本語",
    "cp932": "これは字幕のテストです。東京へ行く",
    "euc_jp": "これは字幕のテストです。東京へ行く",
    "gb18030": "这是一个字幕测试。我们今天去北京看朋友",
    "big5": "這是一個字幕測試。我們今天去台北看朋友",
    "cp949": "이것은 자막 테스트입니다. 오늘 우리는 서울에 갑니다",
    "cp1251": "Это проверка субтитров. Сегодня мы едем в Москву",
    "koi8_r": "Это проверка субтитров. Сегодня мы едем в Москву",
    "cp1253": "Αυτό είναι ένα τεστ υποτίτλων",
    "cp1252": "Voilà l'été, Größe, ñandú, où êtes-vous",
}


@pytest.mark.parametrize("encoding", CHARSETS)
def test_files_in_old_encodings(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "a.srt"
    path.write_bytes(samples.srt([(1.0, 2.0, CHARSETS[encoding])]).encode(encoding))
    (event,) = read(path)
    assert text(event) == CHARSETS[encoding]


@pytest.mark.parametrize(
    ("encoding", "language", "words"),
    [
        ("cp1250", "pol", "Zażółć gęślą jaźń"),
        ("cp1254", "tr", "Bugün çok güzel, değil mi? Şimdi"),
        ("cp1256", "ara", "هذا اختبار"),
        ("cp874", "tha", "นี่คือการทดสอบ"),
        ("big5", "zh-TW", "測試"),
        ("cp932", "ja", "字幕"),
    ],
)
def test_the_language_decides_where_looks_do_not(encoding: str, language: str, words: str) -> None:
    assert charset.decode(words.encode(encoding), language)[0] == words


def test_a_damaged_letter_does_not_change_the_encoding() -> None:
    data = ("字幕のテスト" * 1000).encode() + b"\xff" + "終わり".encode()
    found, name = charset.decode(data)
    assert name == "utf-8" and found.count("\ufffd") == 1 and found.endswith("終わり")


@pytest.mark.timeout(60)
@pytest.mark.parametrize("data", [b"", b"\0", b"\xff" * 5000, bytes(range(256)) * 40, os.urandom(20000)])
def test_no_bytes_break_the_detection(data: bytes) -> None:
    assert isinstance(charset.decode(data)[0], str)


def packets(target: Path, events: Sequence[tuple[int, int, bytes]]) -> None:
    """A Matroska file with a SubRip track of exactly these packets: milliseconds, duration (0 = none), bytes."""
    source = target.with_suffix(".srt")
    source.write_text(samples.srt(LINES))
    with av.open(str(source)) as template, av.open(str(target), "w", format="matroska") as container:
        stream = container.add_stream_from_template(template.streams[0])
        for start, duration, data in events:
            packet: av.Packet[Any] = av.Packet(data)
            packet.stream, packet.time_base, packet.pts, packet.dts = stream, Fraction(1, 1000), start, start
            packet.duration = duration
            container.mux(packet)


def test_subrip_inside_a_container_in_an_old_encoding(tmp_path: Path) -> None:
    packets(tmp_path / "old.mks", [(0, 900, "Это проверка".encode("cp1251"))])
    (event,) = read(tmp_path / "old.mks")
    assert text(event) == "Это проверка"


def test_files_beside_a_video(tmp_path: Path) -> None:
    video = tmp_path / "Show - 01 [1080p].mkv"
    names = {
        "Show - 01 [1080p].ass": ("", False),
        "Show - 01 [1080p].en.srt": ("en", False),
        "Show - 01 [1080p].pt-BR.forced.srt": ("pt-br", True),
        "show - 01 [1080p].JA.SUP": ("ja", False),
        "Show - 01 [1080p].idx": ("", False),
    }
    others = ["Show - 02 [1080p].srt", "Show - 01 [1080p].sub", "Show - 01 [1080p].mkv", "Show - 01 [1080p]b.srt", "x"]
    for name in (*names, *others):
        (tmp_path / name).write_text("x")
    found = {file.path.name: (file.language, file.forced) for file in subtitle_files.beside(video)}
    assert found == names
    assert subtitle_files.beside(video)[0].path.suffix == ".ass"


def test_numbers_behind_the_name_belong_to_other_videos(tmp_path: Path) -> None:
    for name in ("Show 1.srt", "Show 10.srt", "Show 1 2.srt", "Show 1.5.srt"):
        (tmp_path / name).write_text("x")
    assert [file.path.name for file in subtitle_files.beside(tmp_path / "Show 1.mkv")] == ["Show 1.srt"]


@needs_ffmpeg
def test_large_fonts_are_left_out_with_a_sentence(clip: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attachments, "MAX_FONT", 400_000)
    fonts, notes = attachments.attached_fonts(clip)
    assert [font.name for font in fonts] == ["DejaVuSansMono.ttf"]
    assert notes == [
        "clip.mkv: the attached font DejaVuSans.ttf is left out because it has 0 MB; its text is drawn in another font"
    ]


@pytest.mark.timeout(120)
def test_damaged_files_have_some_fonts_or_none(clip: Path, tmp_path: Path) -> None:
    whole = clip.read_bytes()
    for cut in (0, 1, 3, 40, 200, 4000, len(whole) // 4):
        broken = tmp_path / "broken.mkv"
        broken.write_bytes(whole[:cut])
        assert len(attachments.attached_fonts(broken)[0]) <= 2
        turned = bytearray(whole)
        turned[cut : cut + 8] = b"\xff" * 8
        broken.write_bytes(turned)
        assert len(attachments.attached_fonts(broken)[0]) <= 2


@pytest.mark.timeout(60)
@pytest.mark.parametrize("name", ["a.srt", "a.ass", "a.vtt", "a.sub", "a.sup", "a.idx", "a.mks"])
@pytest.mark.parametrize("data", [b"", b"\0" * 100, b"no subtitles at all\n" * 20, b"\xff\xfe\xfd" * 999])
def test_what_is_no_subtitle_file_is_said_in_a_sentence(tmp_path: Path, name: str, data: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    try:
        found = media.contents(path, threading.Event())
    except MediaError as error:
        assert name in str(error) and "\n" not in str(error)
    else:
        for stream in found.streams:
            if stream.kind is Kind.TEXT:
                assert read(path, stream.index) == []


def test_events_without_an_end_last_until_the_next(tmp_path: Path) -> None:
    packets(tmp_path / "endless.mks", [(start, 0, b"words") for start in (1000, 2500, 60_000)])
    assert times(read(tmp_path / "endless.mks")) == [(1000, 2500), (2500, 7500), (60_000, 65_000)]


def test_too_many_lines_are_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(media, "MAX_EVENTS", 10)
    path = tmp_path / "many.srt"
    path.write_text(samples.srt([(number, number + 0.5, "x") for number in range(50)]))
    reader = TextReader(path, 0, threading.Event())
    assert len(list(reader.events())) == 10 and reader.cut
    reader.close()


def test_a_huge_text_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subtitle_files, "MAX_TEXT", 100)
    path = tmp_path / "huge.srt"
    path.write_text("x" * 101)
    with pytest.raises(MediaError, match="larger than"):
        read(path)


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match=r"gone\.srt"):
        read(tmp_path / "gone.srt")
