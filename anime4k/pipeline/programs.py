"""Compiled programs by their text, kept while plans come and go."""

from __future__ import annotations

from collections import Counter

from anime4k.errors import PlanError, ShaderCompileError
from anime4k.gl.device import Device
from anime4k.gl.program import AnyProgram, CompileError, compile_compute, compile_fragment
from anime4k.pipeline.plan import Plan, Program, Step, StepKind

_LIMIT = 768
"""Programs kept before those that the current plan does not use are dropped."""


class StepFailure(Exception):
    """A step of a user file cannot be prepared.

    Attributes:
        file: index of the shader file.
        error: what to tell the user.
    """

    def __init__(self, file: int, error: ShaderCompileError) -> None:
        self.file = file
        self.error = error
        super().__init__(str(error))


class ProgramStore:
    """Programs of all plans so far.

    Args:
        device: a current context.
    """

    def __init__(self, device: Device) -> None:
        self.compiled = 0
        """Programs compiled so far."""
        self._device = device
        self._programs: dict[tuple[Program, int], AnyProgram] = {}
        self._refused: dict[Program, CompileError] = {}

    def of(self, plan: Plan) -> list[AnyProgram]:
        """The program of every step.

        Raises:
            StepFailure: a pass of a user file does not compile.
            PlanError: the driver refuses one of our own steps.
        """
        # Equal text used twice needs two programs, since uniforms keep their values between frames.
        uses: Counter[Program] = Counter()
        programs: list[AnyProgram] = []
        for step in plan.steps:
            key = (step.program, uses[step.program])
            uses[step.program] += 1
            if key not in self._programs:
                self._programs[key] = self._compile(step)
            programs.append(self._programs[key])
        if len(self._programs) > _LIMIT:
            self._forget_all_but(programs)
        return programs

    def _forget_all_but(self, kept: list[AnyProgram]) -> None:
        names = {id(program) for program in kept}
        for key in [key for key, program in self._programs.items() if id(program) not in names]:
            self._programs.pop(key).release()
        self._refused.clear()

    def _compile(self, step: Step) -> AnyProgram:
        error = self._refused.get(step.program)
        if error is None:
            self.compiled += 1
            build = compile_compute if step.kind is StepKind.COMPUTE else compile_fragment
            try:
                return build(self._device, step.program.extensions, step.program.text)
            except CompileError as refusal:
                # Remembered, so that a file that does not compile costs nothing while a window is resized.
                error = self._refused[step.program] = refusal
        if step.origin is None:
            raise PlanError(f'The driver refuses our own step "{step.desc}": {error.log}') from error
        reason = f'the driver refuses the pass "{step.desc}": {error.reason}'
        line = error.line if error.line is not None else step.origin.line
        raise StepFailure(step.file, ShaderCompileError(step.origin.path, line, reason)) from error

    def release(self) -> None:
        """Delete all programs."""
        for program in self._programs.values():
            program.release()
        self._programs.clear()
