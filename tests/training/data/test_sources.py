"""What may be in a data set and what may not."""

from __future__ import annotations

from pathlib import Path

import pytest

from anime4k.training.data.files import chosen, group_of, lot, split
from anime4k.training.data.kinds import SHARES, Kind, shares
from anime4k.training.data.sources import SOURCES, Rule, Source, held_out, rule_for

CORE = "usr/share/games/wesnoth/1.16/data/core/images/portraits"
CAMPAIGNS = "usr/share/games/wesnoth/1.16/data/campaigns"
DEMO = "usr/share/games/renpy/demo/game/images"


@pytest.mark.parametrize(
    ("package", "path"),
    [
        ("renpy-thequestion", "usr/share/games/renpy/the_question/game/images/bg club.jpg"),
        ("renpy-thequestion", "anything.png"),
        ("renpy-demo", f"{DEMO}/concert1.png"),
        ("renpy-demo", f"{DEMO}/concert3.png"),
        ("renpy-demo", f"{DEMO}/bg whitehouse.jpg"),
        ("renpy-demo", f"{DEMO}/eileen vhappy.png"),
        ("renpy-demo", f"{DEMO}/lucy happy.png"),
        ("renpy-demo", f"{DEMO}/logo base.png"),
        ("wesnoth-1.16-data", f"{CORE}/elves/hero.png"),
        ("wesnoth-1.16-data", f"{CORE}/elves/archer+female.png"),
        ("wesnoth-1.16-httt", f"{CAMPAIGNS}/Heir_To_The_Throne/images/portraits/kalenz.png"),
        ("wesnoth-1.16-httt", f"{CAMPAIGNS}/Heir_To_The_Throne/images/portraits/konrad-elvish.png"),
        ("wesnoth-1.16-sof", f"{CAMPAIGNS}/Sceptre_of_Fire/images/portraits/elvish_marshal.png"),
        ("wesnoth-1.16-tsg", f"{CAMPAIGNS}/The_South_Guard/images/portraits/ethiliel-mad.png"),
        ("wesnoth-1.16-utbs", f"{CAMPAIGNS}/Under_the_Burning_Suns/images/portraits/quenoth/druid.png"),
        ("wesnoth-1.16-thot", f"{CAMPAIGNS}/The_Hammer_of_Thursagan/images/portraits/elurin.png"),
        ("wesnoth-1.16-nr", f"{CAMPAIGNS}/Northern_Rebirth/images/portraits/Hidel.png"),
        ("wesnoth-1.16-low", f"{CAMPAIGNS}/Legend_of_Wesmere/images/story/characters/landar.png"),
    ],
)
def test_what_the_test_set_shows_is_held_out(package: str, path: str) -> None:
    assert held_out(package, path)


@pytest.mark.parametrize(
    ("package", "path"),
    [
        ("renpy-demo", f"{DEMO}/magic.png"),
        ("wesnoth-1.16-data", f"{CORE}/dwarves/lord.png"),
        ("wesnoth-1.16-data", f"{CORE}/humans/marshal.png"),
        ("wesnoth-1.16-httt", f"{CAMPAIGNS}/Heir_To_The_Throne/images/portraits/delfador.png"),
        ("wesnoth-1.16-dm", f"{CAMPAIGNS}/Delfadors_Memoirs/images/portraits/younger_delfador.png"),
    ],
)
def test_other_art_is_not_held_out(package: str, path: str) -> None:
    assert held_out(package, path) == ""


def test_no_source_is_wholly_held_out_and_none_is_named_twice() -> None:
    names = [source.package for source in SOURCES]
    assert len(set(names)) == len(names)
    assert "renpy-thequestion" not in names
    assert all(source.licence for source in SOURCES)


