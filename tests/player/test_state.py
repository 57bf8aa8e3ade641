"""The state in words."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from fractions import Fraction

import numpy as np

from anime4k.gl.counts import Counts as Objects
from anime4k.media.format import PIXEL_LAYOUTS, SourceFormat
from anime4k.media.frame import Frame
from anime4k.player.report import StatusLines
from anime4k.player.state import ChainState, Counts, PlayerState, chain_text, shorten, title

STATE = PlayerState(
    file="/films/night sky.mkv",
    position=62.9,
    duration=3700.0,
    source=(640, 360),
    output=(1280, 720),
    chain=ChainState(mode="a", run=9),
)


def test_title_of_plain_playback() -> None:
    assert title(STATE) == "night sky.mkv | 1:02 / 1:01:40 | mode a: 9 of 9 passes run | 640x360 to 1280x720"


def test_title_of_everything_at_once() -> None:
    state = replace(
        STATE,
        index=1,
        count=3,
        paused=True,
        speed=1.21,
        loop=True,
        duration=None,
        counts=Counts(shown=5, dropped=2),
        chain=ChainState(
            mode="custom", run=1,
            skipped=(("x", "too small"), ("y", "no texture"), ("z", "too small")),
            disabled=(("bad.glsl", "bad.glsl:1: syntax"),),
        ),
    )
    assert title(state) == (
        "night sky.mkv (2/3) | 1:02 / ? | mode custom: 1 of 4 passes run, 3 skipped: too small, 1 broken: bad.glsl | "
        "640x360 to 1280x720 | 2 dropped | speed 1.21 | repeating | paused"
    )


def test_chain_without_shaders_and_with_shaders_switched_off() -> None:
    assert chain_text(ChainState(mode="off")) == "mode off: no shaders"
    assert chain_text(ChainState(mode="off", run=2)) == "mode off + files: 2 of 2 passes run"
    assert chain_text(ChainState(mode="a", run=0, enabled=False)) == "mode a: shaders off"


def test_long_reasons_keep_their_telling_end() -> None:
    reason = "WHEN OUTPUT.w MAIN.w > is false (OUTPUT.w = 640, MAIN.w = 640; the output is 1.00x the picture here)"
    assert shorten(reason) == "the output is 1.00x the picture here"
    assert shorten("no image (see file)") == "no image (see file)"
    assert len(shorten("word " * 100)) <= 80 and shorten("word " * 100).endswith("...")
    assert chain_text(ChainState(skipped=(("x", reason),))) == f"mode off: 0 of 1 passes run, 1 skipped: {reason}"


def test_status_lines_hold_exact_times_and_say_each_state_once() -> None:
    stream = io.StringIO()
    lines = StatusLines(stream)
    layout = PIXEL_LAYOUTS["gray"]
    source = SourceFormat(2, 2, layout.model, layout.planes)
    frame = Frame((np.zeros((2, 2), np.uint8),), source, 1001, Fraction(1, 24000))
    lines.state(STATE)
    lines.frame(frame, STATE)
    lines.state(replace(STATE, position=63.0, counts=Counts(shown=1)))
    lines.state(replace(STATE, paused=True))
    for number in (3, 3, 4):
        lines.resources(Objects(textures=number))
    lines.end(STATE, "quit")
    seen = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert [line["event"] for line in seen] == ["state", "frame", "state", "resources", "resources", "end"]
    assert (seen[1]["pts"], seen[1]["time_base"]) == (1001, "1/24000")
    assert seen[2]["paused"] is True
    assert seen[4]["resources"] == {"textures": 4, "programs": 0, "framebuffers": 0, "buffers": 0}
    assert seen[5]["reason"] == "quit"
