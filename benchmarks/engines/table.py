"""The comparison itself: every case through us and the peers, each difference with its confirmed reason."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from anime4k.gl.device import Device
from anime4k.hooks.parse import parse_file

from . import libplacebo, mpv, ours, source
from .cases import OVERSHOOT, Case
from .explanations import PEER_FAILURES, Experiment, Explanation, candidates
from .mpv import PeerError
from .noop import noop_for
from .picture import Agreement, Picture, compare

THRESHOLD_DB = 50.0
"""From here on two pictures count as the same."""

SUSPICIOUS_CODES = 8
"""A larger difference of any sample wants a reason even where the pictures count as the same."""

GAIN_DB = 6.0
"""By how much at least an experiment must bring the pictures closer."""

PEERS = (mpv.NAME, libplacebo.NAME)


@dataclass(frozen=True)
class Confirmed:
    """A reason and the agreement of its experiment."""

    explanation: Explanation
    agreement: Agreement


@dataclass(frozen=True)
class Comparison:
    """Our picture against one peer's.

    Attributes:
        peer: name of the peer.
        agreement: how close we are, None when the peer made no picture.
        effect: how far the shader moved the peer's picture from the one without it.
        failure: why there is no picture.
        passes: passes the peer ran, None when it does not tell.
        reason: the confirmed reason of a low agreement or a large difference.
    """

    peer: str
    agreement: Agreement | None
    effect: Agreement | None = None
    failure: str = ""
    passes: int | None = None
    reason: Confirmed | None = None

    @property
    def psnr(self) -> float:
        """The agreement in dB, -1 without one."""
        return -1.0 if self.agreement is None else self.agreement.psnr


@dataclass(frozen=True)
class Row:
    """One case.

    Attributes:
        case: what was compared.
        passes: passes that ran in ours.
        skipped: passes that did not, with their reasons.
        disabled: messages of files that were switched off in ours.
        comparisons: one per peer.
        float32: agreement with mpv when both keep 32-bit floats between passes, None when it was not asked for.
        seconds: wall time of ours.
    """

    case: Case
    passes: tuple[str, ...]
    skipped: tuple[tuple[str, str], ...]
    disabled: tuple[str, ...]
    comparisons: tuple[Comparison, ...]
    float32: Agreement | None
    seconds: float

    @property
    def best(self) -> Comparison:
        """The closest peer."""
        return max(self.comparisons, key=lambda comparison: comparison.psnr)

    @property
    def agrees(self) -> bool:
        """Whether a peer shows the same picture."""
        return self.best.psnr >= THRESHOLD_DB

    @property
    def explained(self) -> bool:
        """Whether the closest peer's difference has a confirmed reason."""
        return not self.agrees and self.best.reason is not None


class Bench:
    """Everything a comparison needs.

    Args:
        device: our device.
        display: X display for mpv.
        shaders: file name -> path.
        float32: also compare with mpv at 32-bit precision.
    """

    def __init__(self, device: Device, display: str, shaders: Mapping[str, Path], *, float32: bool = False) -> None:
        self._float32 = float32
        self.device = device
        self.display = display
        self._shaders = {**shaders, OVERSHOOT: Path(__file__).with_name(OVERSHOOT)}

    def row(self, case: Case) -> Row:
        """Compare one case with every peer."""
        chain = [self._shaders[name] for name in case.chain]
        clip = source.make(*case.source)
        rendering = ours.render(self.device, clip, case.size, chain)
        # The noop takes the place of the file under test, or of a whole chain.
        plain = [noop_for(parse_file(chain[0])), *(chain[1:] if case.name == case.chain[0] else ())]
        comparisons = []
        for peer in PEERS:
            try:
                theirs = self._peer(peer, clip, case.size, chain, case.limit)
                effect = compare(theirs.pixels, self._peer(peer, clip, case.size, plain, case.limit).pixels)
            except PeerError as error:
                comparisons.append(Comparison(peer, None, failure=_known_failure(str(error))))
                continue
            agreement = compare(rendering.picture.pixels, theirs.pixels)
            count = None if theirs.passes is None else len(theirs.passes)
            wanted = agreement.psnr < THRESHOLD_DB or agreement.largest > SUSPICIOUS_CODES
            reason = self._reason(case, peer, chain, agreement) if wanted else None
            comparisons.append(Comparison(peer, agreement, effect, "", count, reason))
        picture = rendering.picture
        return Row(
            case,
            picture.passes or (),
            rendering.skipped,
            rendering.disabled,
            tuple(comparisons),
            self._at_float32(case, chain) if self._float32 else None,
            picture.seconds,
        )

    def _at_float32(self, case: Case, chain: Sequence[Path]) -> Agreement | None:
        try:
            return self._try(case, mpv.NAME, chain, Experiment("", float32=True))
        except PeerError:
            return None

    def rows(self, cases: Sequence[Case]) -> Iterator[Row]:
        """Compare all cases, one after the other."""
        return (self.row(case) for case in cases)

    def _peer(
        self,
        peer: str,
        clip: source.Source,
        size: tuple[int, int],
        chain: Sequence[Path],
        limit: float,
        float32: bool = False,
    ) -> Picture:
        if peer == mpv.NAME:
            return mpv.render(clip, size, chain, self.display, limit, float32=float32)
        return libplacebo.render(clip, size, chain, limit)

    def _reason(self, case: Case, peer: str, chain: Sequence[Path], before: Agreement) -> Confirmed | None:
        for explanation in candidates(case.name, peer):
            try:
                agreement = self._try(case, peer, chain, explanation.experiment)
            except PeerError:
                continue
            if agreement.psnr >= max(THRESHOLD_DB, before.psnr + GAIN_DB):
                return Confirmed(explanation, agreement)
        return None

    def _try(self, case: Case, peer: str, chain: Sequence[Path], experiment: Experiment) -> Agreement:
        width, height = experiment.source or case.source
        factor_x, factor_y = case.size[0] / case.source[0], case.size[1] / case.source[1]
        changed = replace(case, source=(width, height), size=(round(width * factor_x), round(height * factor_y)))
        clip = source.make(width, height, experiment.chroma)
        settings = replace(ours.PLAIN, float32=experiment.float32)
        mine = ours.render(self.device, clip, changed.size, chain, settings).picture.pixels
        other = experiment.peer or peer
        theirs = self._peer(other, clip, changed.size, chain, case.limit, experiment.float32).pixels
        if experiment.shift:
            step = experiment.shift
            mine, theirs = mine[:-step, :-step], theirs[step:, step:]
        return compare(mine, theirs)


def _known_failure(message: str) -> str:
    for failure in PEER_FAILURES:
        if failure.message in message:
            return failure.text
    return message
