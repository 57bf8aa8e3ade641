"""Our lines in a file that belongs to the user: replaced by each export, everything around them stays."""

from __future__ import annotations

BEGIN = "# >>> anime4k: written by `anime4k export-mpv`, which replaces everything up to the last line of this part"
END = "# <<< anime4k"
_BEGIN_MARK = "# >>> anime4k"


def with_section(existing: str, section: str) -> str:
    """The text of a configuration file with `section` in place of the one of an earlier export.

    The first export appends. When the line that closes an earlier part is missing, someone has edited it; then that
    part is left alone and a new one appended, because nobody knows where it ends.
    """
    ours = [BEGIN, *section.strip("\n").split("\n"), END]
    lines = existing.split("\n")
    begin = next((index for index, line in enumerate(lines) if line.startswith(_BEGIN_MARK)), None)
    end = next((index for index, line in enumerate(lines) if line.rstrip() == END), None)
    if begin is not None and end is not None and begin < end:
        return "\n".join([*lines[:begin], *ours, *lines[end + 1 :]])
    before = existing.rstrip("\n")
    return "\n".join([*([before, ""] if before else []), *ours, ""])
