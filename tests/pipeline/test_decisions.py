"""Numbered decisions of docs/user-shaders.md that no other test shows."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.pipeline.support import Bench, float_rgb, shade

MakeBench = Callable[..., Bench]


# 19
def test_offsets_scale_with_the_rounded_size(bench: MakeBench) -> None:
    """A second pass asks for 2.45 times 10 columns, gets 25, and its ratio is 2.5."""
    text = shade("HOOKED_tex(HOOKED_pos)", "OFFSET 2 0")
    text += shade("HOOKED_tex(HOOKED_pos)", "WIDTH HOOKED.w 2.45 *")
    text += shade("vec4(HOOKED_off, HOOKED_size)", "SAVE X", desc="seen")
    assert bench(float_rgb(10, 4), text).draw().pixel("seen") == pytest.approx([5.0, 0.0, 25.0, 4.0])
