"""The options of `anime4k play`."""

from __future__ import annotations

from anime4k.options import Kind, Option, Rebuild
from anime4k.player.files.naming import DEFAULT_TEMPLATE
from anime4k.player.pace.clock import FASTEST, SLOWEST
from anime4k.player.pace.quality import Governing

PICTURE_OPTIONS = (
    Option(name="fs", kind=Kind.FLAG, default=False, help="begin full screen", on_change=Rebuild.NOTHING),
    Option(name="geometry", kind=Kind.TEXT, metavar="WxH[+X+Y]", help="size and place of the window in pixels"),
    Option(name="ontop", kind=Kind.FLAG, default=False, help="keep the window above others", on_change=Rebuild.NOTHING),
    Option(
        name="governor", kind=Kind.CHOICE, metavar="auto|yes|no", choices=tuple(entry.value for entry in Governing),
        default=Governing.AUTO.value, on_change=Rebuild.NOTHING,
        help="take lighter shaders while frames come late: what the mode auto takes, named modes as well, or never",
    ),
    Option(
        name="presentation", kind=Kind.CHOICE, metavar="display|vrr", choices=("display", "vrr"), default="display",
        help="show frames on the refreshes of the display, or whenever they are due (vrr)",
    ),
    Option(
        name="hwdec", kind=Kind.TEXT, metavar="NAME", default="no", on_change=Rebuild.DECODER,
        help="hardware decoder: no, auto, or a name such as cuda",
    ),
    Option(
        name="screenshot-dir", kind=Kind.TEXT, metavar="DIR", default=".", on_change=Rebuild.NOTHING,
        help="folder for screenshots",
    ),
    Option(
        name="screenshot-template", kind=Kind.TEXT, metavar="TEXT", default=DEFAULT_TEMPLATE,
        on_change=Rebuild.NOTHING,
        help="name of screenshots: %F file, %m mode, %P time, %p time in seconds, %04n number, %tY and so on clock",
    ),
)  # fmt: skip

PLAYBACK_OPTIONS = (
    Option(name="start", kind=Kind.TEXT, metavar="T", help="begin here: seconds or HH:MM:SS"),
    Option(name="end", kind=Kind.TEXT, metavar="T", help="stop here: seconds or HH:MM:SS"),
    Option(name="frames", kind=Kind.INTEGER, metavar="N", minimum=1, help="stop after N shown frames"),
    Option(
        name="speed", kind=Kind.NUMBER, metavar="X", default=1.0, minimum=SLOWEST, maximum=FASTEST,
        help="playback speed; sound keeps its pitch and is silent outside of 0.25 to 4", on_change=Rebuild.NOTHING,
    ),
    Option(name="pause", kind=Kind.FLAG, default=False, help="begin paused", on_change=Rebuild.NOTHING),
    Option(name="loop-file", kind=Kind.FLAG, default=False, help="repeat the file", on_change=Rebuild.NOTHING),
    Option(
        name="untimed", kind=Kind.FLAG, default=False,
        help="show every frame as fast as the machine can instead of at its time, without sound",
    ),
    Option(
        name="save-position-on-quit", kind=Kind.FLAG, default=False, on_change=Rebuild.NOTHING,
        help="q remembers the position as Q does, and the next start goes on there",
    ),
    Option(
        name="no-resume", kind=Kind.FLAG, default=False, on_change=Rebuild.NOTHING,
        help="begin at the start, although a position is remembered",
    ),
)

SOUND_OPTIONS = (
    Option(
        name="aid", kind=Kind.TEXT, metavar="N|no", default="auto", on_change=Rebuild.NOTHING,
        help="sound track by its number from 1, no, or auto",
    ),
    Option(
        name="alang", kind=Kind.TEXT, metavar="LANGUAGES", default="", on_change=Rebuild.NOTHING,
        help="languages of sound tracks to prefer, best first, such as jpn,eng",
    ),
    Option(
        name="volume", kind=Kind.NUMBER, metavar="V", default=100.0, minimum=0.0, maximum=130.0,
        help="volume in percent", on_change=Rebuild.NOTHING,
    ),
    Option(name="mute", kind=Kind.FLAG, default=False, help="begin without sound", on_change=Rebuild.NOTHING),
    Option(
        name="audio-delay", kind=Kind.NUMBER, metavar="S", default=0.0, minimum=-60.0, maximum=60.0,
        help="seconds by which the sound comes later", on_change=Rebuild.NOTHING,
    ),
    Option(
        name="audio-device", kind=Kind.TEXT, metavar="NAME", default="auto", on_change=Rebuild.NOTHING,
        help="sound device: auto, null (silence that keeps time), or a part of its name",
    ),
)

SUBTITLE_OPTIONS = (
    Option(
        name="sid", kind=Kind.TEXT, metavar="N|no|FILE", default="auto", on_change=Rebuild.NOTHING,
        help="subtitle track by its number from 1, no, auto, or a subtitle file",
    ),
    Option(
        name="slang", kind=Kind.TEXT, metavar="LANGUAGES", default="", on_change=Rebuild.NOTHING,
        help="languages of subtitles to prefer, best first, such as eng,ger",
    ),
    Option(
        name="sub-delay", kind=Kind.NUMBER, metavar="S", default=0.0, minimum=-600.0, maximum=600.0,
        help="seconds by which the subtitles come later", on_change=Rebuild.NOTHING,
    ),
    Option(
        name="sub-scale", kind=Kind.NUMBER, metavar="X", default=1.0, minimum=0.2, maximum=4.0,
        help="size of the subtitles", on_change=Rebuild.NOTHING,
    ),
)

INTERFACE_OPTIONS = (
    Option(
        name="osd-level", kind=Kind.INTEGER, metavar="N", default=1, minimum=0, maximum=3, on_change=Rebuild.NOTHING,
        help="what stays on the screen: 0 nothing, 1 messages, 2 the position, 3 position and duration",
    ),
    Option(
        name="interface", kind=Kind.CHOICE, metavar="auto|plain|none", choices=("auto", "plain", "none"),
        default="auto", on_change=Rebuild.NOTHING,
        help="panels and menus where Dear ImGui is installed, plain text, or nothing over the picture",
    ),
    Option(
        name="interface-scale", kind=Kind.NUMBER, metavar="X", default=1.0, minimum=0.5, maximum=4.0,
        help="size of bar, menus and messages", on_change=Rebuild.NOTHING,
    ),
    Option(
        name="stats", kind=Kind.FLAG, default=False, on_change=Rebuild.NOTHING,
        help="print frame counts and the time of each stage when the player closes (the key i shows them at once)",
    ),
    Option(
        name="status-json", kind=Kind.TEXT, metavar="FILE", on_change=Rebuild.NOTHING,
        help="write one JSON line for each shown frame and each change of state; - is standard output",
    ),
    Option(
        name="sound-record", kind=Kind.TEXT, metavar="FILE", on_change=Rebuild.NOTHING,
        help="write everything that is heard, with its times, for measurements",
    ),
)

PLAY_OPTIONS = (*PICTURE_OPTIONS, *PLAYBACK_OPTIONS, *SOUND_OPTIONS, *SUBTITLE_OPTIONS, *INTERFACE_OPTIONS)
"""All of them; the file `player.conf` may hold their defaults."""