@pytest.mark.parametrize(
    "path",
    [
        f"{CAMPAIGNS}/The_Rise_Of_Wesnoth/images/story/l10n/de/trow.png",
        f"{CAMPAIGNS}/The_Rise_Of_Wesnoth/images/story/trow-logo.png",
        f"{CAMPAIGNS}/Sceptre_of_Fire/images/portraits/alanin-winter-overlay.png",
        "usr/share/games/wesnoth/1.16/data/core/images/units/orcs/grunt.png",
        "usr/share/games/wesnoth/1.16/data/core/images/maps/background.jpg",
    ],
)
def test_no_icons_maps_and_logos(path: str) -> None:
    assert rule_for(SOURCES[0], path, 200_000) is None


def test_a_portrait_is_used_and_a_tiny_file_is_not() -> None:
    rule = rule_for(SOURCES[0], f"{CORE}/dwarves/lord.png", 140_000)
    assert rule is not None
    assert rule.kind is Kind.PORTRAIT
    assert rule_for(SOURCES[0], f"{CORE}/dwarves/lord.png", 2_000) is None


def test_shares_add_up_to_one_whatever_is_there() -> None:
    assert sum(share for _, share in SHARES) == pytest.approx(1)
    some = shares({Kind.PORTRAIT, Kind.DRAWN})
    assert sum(some.values()) == pytest.approx(1)
    whole = dict(SHARES)
    assert some[Kind.PORTRAIT] / some[Kind.DRAWN] == pytest.approx(whole[Kind.PORTRAIT] / whole[Kind.DRAWN])


def test_moods_and_ages_of_a_character_are_one_group() -> None:
    names = ("konrad-human-mad.png", "konrad-human.png", "konrad_II-sceptre.png", "young_konrad.png", "konrad2.png")
    groups = {group_of(Kind.PORTRAIT, f"x/portraits/{name}") for name in names}
    assert groups == {"portrait/konrad"}


def test_equal_names_of_different_peoples_are_different_groups() -> None:
    first = group_of(Kind.PORTRAIT, f"{CORE}/merfolk/fighter.png")
    assert first != group_of(Kind.PORTRAIT, f"{CORE}/nagas/fighter.png")


def source_of(rule: Rule) -> Source:
    """A package with one rule."""
    return Source("wesnoth-1.16-data", "GPL-2+", "", (rule,))


def written(root: Path, *names: str) -> Path:
    """Files of 100 bytes and more, each a little larger than the one before."""
    for number, name in enumerate(names):
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(bytes(100 + number))
    return root


def test_held_out_files_are_not_chosen_even_if_a_rule_wants_them(tmp_path: Path) -> None:
    root = written(tmp_path, "portraits/elves/hero.png", "portraits/orcs/grunt.png", "portraits/readme.txt")
    found = chosen(source_of(Rule(Kind.PORTRAIT, r"\.png$")), root, "1")
    assert [item.name for item in found] == ["portraits/orcs/grunt.png"]
    assert (found[0].package, found[0].version, found[0].licence) == ("wesnoth-1.16-data", "1", "GPL-2+")


def test_of_several_versions_only_the_largest_is_chosen(tmp_path: Path) -> None:
    root = written(tmp_path, "a/640.png", "a/1280.png", "b/640.png")
    rule = Rule(Kind.WALLPAPER, r"\.png$", best_of=r"^([^/]+)/")
    assert [item.name for item in chosen(source_of(rule), root, "1")] == ["a/1280.png", "b/640.png"]


def test_the_split_goes_by_group_and_leaves_some_to_check(tmp_path: Path) -> None:
    names = [
        f"portraits/person{chr(97 + number)}-{mood}.png" for number in range(20) for mood in ("glad", "mad", "sad")
    ]
    art = split(chosen(source_of(Rule(Kind.PORTRAIT, r"\.png$")), written(tmp_path, *names), "1"))
    kept = {item.group for item in art if item.check}
    assert kept == {item.group for item in art} - {item.group for item in art if not item.check}
    assert 1 <= len(kept) <= 3
    assert min({item.group for item in art}, key=lot) in kept
