"""What a user can tell the player to do, as frozen values that keys are bound to and the interface asks for.

One module for each group; `Command` is the union of all.
"""

from __future__ import annotations

from anime4k.player.commands.comparing import (
    SavePair,
    ShowOriginal,
    SplitAgainst,
    SplitAt,
    ToggleMagnifier,
    ToggleSplit,
    ZoomMagnifier,
)
from anime4k.player.commands.picture import (
    Adjust,
    ChangePanscan,
    CycleAspect,
    Pan,
    PictureControl,
    ResetView,
    SetAdjust,
    ToggleDeband,
    Zoom,
)
from anime4k.player.commands.playing import (
    AbLoop,
    ChapterStep,
    FrameStep,
    PlaylistGoto,
    PlaylistStep,
    ReloadFile,
    ScaleSpeed,
    Scrub,
    Seek,
    SetSpeed,
    SubtitleSeek,
    ToggleDeinterlace,
    ToggleHardwareDecoder,
    ToggleLoopFile,
    TogglePause,
    UndoSeek,
)
from anime4k.player.commands.shaders import (
    AddShaders,
    ChangeStrength,
    MoveFile,
    RememberMode,
    RemoveFile,
    SelectMode,
    SelectStart,
    SetParameter,
    SetStrength,
    SwitchQuality,
    ToggleFile,
    ToggleShaders,
)
from anime4k.player.commands.sound import (
    ChangeAudioDelay,
    ChangeVolume,
    CycleAudio,
    SelectAudio,
    SetVolume,
    ToggleMute,
)
from anime4k.player.commands.subtitles import (
    AddSubtitles,
    ChangeSubtitleDelay,
    CycleSubtitles,
    CycleSubtitleStyle,
    MoveSubtitles,
    ScaleSubtitles,
    SelectSubtitles,
    ToggleSubtitles,
)
from anime4k.player.commands.telling import (
    CycleOsdLevel,
    Nothing,
    Panel,
    Quit,
    ShowProgress,
    ShowState,
    ShowStatistics,
    TogglePanel,
)
from anime4k.player.commands.window import (
    LeaveFullscreen,
    ScaleWindow,
    Screenshot,
    ScreenshotKind,
    ToggleFullscreen,
    ToggleOnTop,
    ToggleScreenshots,
)

Command = (
    TogglePause | Seek | Scrub | UndoSeek | SubtitleSeek | ChapterStep | FrameStep | ScaleSpeed | SetSpeed
    | ToggleLoopFile | AbLoop | PlaylistStep | PlaylistGoto | ReloadFile | ToggleHardwareDecoder | ToggleDeinterlace
    | ChangeVolume | SetVolume | ToggleMute | CycleAudio | SelectAudio | ChangeAudioDelay
    | ToggleSubtitles | CycleSubtitles | SelectSubtitles | AddSubtitles | ChangeSubtitleDelay | MoveSubtitles
    | ScaleSubtitles | CycleSubtitleStyle
    | Adjust | SetAdjust | ToggleDeband | CycleAspect | ChangePanscan | Pan | Zoom | ResetView
    | ToggleShaders | SelectMode | SwitchQuality | SelectStart | RememberMode | ChangeStrength | SetStrength
    | SetParameter | ToggleFile | MoveFile | AddShaders | RemoveFile
    | ShowOriginal | ToggleSplit | SplitAt | SplitAgainst | ToggleMagnifier | ZoomMagnifier | SavePair
    | ToggleFullscreen | LeaveFullscreen | ToggleOnTop | ScaleWindow | Screenshot | ToggleScreenshots
    | ShowStatistics | ShowState | ShowProgress | CycleOsdLevel | TogglePanel | Quit | Nothing
)  # fmt: skip

__all__ = [
    "Command",
    "AbLoop",
    "AddShaders",
    "AddSubtitles",
    "Adjust",
    "ChangeAudioDelay",
    "ChangePanscan",
    "ChangeStrength",
    "ChangeSubtitleDelay",
    "ChangeVolume",
    "ChapterStep",
    "CycleAspect",
    "CycleAudio",
    "CycleOsdLevel",
    "CycleSubtitleStyle",
    "CycleSubtitles",
    "FrameStep",
    "LeaveFullscreen",
    "MoveFile",
    "MoveSubtitles",
    "Nothing",
    "Pan",
    "Panel",
    "PictureControl",
    "PlaylistGoto",
    "PlaylistStep",
    "Quit",
    "ReloadFile",
    "RememberMode",
    "RemoveFile",
    "ResetView",
    "SavePair",
    "ScaleSpeed",
    "ScaleSubtitles",
    "ScaleWindow",
    "Screenshot",
    "ScreenshotKind",
    "Scrub",
    "Seek",
    "SelectAudio",
    "SelectMode",
    "SelectStart",
    "SelectSubtitles",
    "SetAdjust",
    "SetParameter",
    "SetSpeed",
    "SetStrength",
    "SetVolume",
    "ShowOriginal",
    "ShowProgress",
    "ShowState",
    "ShowStatistics",
    "SplitAgainst",
    "SplitAt",
    "SubtitleSeek",
    "SwitchQuality",
    "ToggleDeband",
    "ToggleDeinterlace",
    "ToggleFile",
    "ToggleFullscreen",
    "ToggleHardwareDecoder",
    "ToggleLoopFile",
    "ToggleMagnifier",
    "ToggleMute",
    "ToggleOnTop",
    "TogglePanel",
    "TogglePause",
    "ToggleScreenshots",
    "ToggleShaders",
    "ToggleSplit",
    "ToggleSubtitles",
    "UndoSeek",
    "Zoom",
    "ZoomMagnifier",
]
