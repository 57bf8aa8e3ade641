"""The page: promises, tables, pictures, and how all of it came about."""

from __future__ import annotations

import platform
from collections.abc import Sequence
from dataclasses import dataclass

from anime4k.quality.free_set import RELATED
from anime4k.quality.wheels import SHADER_WHEEL

from .checks import Check
from .tables import Table, markdown


@dataclass(frozen=True)
class Picture:
    """A contact sheet beside the page."""

    file: str
    caption: str


@dataclass(frozen=True)
class Facts:
    """What the page says about the run.

    Attributes:
        command: the command line that writes the page.
        date: of the run.
        renderer: what drew.
        pictures: the test pictures in words.
    """

    command: str
    date: str
    renderer: str
    pictures: str


def write(
    facts: Facts, checks: Sequence[Check], tables: Sequence[Table], pictures: Sequence[Picture], failures: Sequence[str]
) -> str:
    """The page's text."""
    held = sum(check.holds for check in checks)
    lines = [
        "# Quality",
        "",
        f"This page is written by `{facts.command}`; do not edit it. It was last written on {facts.date}, on "
        f"{platform.machine()} with {facts.renderer}.",
        "",
        f"* Pictures: {facts.pictures}. `benchmarks/free_set.py` composes them from art in Debian packages. The "
        f"pack was not tuned on them, but `{RELATED}` is closely related to two pictures that it was tuned on: other "
        "versions of the same drawing, with half of their pixels equal. So means and promises about fidelity are also "
        f"given without {RELATED}. (`a4k-upscale-edge` and its `-fast` form were fitted without any version of it.)",
        f"* Rows named *Anime4K* are third-party files (PyPI wheel `{SHADER_WHEEL}`, fetched at run time), drawn by "
        "the same renderer; rows named *a4k* are the files of the pack, with their default parameters unless the row "
        "says more.",
        "* Scaling under the files is bilinear unless the row says lanczos, in gamma light, without sigmoid, "
        "anti-aliasing or dither; results are rounded to 8 bits.",
        "* PSNR is that of the unrounded BT.601 luma of the 8-bit RGB codes over the whole picture, peak 255. SSIM: "
        "11x11 Gaussian window of sigma 1.5 on the same luma. Gradient PSNR: the same as PSNR for the differences of "
        "neighbouring pixels in both directions.",
        "",
        f"**{held} of {len(checks)} promises hold.**",
        "",
        "| Promise | Measured | |",
        "|---|---:|---|",
        *(f"| {check.claim} | {check.figure} | {'holds' if check.holds else '**fails**'} |" for check in checks),
        "",
    ]
    for table in tables:
        lines += [markdown(table)]
    if pictures:
        lines += ["## Pictures", "", "Parts of the pictures, most of them three times as large.", ""]
        for picture in pictures:
            lines += [picture.caption, "", f"![{picture.caption}]({picture.file})", ""]
    if failures:
        lines += ["## Rows that are missing", "", *(f"* {failure}" for failure in failures), ""]
    return "\n".join(lines).rstrip() + "\n"
