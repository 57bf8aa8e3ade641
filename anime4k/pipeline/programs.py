"""Compiled programs by their text, lent to one chain at a time and kept while plans come and go."""

from __future__ import annotations

from collections.abc import Sequence

from anime4k.errors import PlanError, ShaderCompileError
from anime4k.gl.device import Device
from anime4k.gl.program import AnyProgram, CompileError, compile_compute, compile_fragment
from anime4k.pipeline.plan import Program, Step, StepKind

_LIMIT = 24
"""Idle programs kept; beyond that those that were given back longest ago are deleted."""


class StepFailure(Exception):
    """A step of a user file cannot be prepared.

    Attributes:
        file: index of the shader file.
        error: what to tell the user.
        rewritten: whether the program was not what the file says, but what a rewrite made of it.
    """

    def __init__(self, file: int, error: ShaderCompileError, *, rewritten: bool = False) -> None:
        self.file = file
        self.error = error
        self.rewritten = rewritten
        super().__init__(str(error))


class ProgramStore:
    """Programs of all plans so far.

    Uniforms keep their values between frames, so a program serves one step of one chain at a time; equal
    text that is needed twice is compiled twice.

    Args:
        device: a current context.
    """

    def __init__(self, device: Device) -> None:
        self.compiled = 0
        """Programs compiled so far."""
        self._device = device
        self._idle: dict[Program, list[AnyProgram]] = {}
        self._lent: dict[int, tuple[Program, AnyProgram]] = {}
        self._refused: dict[Program, CompileError] = {}

    @property
    def count(self) -> int:
        """Programs that exist."""
        return len(self._lent) + sum(map(len, self._idle.values()))

    @property
    def lent(self) -> int:
        """Programs that somebody uses."""
        return len(self._lent)

    def known(self, program: Program) -> bool:
        """Whether a program of this text has been compiled, or been refused, before."""
        return (
            program in self._refused or program in self._idle or any(text == program for text, _ in self._lent.values())
        )

    def lend(self, step: Step) -> AnyProgram:
        """The program of a step; `give_back` ends the loan.

        Raises:
            StepFailure: a pass of a user file does not compile.
            PlanError: the driver refuses one of our own steps.
        """
        idle = self._idle.get(step.program)
        if idle:
            found = idle.pop()
            if not idle:
                del self._idle[step.program]
        else:
            found = self._compile(step)
        self._lent[id(found)] = (step.program, found)
        return found

    def give_back(self, programs: Sequence[AnyProgram]) -> None:
        """End the loan of these programs."""
        for program in programs:
            text, _ = self._lent.pop(id(program))
            # At the end of the order, so that what is in use comes and goes and the rest grows old.
            self._idle[text] = [*self._idle.pop(text, []), program]

    def take_again(self, programs: Sequence[AnyProgram]) -> None:
        """Lend out exactly these programs, which have just been given back and been lent to nobody since."""
        for text, idle in list(self._idle.items()):
            for program in [one for one in idle if any(one is wanted for wanted in programs)]:
                idle.remove(program)
                self._lent[id(program)] = (text, program)
            if not idle:
                del self._idle[text]

    def forget_old(self) -> None:
        """Delete idle programs beyond the limit."""
        while self._idle and sum(map(len, self._idle.values())) > _LIMIT:
            oldest = next(iter(self._idle))
            for program in self._idle.pop(oldest):
                program.release()
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
        failure = ShaderCompileError(step.origin.path, line, reason)
        raise StepFailure(step.file, failure, rewritten=step.rewritten) from error

    def release(self) -> None:
        """Delete all programs."""
        for program in [*(one for idle in self._idle.values() for one in idle), *(p for _, p in self._lent.values())]:
            program.release()
        self._idle.clear()
        self._lent.clear()
