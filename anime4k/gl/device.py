"""An OpenGL context with what the pipeline must know of it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import glcontext  # type: ignore[import-untyped]
import moderngl

from anime4k.errors import GLError
from anime4k.gl import raw
from anime4k.gl.driver_cache import spare_full_disk

BASELINE_GLSL = 410
_SOFTWARE_NAMES = ("llvmpipe", "softpipe", "swrast", "swiftshader", "software")


@dataclass(frozen=True)
class DeviceInfo:
    """Facts about a context.

    Attributes:
        renderer: name of the device as the driver tells it.
        vendor: who wrote the driver.
        version: OpenGL version text of the driver.
        glsl: version of the shading language that programs are written in, e.g. 450.
        is_software: whether the CPU does the drawing.
        compute: whether compute shaders and image stores may be used.
        max_texture_size: largest texture extent.
        max_texture_units: textures one program can read.
        max_work_group: most threads in a compute work group, 0 without compute.
        shared_memory: bytes of shared memory of a work group, 0 without compute.
    """

    renderer: str
    vendor: str
    version: str
    glsl: int
    is_software: bool
    compute: bool
    max_texture_size: int
    max_texture_units: int
    max_work_group: int
    shared_memory: int


class _LoaderContext:
    """What moderngl needs of a context that somebody else (a window library) owns and keeps current."""

    def __init__(self, load: Callable[[str], int]) -> None:
        self._load = load

    def load(self, name: str) -> int:
        return self._load(name) or 0

    load_opengl_function = load

    def __enter__(self) -> None:
        pass

    def __exit__(self, *_: object) -> None:
        pass

    def release(self) -> None:
        pass


class Device:
    """A current OpenGL context; create one with `standalone` or `from_loader`.

    Args:
        backend: a glcontext context, or an object of the same shape.
        baseline: refuse everything newer than OpenGL 4.1 core (no compute, GLSL 4.10).

    Raises:
        GLError: the context is older than OpenGL 4.1.
    """

    def __init__(self, backend: Any, *, baseline: bool = False) -> None:
        try:
            self.ctx: moderngl.Context = moderngl.create_context(require=BASELINE_GLSL, context=backend)
        except Exception as error:  # moderngl raises bare Exception and ValueError
            raise GLError(
                f"the graphics driver offers no OpenGL 4.1 context ({error}); update the driver, or install Mesa's "
                "software renderer (Debian: libgl1-mesa-dri)"
            ) from error
        self._backend = backend
        self.raw = raw.RawGL(backend.load_opengl_function)
        self.info = self._inspect(baseline)
        self.raw("glDisable", raw.DITHER)
        self.raw("glDisable", raw.FRAMEBUFFER_SRGB)

    @classmethod
    def standalone(cls, *, baseline: bool = False, gpu: int | None = None) -> Device:
        """A context without a window: EGL on Linux, the platform's own elsewhere.

        Args:
            baseline: see the class.
            gpu: number of the EGL device, None = the driver's choice.

        Raises:
            GLError: no context can be made.
        """
        spare_full_disk()
        settings: dict[str, Any] = {"mode": "standalone", "glversion": BASELINE_GLSL}
        try:
            if sys.platform.startswith("linux"):
                if gpu is not None:
                    settings["device_index"] = gpu
                backend = glcontext.get_backend_by_name("egl")(
                    **settings, libgl="libGL.so.1", libegl="libEGL.so.1"
                )
            else:
                backend = glcontext.default_backend()(**settings)
        except Exception as error:
            if gpu is not None:
                raise GLError(
                    f"GPU {gpu} gives no OpenGL context ({error}); --list-gpus shows the numbers that do"
                ) from error
            raise GLError(
                f"no OpenGL context can be created ({error}); install a graphics driver or Mesa's software renderer "
                "(Debian: libegl1 libgl1-mesa-dri), then try 'anime4k doctor'"
            ) from error
        return cls(backend, baseline=baseline)

    @classmethod
    def from_loader(cls, get_proc_address: Callable[[str], int], *, baseline: bool = False) -> Device:
        """The context that is current on this thread, e.g. a window's.

        Args:
            get_proc_address: returns the address of a GL function.
            baseline: see the class.

        Raises:
            GLError: the context is older than OpenGL 4.1.
        """
        return cls(_LoaderContext(get_proc_address), baseline=baseline)

    @property
    def compute(self) -> bool:
        """Whether compute passes can run."""
        return self.info.compute

    def _inspect(self, baseline: bool) -> DeviceInfo:
        info = self.ctx.info
        glsl = BASELINE_GLSL if baseline else min(self.ctx.version_code, 460)
        compute = glsl >= 430
        renderer = str(info["GL_RENDERER"])
        return DeviceInfo(
            renderer=renderer,
            vendor=str(info["GL_VENDOR"]),
            version=str(info["GL_VERSION"]),
            glsl=glsl,
            is_software=any(name in renderer.lower() for name in _SOFTWARE_NAMES),
            compute=compute,
            max_texture_size=self.raw.integer(raw.MAX_TEXTURE_SIZE),
            max_texture_units=self.raw.integer(raw.MAX_TEXTURE_IMAGE_UNITS),
            max_work_group=self.raw.integer(raw.MAX_WORK_GROUP_INVOCATIONS) if compute else 0,
            shared_memory=self.raw.integer(raw.MAX_COMPUTE_SHARED_MEMORY) if compute else 0,
        )

    def release(self) -> None:
        """Destroy the context (a window's context stays the window's)."""
        self.ctx.release()
