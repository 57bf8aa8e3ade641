"""The table of sources: which files of which packages are used, under which licence, and what is never used."""

from __future__ import annotations

import re
from dataclasses import dataclass

from anime4k.training.data.kinds import Kind

SUFFIXES = (".png", ".jpg", ".jpeg", ".webp", ".svg")


@dataclass(frozen=True)
class Rule:
    """A choice of files in a package and how large they are used.

    A picture is never used larger than it is, and large art is averaged down until it is as sharp as a finished frame.

    Attributes:
        kind: what the pictures are.
        wanted: regular expression that is searched in the path within the package.
        refused: likewise; a file that both match is not used.
        largest: the largest factor by which a picture is scaled.
        sides: longest sides in pixels, one copy each; a copy that would hardly be smaller than the one before is
            left out.
        factors: instead of `sides`, the factors themselves.
        bytes: smaller files are icons and the like and are not used.
        best_of: regular expression whose first group names what a file is a version of; only the largest is used.
    """

    kind: Kind
    wanted: str
    refused: str = r"$^"
    largest: float = 1.0
    sides: tuple[int, ...] = ()
    factors: tuple[float, ...] = ()
    bytes: int = 0
    best_of: str = ""


@dataclass(frozen=True)
class Source:
    """A Debian package.

    Attributes:
        package: its name.
        licence: of the files that are used, as its copyright file says.
        folder: where they lie.
        rules: the first rule that matches a file decides.
    """

    package: str
    licence: str
    folder: str
    rules: tuple[Rule, ...]


_WESNOTH = (
    Rule(
        Kind.PORTRAIT,
        r"/images/(portraits|story/portraits|story/characters)/.*\.(png|webp|jpg)$",
        r"overlay|familiar|campaign-image",
        factors=(1.0, 0.7),
        bytes=35_000,
    ),
    Rule(
        Kind.STORY,
        r"/images/story/[^/]+\.(png|webp|jpg)$",
        r"logo|black-background|/book\.png|nohumans|bridge_sun",
        largest=0.75,
        sides=(960, 640),
        bytes=25_000,
    ),
)
_WESNOTH_LICENCE = "GPL-2+; newer art CC-BY-SA 4.0 by the game's credits"
_CAMPAIGNS = ("did", "dm", "dw", "ei", "httt", "l", "low", "nr", "sof", "sota", "sotbe", "thot", "trow", "tsg", "ttb")

_PHOTOGRAPHS = (
    "BytheWater|ColdRipple|ColorfulCups|DarkestHour|EveningGlow|FallenLeaf|Grey|Kite|OneStandsOut|Path|summer_1am"
)
_PLAIN = r"icons|symbols|flags|stars|patterns|gradients|arrows|computer|buttons|cards|aiga|jigsaw|led|office|shapes"

SOURCES: tuple[Source, ...] = (
    Source("wesnoth-1.16-data", _WESNOTH_LICENCE, "usr/share/games/wesnoth/1.16/data/", _WESNOTH),
    *(
        Source(f"wesnoth-1.16-{name}", _WESNOTH_LICENCE, "usr/share/games/wesnoth/1.16/data/", _WESNOTH)
        for name in (*_CAMPAIGNS, "utbs")
    ),
    Source(
        "renpy-demo",
        "Expat",
        "usr/share/games/renpy/demo/game/",
        (
            Rule(Kind.NOVEL, r"images/magic\.png$", factors=(1.0, 0.7)),
            Rule(Kind.NOVEL, r"images/bg panorama\.webp$", sides=(3600,)),
        ),
    ),
    Source(
        "plasma-workspace-wallpapers",
        "LGPL-3 or CC-BY-SA 4.0, by set; the package as a whole GPL-2+",
        "usr/share/wallpapers/",
        (
            Rule(
                Kind.WALLPAPER,
                r"contents/images(_dark)?/[^/]+\.(png|jpg)$",
                _PHOTOGRAPHS,
                largest=0.5,
                sides=(2560, 1700, 1100),
                best_of=r"wallpapers/([^/]+)/",
            ),
        ),
    ),
    Source(
        "tuxpaint-stamps-default",
        "GPL-2",
        "usr/share/tuxpaint/stamps/",
        (
            Rule(Kind.CARTOON, r"/cartoon/.*\.png$", r"_mirror|_flip", factors=(1.0, 0.7), bytes=12_000),
            Rule(Kind.CLIPART, r"/cartoon/.*\.svg$", r"_mirror|_flip", largest=0.5, sides=(640, 400), bytes=4_000),
        ),
    ),
    Source(
        "hedgewars-data",
        "GPL-2; some themes GFDL-1.3, CC-BY-SA 3.0 or MIT",
        "usr/share/games/hedgewars/Data/",
        (
            Rule(
                Kind.CARTOON,
                r"(Graphics/Missions/.*|Maps/.*/map|Forts/.*|Themes/.*/Sky)\.png$",
                r"mask|preview|Ropes|Sticks|Blox|[Ss]kyR|SkyL",
                largest=0.75,
                sides=(1100, 640),
                bytes=40_000,
            ),
        ),
    ),
    Source(
        "supertux-data",
        "GPL-2+, GPL-3+, CC-BY-SA 3.0 or 4.0, by file",
        "usr/share/games/supertux2/images/",
        (
            Rule(
                Kind.CARTOON,
                r"images/(background|creatures|decal|worldmap|engine/menu)/.*\.png$",
                r"fonts|lightmap|light\.|spotlight|retro|explanations|/rock|tiles|misc",
                factors=(0.75, 0.5),
                bytes=40_000,
            ),
        ),
    ),
    Source(
        "openclipart-svg",
        "public domain",
        "usr/share/openclipart/svg/",
        (
            Rule(
                Kind.CLIPART,
                r"/(animals|people|food|recreation|plants|buildings|transportation|education|unsorted)/.*\.svg$",
                _PLAIN,
                largest=0.5,
                sides=(640, 400),
                bytes=25_000,
            ),
        ),
    ),
)

HELD_OUT: tuple[tuple[str, str, str], ...] = (
    (r"^renpy-thequestion$", r"", "the test set shows this game"),
    (r"^renpy-demo$", r"concert|bg whitehouse|eileen|lucy|logo base", "the test set shows these pictures or persons"),
    (
        r"^wesnoth-",
        r"/elves/|(?<![a-z])el(f|v)(?!ira)|quenoth|kalenz|chantal|landar|cleodil|galtrid|legmir|velon|uradredia|"
        r"ethiliel|eltenmir|ithelden|dionli|logalmier|isomithir|eryssa|elenia|hidel|elurin|garak|kaleh|nym|"
        r"zhul|cloaked|eloh|elyssa|characters/(high)?lord|tutorial/images/portraits/lisar|konrad-elvish",
        "the test set shows elves",
    ),
)
"""(package, path, why): regular expressions, searched without regard to case; what matches is never in the data."""


def held_out(package: str, path: str) -> str:
    """Why a file must not be in the data, or an empty string."""
    for name, pattern, reason in HELD_OUT:
        if re.search(name, package) and re.search(pattern, path, re.IGNORECASE):
            return reason
    return ""


def rule_for(source: Source, path: str, size: int) -> Rule | None:
    """The rule by which a file of this path and size in bytes is used, or None."""
    for rule in source.rules:
        if re.search(rule.wanted, path):
            return None if re.search(rule.refused, path) or size < rule.bytes else rule
    return None
