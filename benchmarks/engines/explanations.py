"""Why a picture may differ from a peer's: named reasons, each with an experiment that must confirm it.

An experiment repeats the comparison with one thing changed, namely the one that the reason blames. If the
reason is right the pictures agree then; if they do not, the reason does not count.
"""

from __future__ import annotations

import enum
import fnmatch
from dataclasses import dataclass

from .source import Chroma


class Kind(enum.Enum):
    """What sort of reason it is."""

    DECISION = "decision of the shader language"
    DRIVER = "limit of the software driver"
    PEER = "limit of the peer"


@dataclass(frozen=True)
class Experiment:
    """What is changed in the comparison.

    Attributes:
        says: the change in words.
        source: another source size, at the same factor.
        chroma: other chroma planes.
        float32: 32-bit floats between all passes, in ours and in mpv.
        shift: whole pixels by which our picture is moved, right and down, before it is compared.
        peer: another peer than the one in question.
    """

    says: str
    source: tuple[int, int] | None = None
    chroma: Chroma = Chroma.LEFT
    float32: bool = False
    shift: int = 0
    peer: str | None = None


@dataclass(frozen=True)
class Explanation:
    """A named reason.

    Attributes:
        number: by which the table refers to it.
        kind: what sort of reason.
        names: pattern of the cases it may apply to.
        peers: the peers it may apply to.
        text: the reason.
        experiment: what must make the difference go away.
        decision: its number in docs/user-shaders.md, for a decision of the shader language.
    """

    number: int
    kind: Kind
    names: str
    peers: tuple[str, ...]
    text: str
    experiment: Experiment
    decision: int | None = None


_BOTH = ("mpv", "libplacebo")

EXPLANATIONS = (
    Explanation(
        1, Kind.DRIVER, "KrigBilateral*", _BOTH,
        "Doubling chroma that is sited left puts every second column exactly half way between two chroma samples, "
        "and the shader calls round() on that position. Rounding errors of the driver decide the column's side; the "
        "peers differ from each other in the same columns. Our positions are computed as pixel centre / size.",
        Experiment("chroma sited in the centre, where no position is a tie", chroma=Chroma.CENTRE, peer="libplacebo"),
    ),
    Explanation(
        2, Kind.DECISION, "noise_static_*", _BOTH,
        "The noise is a hash of the pixel's position: the last bit of the position decides the value. We compute "
        "positions as pixel centre / size, the peers let the driver interpolate them between the corners.",
        Experiment("a colourless source of 128x64, where both ways give the same bits", (128, 64), Chroma.FLAT),
        decision=36,
    ),
    Explanation(
        3, Kind.DECISION, "nnedi3* at x2", ("mpv",),
        "The shader displaces the picture by half a pixel and says so with OFFSET. At exactly twice the size nothing "
        "is scaled that could put it back: mpv moves the picture by a whole pixel, which leaves it half a pixel off "
        "on the other side; we, like libplacebo, leave it in place. Off the exact factor all is well.",
        Experiment("our picture moved by the one pixel", shift=1),
        decision=18,
    ),
    Explanation(
        4, Kind.PEER, "nnedi3*", ("libplacebo",),
        "libplacebo 4.208 heeds only the OFFSET of the last pass, so with one pass per axis the colours end up half a "
        "pixel off the luma in one direction; and at x3 it does not undo the displacement when it scales. "
        "mpv and we keep both.",
        Experiment("mpv as the peer", peer="mpv"),
    ),
    Explanation(
        5, Kind.PEER, "nnedi3* at x2", ("libplacebo",),
        "libplacebo 4.208 heeds only the OFFSET of the last pass: with one pass per axis the colours end up half a "
        "pixel off the luma in one direction. We keep both.",
        Experiment("a source without colours", chroma=Chroma.FLAT),
    ),
    Explanation(
        6, Kind.DECISION, "*", _BOTH,
        "The shader chooses between colours or directions by comparing values that come out of half-float textures: "
        "the last bit of a half float decides between near-equal candidates. How it is rounded is up to the driver, "
        "and we keep 32-bit floats between our own stages where mpv and libplacebo keep 16. mpv itself, switched to "
        "32-bit textures, differs from its own 16-bit picture by as much.",
        Experiment("32-bit floats between all passes, in ours and in mpv", float32=True, peer="mpv"),
        decision=37,
    ),
)  # fmt: skip


def candidates(name: str, peer: str) -> list[Explanation]:
    """The reasons that may apply to a case and a peer, the most specific first."""
    return [e for e in EXPLANATIONS if peer in e.peers and fnmatch.fnmatchcase(name, e.names)]


@dataclass(frozen=True)
class PeerFailure:
    """Why a peer cannot show a shader at all: a piece of its message, and the reason in words."""

    message: str
    text: str


PEER_FAILURES = (
    PeerFailure(
        "insufficient contiguous locations",
        "mpv hands every bound texture's coordinates through a vertex attribute; the last pass binds more textures "
        "than the driver's 16 attributes allow.",
    ),
    PeerFailure("copy_image", "mpv 0.35 aborts: an assertion in its merging of planes (copy_image) fails."),
)
