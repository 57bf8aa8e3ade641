"""The window, made with GLFW. Its callbacks become the values of `anime4k.player.events`."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from typing import Any, cast

import glfw

from anime4k.errors import DisplayError, GLError
from anime4k.player.events import (
    CloseRequested,
    Event,
    Exposed,
    FilesDropped,
    KeyPressed,
    KeyReleased,
    PointerButton,
    PointerLeft,
    PointerMoved,
    Resized,
    Scrolled,
    Woken,
)
from anime4k.player.geometry import Rect, Size, limited
from anime4k.player.window_keys import BUTTONS, MODIFIER_KEYS, NAMED_KEYS, typed, with_modifiers

CURSOR_IDLE_S = 1.0
DOUBLE_CLICK_S = 0.3
_VERSIONS = ((4, 5), (4, 3), (4, 1))
_LONGEST_WAIT_S = 0.5
_NO_MONITOR: Any = None


class WindowSystem:
    """GLFW, started; also tells about monitors.

    Raises:
        DisplayError: there is no display to open a window on.
    """

    def __init__(self) -> None:
        self._last_error = ""
        glfw.set_error_callback(self._remember)
        if not glfw.init():
            raise DisplayError(
                f"no window can be opened because there is no display ({self._last_error or 'GLFW did not start'}); "
                "run this in a desktop session, or use 'anime4k upscale', which needs no display"
            )

    def _remember(self, _code: int, text: bytes | str) -> None:
        words = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
        self._last_error = " ".join(words.split())

    @property
    def last_error(self) -> str:
        """The last message of GLFW."""
        return self._last_error

    def work_area(self) -> Rect:
        """The part of the primary monitor that windows may use; 0x0 when unknown."""
        monitor = glfw.get_primary_monitor()
        return Rect(*glfw.get_monitor_workarea(monitor)) if monitor else Rect(0, 0, 0, 0)

    def close(self) -> None:
        """Stop GLFW; every window must be closed."""
        glfw.terminate()


class Window:
    """A window with a current OpenGL core context.

    Args:
        system: the started window system.
        size: (width, height) of the drawable area in pixels; larger than the screen is shrunk, shape kept,
            unless `exact`.
        title: text of the title bar.
        position: where its top left corner goes, None = where the system likes.
        fullscreen: whether it begins full screen.
        exact: keep `size` even when it exceeds the screen.
        vsync: whether `swap` waits for the screen.

    Raises:
        DisplayError: no window can be opened.
        GLError: the driver offers no OpenGL 4.1 context.
    """

    def __init__(
        self,
        system: WindowSystem,
        size: Size,
        title: str,
        *,
        position: tuple[int, int] | None = None,
        fullscreen: bool = False,
        exact: bool = False,
        vsync: bool = True,
    ) -> None:
        self._system = system
        self._events: deque[Event] = deque()
        self._windowed: Rect | None = None
        self._title = title
        self._repeating = False
        self._pressed: dict[int, str] = {}
        self._last_key = 0
        self._pointer = (0.0, 0.0)
        self._woken = False
        self._cursor_shown = True
        self._pointer_moved_at = time.monotonic()
        self._clicked_at = float("-inf")
        area = system.work_area()
        self._handle = self._create(size if exact else limited(size, area.size), title)
        self._correct_density(size if exact else limited(size, area.size))
        glfw.make_context_current(self._handle)
        glfw.swap_interval(1 if vsync else 0)
        # Kept from here on by the callback: asking X11 for it every time is a round trip to the server.
        self._pixels: Size = self._ask_size()
        self._connect()
        if position is not None:
            glfw.set_window_pos(self._handle, *position)
        glfw.show_window(self._handle)
        if fullscreen:
            self.set_fullscreen(True)

    # -- state -----------------------------------------------------------------------------------------

    @property
    def get_proc_address(self) -> Callable[[str], int]:
        """Finds OpenGL functions of the current context."""
        return _proc_address

    @property
    def framebuffer_size(self) -> Size:
        """(width, height) of the drawable area in pixels; (0, 0) while minimised."""
        return self._pixels

    @property
    def fullscreen(self) -> bool:
        """Whether the window fills a screen."""
        return bool(glfw.get_window_monitor(self._handle))

    @property
    def on_top(self) -> bool:
        """Whether the window stays above others."""
        return bool(glfw.get_window_attrib(self._handle, glfw.FLOATING))

    @property
    def refresh_rate(self) -> float:
        """Pictures per second of the screen that holds most of the window, 0 = unknown."""
        monitor = self._monitor()
        mode = glfw.get_video_mode(monitor) if monitor else None
        return float(mode.refresh_rate) if mode else 0.0

    @property
    def content_scale(self) -> float:
        """How many pixels the system draws where it drew one on displays of old; 1 = an ordinary display."""
        return max(1.0, float(glfw.get_window_content_scale(self._handle)[0]))

    @property
    def pointer(self) -> tuple[float, float]:
        """Where the mouse was last seen, in pixels of the drawable area from its top left corner."""
        return self._pointer

    # -- doing -----------------------------------------------------------------------------------------

    def poll(self, timeout_s: float) -> list[Event]:
        """What happened; waits up to `timeout_s` seconds for something to happen."""
        if timeout_s > 0:
            glfw.wait_events_timeout(min(timeout_s, _LONGEST_WAIT_S))
        else:
            glfw.poll_events()
        if self._cursor_shown and time.monotonic() - self._pointer_moved_at > CURSOR_IDLE_S:
            self._show_cursor(False)
        if self._woken:
            self._woken = False
            self._events.append(Woken())
        events = list(self._events)
        self._events.clear()
        return events

    def wake(self) -> None:
        """End the waiting of `poll` with a `Woken`; any thread may call this as long as the window is open."""
        self._woken = True
        glfw.post_empty_event()

    def swap(self) -> None:
        """Show what was drawn."""
        glfw.swap_buffers(self._handle)

    def set_title(self, title: str) -> None:
        """Change the title bar."""
        if title != self._title:
            self._title = title
            glfw.set_window_title(self._handle, title)

    def resize(self, size: Size) -> None:
        """Make the drawable area `size` pixels (never larger than the screen); nothing happens in full screen."""
        if self.fullscreen:
            return
        pixels = limited(size, self._system.work_area().size)
        density = self._density()
        glfw.set_window_size(self._handle, *(max(1, round(side / density)) for side in pixels))

    def set_fullscreen(self, wanted: bool) -> None:
        """Fill the screen that holds most of the window, or return to the old place and size."""
        if wanted == self.fullscreen:
            return
        if wanted:
            monitor = self._monitor()
            if monitor is None:
                return
            self._windowed = self._place()
            mode = glfw.get_video_mode(monitor)
            glfw.set_window_monitor(
                self._handle, monitor, 0, 0, mode.size.width, mode.size.height, mode.refresh_rate or glfw.DONT_CARE
            )
        elif self._windowed is not None:
            glfw.set_window_monitor(self._handle, _NO_MONITOR, *self._windowed.as_tuple(), glfw.DONT_CARE)

    def set_on_top(self, wanted: bool) -> None:
        """Keep the window above others, or no longer."""
        glfw.set_window_attrib(self._handle, glfw.FLOATING, glfw.TRUE if wanted else glfw.FALSE)

    def close(self) -> None:
        """Destroy the window and its context."""
        glfw.destroy_window(self._handle)

    # -- inside ----------------------------------------------------------------------------------------

    def _create(self, size: Size, title: str) -> Any:
        # The newest context that the driver has: several drivers give exactly the version asked for.
        for api in (glfw.NATIVE_CONTEXT_API, glfw.EGL_CONTEXT_API):
            for major, minor in _VERSIONS:
                glfw.default_window_hints()
                glfw.window_hint(glfw.VISIBLE, glfw.FALSE)
                glfw.window_hint(glfw.CLIENT_API, glfw.OPENGL_API)
                glfw.window_hint(glfw.CONTEXT_CREATION_API, api)
                glfw.window_hint(glfw.CONTEXT_VERSION_MAJOR, major)
                glfw.window_hint(glfw.CONTEXT_VERSION_MINOR, minor)
                glfw.window_hint(glfw.OPENGL_PROFILE, glfw.OPENGL_CORE_PROFILE)
                glfw.window_hint(glfw.OPENGL_FORWARD_COMPAT, glfw.TRUE)
                glfw.window_hint(glfw.DEPTH_BITS, 0)
                glfw.window_hint(glfw.STENCIL_BITS, 0)
                glfw.window_hint_string(glfw.X11_CLASS_NAME, "anime4k")
                glfw.window_hint_string(glfw.X11_INSTANCE_NAME, "anime4k")
                glfw.window_hint_string(glfw.WAYLAND_APP_ID, "anime4k")
                handle = glfw.create_window(*size, title, None, None)
                if handle:
                    return handle
        raise GLError(
            f"the display offers no window with OpenGL 4.1 ({self._system.last_error}); update the graphics driver, "
            "or install Mesa's software renderer (Debian: libgl1-mesa-dri)"
        )

    def _density(self) -> float:
        """Pixels per unit of window coordinates (2 on many Macs, 1 on X11 and Windows)."""
        width, _ = glfw.get_window_size(self._handle)
        pixels, _ = glfw.get_framebuffer_size(self._handle)
        return float(pixels / width) if width > 0 and pixels > 0 else 1.0

    def _correct_density(self, size: Size) -> None:
        density = self._density()
        if density != 1.0:
            glfw.set_window_size(self._handle, *(max(1, round(side / density)) for side in size))

    def _ask_size(self) -> Size:
        width, height = glfw.get_framebuffer_size(self._handle)
        return (int(width), int(height))

    def _place(self) -> Rect:
        # Some systems (Wayland) do not tell where a window is: GLFW then reports an error and (0, 0).
        x, y = glfw.get_window_pos(self._handle)
        width, height = glfw.get_window_size(self._handle)
        return Rect(int(x), int(y), int(width), int(height))

    def _monitor(self) -> Any:
        current = glfw.get_window_monitor(self._handle)
        if current:
            return current
        monitors = glfw.get_monitors()
        if not monitors:
            return None
        place = self._place()
        return max(monitors, key=lambda monitor: _overlap(place, _monitor_rect(monitor)))

    def _show_cursor(self, shown: bool) -> None:
        self._cursor_shown = shown
        glfw.set_input_mode(self._handle, glfw.CURSOR, glfw.CURSOR_NORMAL if shown else glfw.CURSOR_HIDDEN)

    # -- callbacks -------------------------------------------------------------------------------------

    def _connect(self) -> None:
        glfw.set_key_callback(self._handle, self._on_key)
        glfw.set_char_callback(self._handle, self._on_character)
        glfw.set_mouse_button_callback(self._handle, self._on_button)
        glfw.set_scroll_callback(self._handle, self._on_scroll)
        glfw.set_cursor_pos_callback(self._handle, self._on_pointer)
        glfw.set_cursor_enter_callback(self._handle, self._on_enter)
        glfw.set_framebuffer_size_callback(self._handle, self._on_resize)
        glfw.set_window_refresh_callback(self._handle, lambda _: self._events.append(Exposed()))
        glfw.set_window_close_callback(self._handle, self._on_close)
        glfw.set_drop_callback(self._handle, cast(Any, self._on_drop))  # its stub names the arguments of C

    def _on_key(self, _window: Any, key: int, scancode: int, action: int, mods: int) -> None:
        if action == glfw.RELEASE:
            if (pressed := self._pressed.pop(scancode, None)) is not None:
                self._events.append(KeyReleased(pressed))
            return
        self._repeating = action == glfw.REPEAT
        self._last_key = scancode
        name = NAMED_KEYS.get(key)
        chord = mods & (glfw.MOD_CONTROL | glfw.MOD_ALT | glfw.MOD_SUPER)
        if name is None:
            if not chord:  # plain text arrives as a character, which respects the keyboard layout
                return
            name = typed(key, scancode, mods)
            if not name:
                return
            mods &= ~glfw.MOD_SHIFT
        self._press(with_modifiers(name, mods))

    def _on_character(self, _window: Any, codepoint: int) -> None:
        text = chr(codepoint)
        if text != " ":  # the space bar has a name
            self._press(text)

    def _press(self, name: str) -> None:
        self._pressed[self._last_key] = name
        self._events.append(KeyPressed(name, self._repeating))

    def _on_button(self, _window: Any, button: int, action: int, mods: int) -> None:
        name = BUTTONS.get(button)
        if name is None:
            return
        self._events.append(PointerButton(name, action == glfw.PRESS, *self._pointer))
        if action != glfw.PRESS:
            self._events.append(KeyReleased(name))
            return
        self._events.append(KeyPressed(with_modifiers(name, mods)))
        if button == glfw.MOUSE_BUTTON_LEFT:
            now = time.monotonic()
            if now - self._clicked_at < DOUBLE_CLICK_S:
                self._events.append(KeyPressed(with_modifiers("MBTN_LEFT_DBL", mods)))
                now = float("-inf")
            self._clicked_at = now

    def _on_scroll(self, _window: Any, x: float, y: float) -> None:
        self._events.append(Scrolled(x, y))
        for amount, less, more in ((x, "WHEEL_RIGHT", "WHEEL_LEFT"), (y, "WHEEL_DOWN", "WHEEL_UP")):
            if amount:
                self._events.append(KeyPressed(with_modifiers(more if amount > 0 else less, self._modifiers())))

    def _modifiers(self) -> int:
        """Which of Ctrl, Alt, Shift and Super are down now; events of the wheel do not say."""
        held = 0
        for bit, keys in MODIFIER_KEYS.items():
            if any(glfw.get_key(self._handle, key) == glfw.PRESS for key in keys):
                held |= bit
        return held

    def _on_pointer(self, _window: Any, x: float, y: float) -> None:
        self._pointer_moved_at = time.monotonic()
        if not self._cursor_shown:
            self._show_cursor(True)
        density = self._density()
        self._pointer = (x * density, y * density)
        self._events.append(PointerMoved(*self._pointer))

    def _on_enter(self, _window: Any, entered: int) -> None:
        if not entered:
            self._events.append(PointerLeft())

    def _on_resize(self, _window: Any, width: int, height: int) -> None:
        self._pixels = (width, height)
        self._events.append(Resized(width, height))

    def _on_close(self, _window: Any) -> None:
        glfw.set_window_should_close(self._handle, glfw.FALSE)
        self._events.append(CloseRequested())

    def _on_drop(self, _window: Any, paths: list[str]) -> None:
        self._events.append(FilesDropped(tuple(paths)))


def _proc_address(name: str) -> int:
    return int(glfw.get_proc_address(name) or 0)


def _monitor_rect(monitor: Any) -> Rect:
    x, y = glfw.get_monitor_pos(monitor)
    mode = glfw.get_video_mode(monitor)
    return Rect(int(x), int(y), int(mode.size.width), int(mode.size.height))


def _overlap(a: Rect, b: Rect) -> int:
    width = min(a.x + a.width, b.x + b.width) - max(a.x, b.x)
    height = min(a.y + a.height, b.y + b.height) - max(a.y, b.y)
    return max(0, width) * max(0, height)
