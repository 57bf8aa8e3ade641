"""What the player is doing, read from its parts: the state for the title, the interface and the status lines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from anime4k.media.audio import AudioTrack
from anime4k.player.interface.figures import Figures, figures_of
from anime4k.player.pace.verdict import Verdict, verdict
from anime4k.player.picture.chain_files import file_views
from anime4k.player.picture.comparison import Compare
from anime4k.player.picture.tuning import DEBAND
from anime4k.player.report import statistics_text
from anime4k.player.session import Session
from anime4k.player.state import (
    ChainState,
    CompareView,
    PictureView,
    PlayerState,
    Preparing,
    SoundView,
    SubtitlesView,
    TrackView,
    chain_state,
)
from anime4k.subtitles.service import Override
from anime4k.subtitles.tracks import SubtitleTrack


class Reflection:
    """Reads a session.

    Args:
        session: the parts, and what the user has set.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._chain: tuple[tuple[object, ...], ChainState] | None = None
        self._tracks: tuple[tuple[object, ...], tuple[TrackView, ...], tuple[TrackView, ...]] | None = None

    def state(self) -> PlayerState:
        """The state now; asked at every frame, so what is laborious is only made when it has changed."""
        session = self._session
        playback, view, opened = session.playback, session.view, session.opened
        damaged = session.counts.damaged + (opened.damaged if opened else 0)
        return PlayerState(
            file=session.playlist.current,
            index=session.playlist.index,
            count=len(session.playlist.files),
            position=playback.position if playback else None,
            duration=playback.timeline.duration if playback else None,
            paused=session.paused,
            speed=session.clock.speed,
            loop=session.loop_file,
            fullscreen=session.window.fullscreen,
            window=session.window.framebuffer_size,
            source=view.frame.format.display_size if view.frame else (0, 0),
            output=view.output_size,
            rect=view.rect.as_tuple(),
            chain=self._chain_state(),
            counts=replace(session.counts, damaged=damaged),
            scrubbing=session.scrubbing,
            ab_loop=session.ab_loop.marks,
            on_top=session.on_top,
            sound=self._sound(),
            subtitles=self._subtitles(),
            picture=self._picture(),
            compare=self._compare(),
            playlist=session.playlist.files,
            chapters=opened.chapters if opened else (),
            hwdec=opened.hardware if opened else "",
            gpu=session.options.device,
            better_gpu=session.better_gpu,
            osd_level=session.osd_level,
        )

    def figures(self) -> Figures:
        """The statistics now."""
        session, view = self._session, self._session.view
        sound, subtitles = session.sound.state, session.subtitles.state
        lines = [
            ("presentation", session.display.state.text),
            ("sound", f"{sound.device or 'none'}, {sound.underruns} underruns, {1000 * sound.buffered_s:.0f} ms ahead"),
            ("sound - clock", f"{sound.error_ms:+.1f} ms"),
            ("subtitles", f"{subtitles.library}, {subtitles.render_ms:.1f} ms, {subtitles.late} late"),
        ]
        return figures_of(
            view.times, self._verdict(), budget_s=self.budget_s, display_s=session.display.period_s or 0.0, lines=lines
        )

    def statistics(self) -> str:
        """The statistics as lines of text."""
        session, view = self._session, self._session.view
        text = statistics_text(self.state(), view.times.summary(), view.step_times(), session.options.device)
        drawn = session.subtitles.state
        subtitles = f"{drawn.rendered} drawn, longest {drawn.peak_ms:.1f} ms, {drawn.late} late"
        return f"{text}\n  subtitles: {subtitles}\n  {self._verdict().text}"

    @property
    def budget_s(self) -> float:
        """How long a frame stays on the screen, in real seconds; 0 = nothing waits for it."""
        session = self._session
        if session.playback is None or not session.options.timed:
            return 0.0
        frame = session.view.frame
        duration = (frame.duration_s if frame else 0.0) or session.playback.timeline.frame_duration
        return duration / session.clock.speed

    def _verdict(self) -> Verdict:
        cheaper = self._session.quality.cheaper if self._session.quality else ""
        return verdict(self._session.view.times.snapshot(), self.budget_s, cheaper)

    # -- parts -----------------------------------------------------------------------------------------

    def _chain_state(self) -> ChainState:
        session, view = self._session, self._session.view
        selection, progress = view.selection, view.preparing
        preparing = None
        if progress is not None and view.wished is not None:
            preparing = Preparing(f"{view.wished.full_name}: {progress.what}", progress.done, progress.total)
        if view.plan is None or view.active is None:
            return ChainState(mode=selection.name, enabled=selection.enabled, preparing=preparing)
        faults = view.chains.edits.faults
        key = (view.plan, view.active, view.wished, preparing, session.note, session.remembered_mode,
               view.chains.strength, session.quality.level if session.quality else None,
               tuple(faults.items()))  # fmt: skip
        # The same plan is told by being the same object: comparing plans takes longer than a frame has time for.
        if self._chain is None or not _same(self._chain[0], key):
            state = chain_state(view.plan, view.active, broken=view.broken)
            problems: Mapping[str, str] = {**faults, **dict(state.disabled)}
            wished = view.wished or view.active
            self._chain = (
                key,
                replace(
                    state,
                    strength=view.chains.strength,
                    files=file_views(wished.tuning, wished.chain, session.options.parameters, problems),
                    preparing=preparing,
                    remembered=session.remembered_mode != "" and session.remembered_mode == selection.name,
                    note=session.note,
                    level=session.quality.level if session.quality else None,
                ),
            )
        return self._chain[1]

    def _sound(self) -> SoundView:
        sound = self._session.sound
        state = sound.state
        return SoundView(
            tracks=self._track_views()[0],
            track=sound.track,
            volume=sound.volume,
            muted=sound.muted,
            delay=sound.delay,
            device=state.device,
            silent=state.is_null,
        )

    def _subtitles(self) -> SubtitlesView:
        subtitles = self._session.subtitles
        return SubtitlesView(
            tracks=self._track_views()[1],
            track=subtitles.track,
            secondary=subtitles.secondary,
            visible=subtitles.visible,
            delay=subtitles.delay,
            scale=subtitles.style.scale,
            shift=subtitles.style.shift,
            own_style=subtitles.style.override is not Override.NO,
            library=subtitles.state.library,
        )

    def _track_views(self) -> tuple[tuple[TrackView, ...], tuple[TrackView, ...]]:
        audio, texts = self._session.sound.tracks, self._session.subtitles.tracks
        if self._tracks is None or self._tracks[0][0] is not audio or self._tracks[0][1] is not texts:
            self._tracks = ((audio, texts), tuple(map(_audio_track, audio)), tuple(map(_subtitle_track, texts)))
        return self._tracks[1], self._tracks[2]

    def _picture(self) -> PictureView:
        wished = self._session.view.chains.wished
        adjust = self._session.view.adjust
        return PictureView(
            contrast=adjust.contrast,
            brightness=adjust.brightness,
            gamma=adjust.gamma,
            saturation=adjust.saturation,
            aspect=adjust.aspect,
            panscan=adjust.panscan,
            pan=adjust.pan,
            zoom=adjust.zoom,
            deband=self._session.view.selection.tuning.uses(DEBAND, wished.chain if wished else ()),
            deinterlace=self._session.deinterlace,
        )

    def _compare(self) -> CompareView:
        view = self._session.view
        comparison, magnifier = view.comparison, view.magnifier
        return CompareView(
            original=comparison.kind is Compare.ORIGINAL,
            split=comparison.position if comparison.kind is Compare.SPLIT else None,
            against=comparison.against or "no shaders",
            magnifier=None if magnifier is None else magnifier.factor,
        )


def _same(before: tuple[object, ...], now: tuple[object, ...]) -> bool:
    """Whether nothing has changed."""
    large = 3
    same = all(old is new for old, new in zip(before[:large], now[:large], strict=True))
    return same and before[large:] == now[large:]


def _audio_track(track: AudioTrack) -> TrackView:
    return TrackView(track.number, track.codec, track.language, track.title, detail=track.layout)


def _subtitle_track(track: SubtitleTrack) -> TrackView:
    details = [word for word, holds in (("forced", track.forced), ("default", track.default)) if holds]
    return TrackView(
        track.number, track.codec, track.language, track.title, external=track.external, detail=", ".join(details)
    )
