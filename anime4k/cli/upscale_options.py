"""The options of `upscale`, one row each."""

from __future__ import annotations

from anime4k.options import Kind, Option

START = Option(name="start", kind=Kind.TEXT, metavar="TIME", help="begin at this time of the video (SS or H:MM:SS)")
END = Option(name="end", kind=Kind.TEXT, metavar="TIME", help="stop before this time of the video")
FRAMES = Option(name="frames", kind=Kind.INTEGER, metavar="N", minimum=1, help="stop after N frames")
CODEC = Option(
    name="codec",
    kind=Kind.TEXT,
    short="c",
    metavar="NAME",
    help="video encoder, such as libx264, libx265, libsvtav1, libvpx-vp9 or ffv1; by default the file's kind and the"
    " depth of the source decide",
)
CRF = Option(
    name="crf", kind=Kind.NUMBER, metavar="N", minimum=0, maximum=63, help="constant quality, smaller is better"
)
PRESET = Option(name="preset", kind=Kind.TEXT, metavar="NAME", help="speed preset of the encoder")
PIX_FMT = Option(
    name="pix-fmt", kind=Kind.TEXT, metavar="NAME", help="pixel format to encode, such as yuv420p10le or yuv444p"
)
ENCODER_OPTION = Option(
    name="encoder-option",
    kind=Kind.ASSIGNMENT,
    short="e",
    metavar="NAME=VALUE",
    repeatable=True,
    help="an option of the encoder; repeatable",
)
NO_COPY_STREAMS = Option(
    name="no-copy-streams",
    kind=Kind.FLAG,
    help="write the picture only: no sound, subtitles, attachments, chapters or titles",
)
RESUME = Option(
    name="resume",
    kind=Kind.FLAG,
    help="keep finished parts in a hidden folder beside the output, so that after a crash or Ctrl-C the same command"
    " goes on where it stopped; needs twice the room on the disk while the parts are joined",
)
OVERWRITE = Option(name="yes", kind=Kind.FLAG, short="y", help="replace files that exist")
PNG16 = Option(name="png16", kind=Kind.FLAG, help="write PNG pictures with 16 bits per sample")

VIDEO_OPTIONS: tuple[Option, ...] = (
    START,
    END,
    FRAMES,
    CODEC,
    CRF,
    PRESET,
    PIX_FMT,
    ENCODER_OPTION,
    NO_COPY_STREAMS,
    RESUME,
)
FILE_OPTIONS: tuple[Option, ...] = (OVERWRITE, PNG16)
