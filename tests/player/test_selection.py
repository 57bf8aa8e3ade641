"""What the picture is drawn with, and what follows from the keys; the loop and the view are fed with fakes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

import pytest

from anime4k.errors import GLError
from anime4k.hooks.decl import ShaderFile
from anime4k.hooks.parse import parse_text
from anime4k.media.format import SourceFormat
from anime4k.modes.load import Loaded
from anime4k.modes.rules import decide
from anime4k.modes.situation import Pace, Situation
from anime4k.modes.table import MODE_KEYS, Mode, find_mode
from anime4k.pipeline.plan import Plan
from anime4k.pipeline.settings import DEFAULT_SETTINGS, RenderSettings
from anime4k.player.picture.selection import Active, Facts, Selection
from tests.player.test_loop import FakeFile, FakePlayer, FakeRenderer, frames, nothing, press, sized

SITUATION = Situation(source=(640, 360), output=(1280, 720))


def file_of(name: str) -> ShaderFile:
    """A shader file of that name with one pass."""
    return parse_text("//!HOOK MAIN\n//!BIND HOOKED\nvec4 hook() { return HOOKED_tex(HOOKED_pos); }\n", f"{name}.glsl")


FILES: dict[str, ShaderFile] = {}


def load(mode: Mode) -> Loaded:
    """Files that carry their names and nothing else."""
    return Loaded(tuple(FILES.setdefault(name, file_of(name)) for name in mode.shaders))


def selection(mode: str = "off", **more: object) -> Selection:
    """A selection whose files need no pack."""
    return Selection(mode, load=load, **more)  # type: ignore[arg-type]


def names(active: Active) -> tuple[str, ...]:
    """Names of the files that are drawn with."""
    return tuple(shader.name for shader in active.shaders)


@pytest.mark.parametrize("letters", [letters for _, letters in MODE_KEYS if letters != "auto"])
@pytest.mark.parametrize("before", ["off", "a-hq", "b+b", "auto"])
def test_a_mode_is_complete_and_the_same_wherever_one_comes_from(letters: str, before: str) -> None:
    chosen = selection(before)
    form = "hq" if before == "a-hq" else "fast"
    for _ in range(2):  # choosing it again changes nothing
        chosen.select(letters)
        active = chosen.active(SITUATION)
        assert active.name == f"{letters}-{form}" and active.takes == "" and active.enabled
        assert names(active) == find_mode(active.name).shaders


def test_forms_change_in_turn_and_are_kept_for_the_next_mode() -> None:
    chosen = selection("a")
    chosen.switch_quality()
    assert chosen.name == "a-hq"
    chosen.select("c+a")
    assert chosen.name == "c+a-hq"
    chosen.switch_quality()
    chosen.switch_quality()
    chosen.switch_quality()
    assert chosen.name == "c+a-fast"
    chosen.select("auto")
    assert chosen.active(SITUATION).takes == "b-fast"
    chosen.switch_quality()
    assert chosen.active(SITUATION).takes == "b-hq"


def test_the_first_switch_in_auto_is_to_what_auto_would_not_take() -> None:
    chosen = selection("auto")
    assert chosen.active(SITUATION).takes == "b-fast"
    chosen.switch_quality()
    assert chosen.active(SITUATION).takes == "b-hq"


def test_auto_knows_pace_hint_rate_and_fields() -> None:
    large = Situation(source=(1920, 1080), output=(3840, 2160))
    assert selection("auto").active(large).takes == "a-fast"
    assert selection("auto").active(replace(large, interlaced=True)).takes == "b-fast"
    assert selection("auto", software=True).active(replace(large, interlaced=True)).takes == "quick"
    hinted = selection("auto", live_action=True).active(large)
    assert hinted.takes == "off" and hinted.shaders == () and hinted.reason.startswith("live action: ")
    seen = replace(large, pace=Pace.PLAY_SOFTWARE)
    assert selection("auto", software=True).active(large).reason == decide(seen).text


def test_off_and_on_again_is_the_same_and_a_mode_switches_on() -> None:
    chosen = selection("b-hq")
    before = chosen.active(SITUATION)
    chosen.toggle()
    off = chosen.active(SITUATION)
    assert off.shaders == () and not off.enabled and off.name == "b-hq"
    chosen.toggle()
    assert chosen.active(SITUATION) == before
    chosen.toggle()
    chosen.select("c")
    assert chosen.enabled and names(chosen.active(SITUATION)) == find_mode("c-hq").shaders


def test_named_files_come_back() -> None:
    mine = (file_of("mine"),)
    chosen = selection(files=mine, files_name="custom")
    assert chosen.active(SITUATION).shaders == mine and chosen.name == "custom"
    chosen.switch_quality()  # named files have no other form, but the next mode has
    assert chosen.active(SITUATION).shaders == mine
    chosen.select("a")
    assert chosen.name == "a-hq"
    chosen.select_start()
    assert chosen.active(SITUATION).shaders == mine


# -- in the loop ---------------------------------------------------------------------------------------


def played(*keys: str, mode: str = "off", size: tuple[int, int] = (200, 100), **more: object) -> FakePlayer:
    """A player that got these keys, one for every frame, and then drew a few frames more."""
    script = [nothing, nothing, *(press(key) for key in keys), nothing, nothing, press("q")]
    options = {"statistics": more.pop("statistics")} if "statistics" in more else {}
    player = FakePlayer(
        {"a": FakeFile("a", frames(60))}, script, size=size, selection=selection(mode, **more), **options
    )
    player.loop.run()
    return player


def drawn_with(player: FakePlayer) -> list[tuple[str, ...]]:
    """Names of the files, each time they were exchanged."""
    return [tuple(shader.name for shader in files) for files in player.renderer.chains]


def test_keys_choose_modes() -> None:
    player = played(*(key for key, _ in MODE_KEYS[:6]))
    wanted = [find_mode(letters).shaders for _, letters in MODE_KEYS[:6]]
    assert drawn_with(player) == [(), *wanted]
    assert player.said == [f"mode {find_mode(letters).name}: for {find_mode(letters).summary}"
                           for _, letters in MODE_KEYS[:6]]
    assert player.loop.state.chain.mode == "c+a-fast"


def test_the_same_key_again_makes_no_new_plan() -> None:
    once, twice = played("Ctrl+1"), played("Ctrl+1", "Ctrl+1")
    assert drawn_with(once) == drawn_with(twice) == [(), find_mode("a").shaders]
    assert len(twice.said) == 1


def test_forms_off_and_the_start_by_keys() -> None:
    player = played("Ctrl+2", "Ctrl+8", "Ctrl+0", "Ctrl+0", "Ctrl+9", mode="lite")
    assert drawn_with(player) == [
        ("a4k-lite",), find_mode("b-fast").shaders, find_mode("b-hq").shaders, (), find_mode("b-hq").shaders,
        ("a4k-lite",),
    ]
    assert player.loop.state.chain.mode == "lite"


def test_auto_decides_again_when_the_window_has_another_size() -> None:
    script = [nothing, nothing, sized(110, 55), nothing, nothing, sized(100, 50), nothing, nothing, press("q")]
    player = FakePlayer({"a": FakeFile("a", frames(90))}, script, selection=selection("auto"), explain=True)
    player.loop.run()
    assert drawn_with(player) == [find_mode("b-fast").shaders, ("a4k-lite",), ()]
    assert [text.splitlines()[-1].partition(":")[0] for text in player.said] == [
        "it takes b-fast", "it takes lite", "it takes off"
    ]
    chain = player.loop.state.chain
    assert (chain.mode, chain.takes) == ("auto", "off") and "not larger than the source" in chain.reason


def test_auto_decides_again_for_the_next_file() -> None:
    first, second = FakeFile("a", frames(3, (1920, 1080))), FakeFile("b", frames(3, (1920, 1080)))
    second.interlaced, second.frame_rate = True, Fraction(25)
    player = FakePlayer({"a": first, "b": second}, size=(3840, 2160), selection=selection("auto"))
    player.loop.run()
    assert drawn_with(player) == [find_mode("a-fast").shaders, find_mode("b-fast").shaders]


def test_the_title_and_the_statistics_say_what_auto_takes_and_why() -> None:
    player = played(mode="auto", statistics=True)
    assert "mode auto (b-fast): no shaders" in player.window.title  # the fake plan has no passes
    assert "  auto takes b-fast: SD: " in player.said[0]


def test_settings_follow_the_files() -> None:
    def settings_for(files: Sequence[ShaderFile]) -> RenderSettings:
        return replace(DEFAULT_SETTINGS, seed=len(files))

    player = FakePlayer({"a": FakeFile("a", frames(9))}, [nothing, press("Ctrl+1"), nothing, press("q")],
                        selection=selection("off"), settings_for=settings_for)
    wanted = [settings_for(()), replace(DEFAULT_SETTINGS, seed=len(find_mode("a").shaders))]
    player.loop.run()
    assert player.renderer.settings == wanted


class Refusing(FakeRenderer):
    """Has no memory for chains of more than two files."""

    def configure(self, source: SourceFormat, size: tuple[int, int]) -> Plan:
        """Refuse long chains."""
        if self.chains and len(self.chains[-1]) > 2:
            raise GLError("the graphics memory has no room for the picture")
        return super().configure(source, size)


def test_a_mode_that_cannot_be_used_says_so_and_the_picture_goes_on() -> None:
    script = [nothing, nothing, press("Ctrl+1"), nothing, nothing, press("q")]
    player = FakePlayer({"a": FakeFile("a", frames(30))}, script, selection=selection("lite"), renderer=Refusing())
    assert player.loop.run() == 0
    assert drawn_with(player) == [("a4k-lite",), find_mode("a").shaders]  # the chain before is still there
    assert player.warned == [
        "the mode a-fast cannot be used here (the graphics memory has no room for the picture);"
        " the picture goes on with the mode lite"
    ]
    assert player.loop.state.chain.mode == "lite" and len(player.renderer.drawn) >= 5


def test_two_keys_before_the_next_picture_are_taken_back_together() -> None:
    script = [nothing, nothing, press("Ctrl+3", "Ctrl+1"), nothing, sized(220, 110), nothing, nothing, press("q")]
    player = FakePlayer({"a": FakeFile("a", frames(30))}, script, selection=selection("lite"), renderer=Refusing())
    assert player.loop.run() == 0
    assert drawn_with(player) == [("a4k-lite",), find_mode("a").shaders, ("a4k-lite",)]
    assert player.loop.state.chain.mode == "lite"
    assert len(player.warned) == 1 and player.warned[0].endswith("the picture goes on with the mode lite")


def test_undo_comes_back_to_what_was_kept_however_many_changes_came_between() -> None:
    chosen = selection("lite")
    chosen.select("a")
    chosen.keep()
    chosen.select("c")
    chosen.switch_quality()
    chosen.undo()
    assert chosen.name == "a-fast"
    chosen.select("auto")
    chosen.keep()
    chosen.undo()  # auto came to another mode by itself, and that one could not be drawn
    assert chosen.name == "auto"


def test_every_change_that_shows_is_said_once() -> None:
    keys = ("Ctrl+8", "Ctrl+8", "Ctrl+0", "Ctrl+0", "Ctrl+2")
    player = played(*keys, mode="auto")
    assert [text.partition(":")[0] for text in player.said] == [
        "mode auto in its -hq form", "mode auto in its -fast form", "mode auto", "mode auto in its -fast form",
        "mode b-fast",
    ]
    assert player.said[2] == "mode auto: shaders off"


def test_an_explanation_is_not_preceded_by_its_own_first_line() -> None:
    script = [nothing, press("Ctrl+2"), nothing, press("Ctrl+0"), nothing, press("q")]
    player = FakePlayer({"a": FakeFile("a", frames(60))}, script, selection=selection("c"), explain=True)
    player.loop.run()
    assert [text.partition(": for ")[0] for text in player.said] == [
        "mode c-fast", "mode b-fast", "mode b-fast: shaders off"
    ]


def test_a_mode_is_used_at_the_old_size_when_that_of_the_window_is_impossible() -> None:
    script = [nothing, nothing, sized(400, 200), nothing, nothing, press("Ctrl+1"), nothing, nothing, press("q")]
    player = FakePlayer({"a": FakeFile("a", frames(60))}, script, selection=selection("off"))
    player.renderer.refuse = (400, 200)
    assert player.loop.run() == 0
    assert drawn_with(player)[-1] == find_mode("a").shaders
    assert {size for _, _, size in player.renderer.configured} == {(200, 100)}
    assert player.renderer.presented[-1] == ((400, 200), (0, 0, 400, 200))
    assert player.warned == ["this size is impossible; choose another"]
    assert player.loop.state.chain.mode == "a-fast"


def test_files_that_are_left_out_are_named_once() -> None:
    chosen = Selection("a", load=lambda mode: Loaded((), (f"the mode {mode.name} needs x, which is missing in y",)))
    script = [nothing, press("Ctrl+2"), nothing, press("Ctrl+1"), nothing, press("q")]
    player = FakePlayer({"a": FakeFile("a", frames(30))}, script, selection=chosen)
    assert player.loop.run() == 0
    assert player.warned == [
        f"the mode {name} needs x, which is missing in y; the picture goes on without this file"
        for name in ("a-fast", "b-fast")
    ]


def test_facts_become_a_situation() -> None:
    source = FakeFile("a", frames(1, (64, 48))).get(0.0).format  # type: ignore[union-attr]
    facts = Facts(Fraction(30000, 1001), True)
    assert facts.situation(source, (128, 96)) == Situation(
        source=(64, 48), output=(128, 96), frame_rate=Fraction(30000, 1001), interlaced=True
    )
