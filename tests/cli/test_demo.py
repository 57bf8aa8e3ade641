"""The demo without a display."""

from __future__ import annotations

import math
import re
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from PIL import Image

from anime4k.cli.demo import PICTURE_NAME, compare
from tests.conftest import RunCli


def test_play_demo_writes_a_picture_and_prints_stages(run_cli: RunCli, tmp_path: Path, demo_clip: Path) -> None:
    result = run_cli("play", "--demo", "--size", "1280x720")
    assert result.returncode == 0, result.stderr
    out = result.stdout
    assert "640x360 to 1280x720" in out and PICTURE_NAME in out
    rows = re.findall(r"^  (\S.*?) +([\d.]+) ms", out, re.MULTILINE)
    names = [name for name, _ in rows]
    assert names[0:2] == ["decode", "upload"] and names[-2:] == ["readback", "a frame"]
    assert any(name.startswith("a4k-upscale-") for name in names)
    assert abs(sum(float(ms) for _, ms in rows[:-1]) - float(rows[-1][1])) < 0.1
    picture = np.asarray(Image.open(tmp_path / PICTURE_NAME).convert("RGB")).astype(float)
    assert picture.shape == (2 * 720 + 4, 2 * 1280 + 4, 3)
    before, after = picture[:720, :1280], picture[:720, -1280:]
    # The plain side is the clip's own picture, as another program decodes and enlarges it.
    with av.open(str(demo_clip)) as container:
        frames = container.decode(video=0)
        frame = next(frame for frame in frames if frame.time is not None and frame.time + 1001 / 24000 > 5.0)
        plain = frame.to_image().resize((1280, 720), Image.Resampling.BILINEAR)
    difference = np.abs(before - np.asarray(plain).astype(float))
    assert difference.mean() < 1.5
    # The other side is sharper: its steps from pixel to pixel are larger where there are edges.
    steps = [np.sort(np.abs(np.diff(side.mean(2), axis=1)).ravel())[-20000:].mean() for side in (before, after)]
    assert steps[1] > 1.2 * steps[0]


def test_compare_puts_both_beside_each_other_and_enlarges_below() -> None:
    before = np.zeros((90, 120, 3), np.uint8)
    after = np.full((90, 120, 3), 200, np.uint8)
    after[39, 53] = 77  # the centre of the enlarged part
    joined = compare(before, after)
    assert joined.shape == (184, 244, 3)
    assert (joined[:90, :120] == before).all() and (joined[:90, 124:] == after).all()
    assert (joined[:, 120:124] == 255).all() and (joined[90:94] == 255).all()
    below = joined[94:, 124:]
    assert (below == 77).all(axis=2).sum() == 9


def test_the_clip_is_what_its_generator_promises(demo_clip: Path) -> None:
    assert demo_clip.stat().st_size < 1_000_000
    with av.open(str(demo_clip)) as container:
        kinds = [(stream.type, stream.codec_context.name) for stream in container.streams]
        assert [kind for kind, _ in kinds] == ["video", "audio", "subtitle"]
        assert kinds[2][1] in ("ass", "ssa")
        times = [frame.pts * (frame.time_base or 0) for frame in container.decode(video=0) if frame.pts is not None]
    # Matroska stores whole milliseconds, halves rounded up.
    exact = [number * Fraction(1001, 24000) for number in range(192)]
    assert times == [Fraction(math.floor(time * 1000 + Fraction(1, 2)), 1000) for time in exact]
    with av.open(str(demo_clip)) as container:
        text = b"".join(bytes(packet) for packet in container.demux(subtitles=0)).decode()
        assert "Evening" in text and r"{\i1}The wind" in text
    with av.open(str(demo_clip)) as container:
        samples = np.concatenate([frame.to_ndarray().ravel() for frame in container.decode(audio=0)])
        assert samples.size == 2 * round(192 * 1001 / 24000 * 32000)
        assert np.abs(samples.astype(float)).max() > 3000
