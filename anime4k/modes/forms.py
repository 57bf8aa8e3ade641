"""Which of the two forms of a network draws: what decides that, as plain data. No files, no OpenGL.

A measurement holds for one driver, for the text of both files and for a class of picture sizes. Neither form wins
everywhere: fragment passes are rewritten and drawn together, compute passes read every texel once, and what that comes
to depends on caches, compilers and the number of processors. So nothing here knows the name of any device.
"""

from __future__ import annotations

import hashlib
import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from anime4k.hooks.form import Form

HOW = "'anime4k bench --forms' measures"
"""What to do where nothing is known, as a clause."""
NEAR = 2
"""Classes of size by which a measurement may be off: it speaks for a quarter to four times its pixels."""
FLOOR = 0.02
"""Least gain that counts, as a share of the time: less is a matter of chance between two runs."""


class Named(Protocol):
    """What says of itself what it is, as an OpenGL context does."""

    @property
    def vendor(self) -> str:
        """Who made it."""

    @property
    def renderer(self) -> str:
        """The device."""

    @property
    def version(self) -> str:
        """Of OpenGL and of the driver."""


@dataclass(frozen=True)
class Driver:
    """What draws: the three texts by which OpenGL names it. Another version is another driver.

    Attributes:
        vendor: who made it.
        renderer: the device, with the compiler on some.
        version: of OpenGL and of the driver.
    """

    vendor: str
    renderer: str
    version: str

    @classmethod
    def of(cls, named: Named) -> Driver:
        """The driver of a context."""
        return cls(named.vendor, named.renderer, named.version)


@dataclass(frozen=True)
class Race:
    """Both forms of a network, timed in turns.

    Attributes:
        fragment_ms: median time of a frame with fragment passes.
        compute_ms: median time of a frame with compute passes.
        gain: share of the time that compute passes save, the median of all pairs of turns; below 0 they cost more.
        spread: how far the gain differs between turns: the range of their middle half.
    """

    fragment_ms: float
    compute_ms: float
    gain: float
    spread: float

    @property
    def winner(self) -> Form:
        """The form to take: compute passes only when they save more than the spread."""
        return Form.COMPUTE if self.gain > max(self.spread, FLOOR) else Form.FRAGMENT

    @property
    def text(self) -> str:
        """How they compare, a clause."""
        text = f"compute passes take {1.0 - self.gain:.2f} of the time of fragment passes"
        sure = abs(self.gain) > max(self.spread, FLOOR)
        return text if sure else f"{text}, which is not sure to within {max(self.spread, FLOOR):.2f}"


@dataclass(frozen=True)
class Known:
    """A race that was run on some machine.

    Attributes:
        name: of the network, as in the pack.
        driver: what drew.
        files: `files_digest` of both forms.
        size: (width, height) of the picture that went in.
        race: the outcome.
    """

    name: str
    driver: Driver
    files: str
    size: tuple[int, int]
    race: Race

    @property
    def pixels(self) -> int:
        """Pixels of the picture that went in."""
        return self.size[0] * self.size[1]

    @property
    def key(self) -> tuple[Driver, str, int]:
        """What it speaks for; of two with the same key the newer one counts."""
        return self.driver, self.files, size_class(self.pixels)


@dataclass(frozen=True)
class Choice:
    """Which form of a network is drawn.

    Attributes:
        name: of the network, as in the pack.
        form: fragment or compute.
        reason: why, a clause.
    """

    name: str
    form: Form
    reason: str

    @property
    def text(self) -> str:
        """For people."""
        return f"{self.name} as {self.form.value} passes: {self.reason}"


def size_class(pixels: int) -> int:
    """The power of two that is nearest to a number of pixels.

    Sizes matter, since a small picture costs mostly what starting its passes costs, and a large one what they compute
    and how much of it stays in caches; within a factor of two that hardly changes.
    """
    return round(math.log2(max(1, pixels)))


def files_digest(fragment: bytes, compute: bytes) -> str:
    """What stands for the text of both forms."""
    digest = hashlib.sha256(len(fragment).to_bytes(8, "little"))
    digest.update(fragment)
    digest.update(compute)
    return digest.hexdigest()[:32]


def judged(fragment_s: Sequence[float], compute_s: Sequence[float]) -> Race:
    """The outcome of turns.

    Each turn of one form is held against the turn of the other beside it, so what changes slowly meanwhile (clocks,
    other programs) does not count.

    Args:
        fragment_s: seconds a frame, of each turn, greater than 0; at least two of them.
        compute_s: the turns of the other form, as many.
    """
    gains = [1.0 - compute / fragment for fragment, compute in zip(fragment_s, compute_s, strict=True)]
    low, _, high = statistics.quantiles(gains, n=4, method="inclusive")
    return Race(
        fragment_ms=1e3 * statistics.median(fragment_s),
        compute_ms=1e3 * statistics.median(compute_s),
        gain=statistics.median(gains),
        spread=high - low,
    )


def choose(name: str, asked: Form, known: Known | None, *, compute: bool) -> Choice:
    """Which form of a network to draw.

    Args:
        name: of the network.
        asked: what the user wants.
        known: what was measured of it here, None = nothing.
        compute: whether the device has compute shaders.
    """
    if not compute:
        return Choice(name, Form.FRAGMENT, "there are no compute shaders here")
    if asked is not Form.AUTO:
        return Choice(name, asked, "as --form says")
    if known is None:
        return Choice(name, Form.FRAGMENT, f"nothing is known of this machine; {HOW}")
    width, height = known.size
    return Choice(name, known.race.winner, f"measured here, {width}x{height}: {known.race.text}")
