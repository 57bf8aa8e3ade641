"""Shader files that are edited, and chains that find no room, in the view with a real renderer."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from anime4k.errors import GraphicsMemoryError
from anime4k.gl.device import Device
from anime4k.gl.pool import Key, TexturePool
from anime4k.hooks.decl import ShaderFile
from anime4k.hooks.parse import parse_file, parse_text
from anime4k.media.frame import Frame
from anime4k.pipeline.helper import Helper
from anime4k.player.picture.edits import FileWatch
from anime4k.player.picture.view import View
from anime4k.player.reflection import Reflection
from anime4k.player.report import Reporter
from anime4k.player.state import FileView
from tests.player.fakes import session_on_fakes
from tests.player.viewing import BLUR, BROKEN, FILES, INVERT, RED, SIZE, Bench, Picture, frame, fresh
from tests.player.viewing import bench as bench
from tests.player.viewing import device as device
from tests.player.viewing import helper as helper


def listed(of: View) -> FileView:
    """The only file of the chain as the interface shows it."""
    window = SimpleNamespace(fullscreen=False, framebuffer_size=SIZE)
    session = session_on_fakes(window, of, ["film.mkv"], Reporter(print, print))
    (file,) = Reflection(session).state().chain.files
    return file


def test_an_edited_file_takes_over_and_a_broken_one_leaves_the_last_good_one(
    device: Device, helper: Helper, bench: Callable[..., Bench], tmp_path: Path
) -> None:
    path = tmp_path / "edited.glsl"
    watch = FileWatch(3600.0)  # the test says when it looks
    made = bench(helper, watch=watch)

    def edit(written: str) -> Picture:
        path.write_text(written)
        os.utime(path, ns=(0, len(stamps)))
        stamps.append(written)
        watch.look()
        made.settle()
        return made.shown(frame(len(stamps)))

    def wanted(written: str) -> Picture:
        size = made.screen.framebuffer_size
        return fresh(device, (parse_text(written, str(path)),), frame(len(stamps)), size)

    stamps: list[str] = []
    path.write_text(INVERT)
    made.selection.set_files((parse_file(path),))
    made.view.draw(frame(0))
    made.settle()
    assert np.array_equal(edit(RED), wanted(RED)) and not made.view.chains.complaints
    for broken, place in ((BROKEN, f"{path}:4: "), ("//!HOOK MAIN\n//!WIDTH 1 +\n", f"{path}:2: ")):
        assert np.array_equal(edit(broken), wanted(RED))
        assert place in made.view.chains.edits.faults[str(path)]
        assert [made.view.chains.edits.faults[str(path)] in said for said in made.view.chains.complaints] == [True]
        assert place in listed(made.view).problem
        made.view.chains.complaints.clear()
        # What is selected meanwhile draws with the last good contents too.
        made.resize(192 if broken is BROKEN else 128, 144 if broken is BROKEN else 96)
        made.settle()
        assert np.array_equal(made.shown(frame(len(stamps))), wanted(RED))
    assert np.array_equal(edit(BLUR), wanted(BLUR))
    assert not made.view.chains.edits.faults and not made.view.chains.complaints
    assert listed(made.view).problem == ""
    edit(BROKEN)
    assert made.view.chains.complaints
    edit(INVERT)  # mended before anybody was told
    assert not made.view.chains.complaints and not made.view.chains.edits.faults


def test_the_watch_sees_changes_of_the_files_it_was_given(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    one.write_text("1")
    other.write_text("1")
    watch = FileWatch(0.01)
    try:
        watch.watch([str(one), str(tmp_path / "none")])
        other.write_text("changed")
        new = tmp_path / "new"
        new.write_text("another file takes its place")
        new.replace(one)
        end, seen = time.monotonic() + 30.0, []
        while not seen and time.monotonic() < end:
            seen = watch.take()
        assert seen == [str(one)] and watch.take() == []
    finally:
        watch.close()


def test_a_chain_that_finds_no_room_beside_the_old_one_takes_its_room(
    device: Device, bench: Callable[..., Bench], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = bench()
    made.selection.choose("invert")
    made.view.draw(frame(0))
    made.settle()
    made.view.draw(frame(1))
    pool = made.renderer.executor.stock.pool
    room, take = pool.made + 2, TexturePool.take

    def cramped(self: TexturePool, key: Key) -> Any:
        if self.made >= room:
            self.drain()
        if self.made >= room:
            raise GraphicsMemoryError("the graphics memory has no room")
        return take(self, key)

    monkeypatch.setattr(TexturePool, "take", cramped)
    made.choose("red")
    shown = set()
    for number in range(2, 200):
        made.view.work(0.0)
        seen = made.shown(frame(number))
        shown.add(next(name for name in ("invert", "none", "red")
                       if np.array_equal(seen, fresh_once(device, FILES[name], frame(number)))))  # fmt: skip
        if made.view.preparing is None:
            break
    assert shown >= {"invert", "red"} and np.array_equal(seen, fresh_once(device, FILES["red"], frame(number)))
    assert not made.view.chains.complaints and made.view.active is not None and made.view.active.shaders == FILES["red"]


def fresh_once(device: Device, files: tuple[ShaderFile, ...], of: Frame) -> Picture:
    """`fresh`, with all the room there is."""
    take = TexturePool.take
    TexturePool.take = TAKE  # type: ignore[method-assign]
    try:
        return fresh(device, files, of)
    finally:
        TexturePool.take = take  # type: ignore[method-assign]


TAKE = TexturePool.take
