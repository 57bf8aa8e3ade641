"""Third-party shaders through us, mpv and libplacebo: the pictures agree, or a confirmed reason says why not.

This is the representative third; `python benchmarks/compatibility.py` runs the whole table.
"""

from __future__ import annotations

import math
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "benchmarks"))

from engines import cases, libplacebo, picture

if TYPE_CHECKING:
    from engines.table import Bench

QUICK = [cases.case_of(name) for name in cases.QUICK] + [case for case in cases.EXTRA if case.quick]


@pytest.mark.timeout(600)
@pytest.mark.parametrize("case", QUICK, ids=lambda case: case.name)
def test_picture_agrees_with_a_peer(bench: Bench, case: cases.Case) -> None:
    row = bench.row(case)
    assert row.disabled == ()
    assert row.passes, "nothing ran"
    best = row.best
    assert best.agreement is not None, [comparison.failure for comparison in row.comparisons]
    assert row.agrees or row.explained, f"{best.psnr:.1f} dB, largest {best.agreement.largest} against {best.peer}"
    assert best.effect is not None and not math.isinf(best.effect.psnr), "the file did nothing in the peer"
    if row.agrees:
        # The pictures with the file are closer to each other than the file's own effect is large.
        assert best.psnr > best.effect.psnr + 3.0
    for comparison in row.comparisons:
        if comparison.passes is not None:
            assert comparison.passes == len(row.passes)


def test_every_file_of_the_pack_has_a_case(bench: Bench) -> None:
    from anime4k.quality import wheels

    families = {cases.case_of(name).family for name in wheels.shaders()}
    assert len(wheels.shaders()) >= 57
    assert len(families) == 10 or len(families) == 11


def test_psnr_of_a_known_difference() -> None:
    first = np.zeros((4, 4, 3), np.uint8)
    second = first.copy()
    second[0, 0, 0] = 48
    found = picture.compare(first, second)
    # One sample of 48 off by 48: the mean square is 48.
    assert found.psnr == pytest.approx(10.0 * math.log10(255.0**2 / 48.0))
    assert found.largest == 48
    assert math.isinf(picture.compare(first, first).psnr)


def test_save_main_is_removed_for_libplacebo_and_nothing_else() -> None:
    text = b"//!HOOK MAIN\n//!SAVE MAIN\n//!SAVE MAIN2\n//!DESC x\nvec4 hook() { return vec4(1.0); }\n"
    expected = b"//!HOOK MAIN\n//!SAVE MAIN2\n//!DESC x\nvec4 hook() { return vec4(1.0); }\n"
    assert libplacebo.adapted(text) == expected


def test_parameters_are_removed_for_libplacebo_and_nothing_else() -> None:
    param = b"//!PARAM strength\n//!DESC how much\n//!TYPE DEFINE\n//!MINIMUM 0\n50\n"
    first, second = b"//!HOOK MAIN\nvec4 hook() { return vec4(1.0); }\n", b"//!HOOK OUTPUT\nvec4 hook() {}\n"
    assert libplacebo.adapted(first + param + param) == first
    assert libplacebo.adapted(first + param + second + param) == first + second
