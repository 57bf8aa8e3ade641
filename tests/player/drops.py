"""Drag and drop without a mouse: the source side of the X protocol "XDND", which xdotool cannot play.

    python tests/player/drops.py WINDOW PATH...
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from Xlib import X, Xatom, display
from Xlib.protocol import event

VERSION = 5
PATIENCE_S = 30.0


def uri_list(paths: Sequence[str | Path]) -> bytes:
    """Files as the text/uri-list that file managers send: percent-escaped UTF-8, lines ended by CRLF."""
    return "".join(f"file://{quote(str(Path(path).absolute()))}\r\n" for path in paths).encode("ascii")


def drop(display_name: str, window: int | str, paths: Sequence[str | Path], *, at: tuple[int, int] = (10, 10)) -> None:
    """Drop files on a window and wait until it has taken them.

    Args:
        display_name: the X display, such as ":99".
        window: the X id of the window.
        paths: the files, in order.
        at: where in the window, in pixels from its top left corner.

    Raises:
        TimeoutError: the window did not take them.
        RuntimeError: the window wants no drop there.
    """
    connection = display.Display(display_name)
    try:
        _Source(connection, connection.create_resource_object("window", int(window)), uri_list(paths)).run(at)
    finally:
        connection.close()


class _Source:
    """A window that owns the dragged data and leads the conversation with the target."""

    def __init__(self, connection: Any, target: Any, data: bytes) -> None:
        self.connection, self.target, self.data = connection, target, data
        self.root = connection.screen().root
        self.window = self.root.create_window(0, 0, 1, 1, 0, X.CopyFromParent)
        self.type = self.atom("text/uri-list")

    def atom(self, name: str) -> int:
        return int(self.connection.intern_atom(name))

    def run(self, at: tuple[int, int]) -> None:
        self.window.set_selection_owner(self.atom("XdndSelection"), X.CurrentTime)
        place = self.target.translate_coords(self.root, 0, 0)  # the other way round: minus the window's place
        x, y = at[0] - place.x, at[1] - place.y
        self.send("XdndEnter", VERSION << 24, self.type)
        self.send("XdndPosition", 0, x << 16 | y, X.CurrentTime, self.atom("XdndActionCopy"))
        if not self.answer("XdndStatus") & 1:
            raise RuntimeError("the window does not want the files")
        self.send("XdndDrop", 0, X.CurrentTime)
        self.answer("XdndFinished")

    def send(self, name: str, *values: int) -> None:
        data = (self.window.id, *values, 0, 0, 0)[:5]
        message = event.ClientMessage(window=self.target, client_type=self.atom(name), data=(32, data))
        self.target.send_event(message)
        self.connection.flush()

    def answer(self, name: str) -> int:
        """The flags of the message with this name; hands the data over when it is asked for meanwhile."""
        wanted, deadline = self.atom(name), time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            if not self.connection.pending_events():
                time.sleep(0.002)
                continue
            news = self.connection.next_event()
            if news.type == X.SelectionRequest:
                self.hand_over(news)
            elif news.type == X.ClientMessage and news.client_type == wanted:
                return int(news.data[1][1])
        raise TimeoutError(f"the window sent no {name}")

    def hand_over(self, request: Any) -> None:
        known = request.target == self.type
        if known:
            request.requestor.change_property(request.property, self.type, 8, self.data)
        else:
            request.requestor.change_property(request.property, Xatom.ATOM, 32, [self.type])
        request.requestor.send_event(
            event.SelectionNotify(
                time=request.time, requestor=request.requestor, selection=request.selection,
                target=request.target, property=request.property if known else X.NONE,
            )
        )
        self.connection.flush()


if __name__ == "__main__":
    import os

    drop(os.environ["DISPLAY"], int(sys.argv[1], 0), sys.argv[2:])
