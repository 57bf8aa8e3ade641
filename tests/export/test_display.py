"""The display without a screen on which an installed mpv is tried."""

from __future__ import annotations

import shutil

import pytest
from Xlib import Xatom
from Xlib.display import Display

from anime4k.export.display import private_display


@pytest.mark.timeout(60)
def test_it_stays_as_it_is_when_the_last_program_leaves() -> None:
    """A server that resets then refuses whoever comes in that moment."""
    if shutil.which("Xvfb") is None:
        pytest.skip("Xvfb is not installed")
    with private_display("64x64") as name:
        for number in range(3):
            program = Display(name)
            root, mark = program.screen().root, program.intern_atom("A4K_MARK")
            found = root.get_full_property(mark, Xatom.CARDINAL)
            assert (list(found.value) if found else []) == list(range(number))
            root.change_property(mark, Xatom.CARDINAL, 32, list(range(number + 1)))
            program.sync()
            program.close()
