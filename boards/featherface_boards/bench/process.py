"""The process of a candidate, seen from the one that conducts the measurement."""

from __future__ import annotations

import json
import os
import selectors
import signal
import subprocess
import sys
import time
from contextlib import suppress
from typing import TYPE_CHECKING, TypeVar

from featherface_boards.bench.candidate import Ages, Opened, Shown, Taken, WarmedUp
from featherface_boards.bench.plain import built, plain
from featherface_boards.bench.record import Operator
from featherface_edge.errors import BenchError
from featherface_edge.spec.fields import items, members, text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path
    from types import TracebackType

    from typing_extensions import Self

    from featherface_boards.bench.candidate import Candidate, Look, Turn
    from featherface_edge.spec import JsonValue

Answer = TypeVar("Answer")

_MODULE = "featherface_boards.bench.worker"
_GRACE_S = 10.0
_TICK_S = 0.1


class CandidateProcess:
    """A candidate, open in a process of its own; use it in a `with` block.

    cold_start_ms: from the start of the process to the open interpreter.
    """

    def __init__(self, candidate: Candidate) -> None:
        """Start the process and open the candidate.

        Raises: BenchError when it cannot be opened, or brings its process down.
        """
        self._candidate = candidate
        began = time.perf_counter()
        self._process = subprocess.Popen(  # noqa: S603 -- this very Python
            [sys.executable, "-m", _MODULE],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            text=True,
            encoding="utf-8",
            start_new_session=True,  # a Ctrl-C is for the conductor, who ends the others
        )
        try:
            self.opened = self._ask(Opened, "open", plain(candidate))
        except BaseException:
            self.close()
            raise
        self.cold_start_ms = (time.perf_counter() - began) * 1e3

    def exchange(self, candidate: Candidate) -> None:
        """Open another candidate in its place, in the same process.

        Raises: BenchError when it cannot be opened, or brings the process down.
        """
        self._candidate = candidate
        self.opened = self._ask(Opened, "open", plain(candidate))

    def show(self, photographs: Sequence[Path]) -> Shown:
        """Hand over the photographs alone; whoever takes turns then may not be up to speed."""
        return self._ask(Shown, "show", [str(path) for path in photographs])

    @property
    def pid(self) -> int:
        """The number of the process."""
        return self._process.pid

    def warm_up(self, photographs: Sequence[Path]) -> WarmedUp:
        """Hand over the photographs, and bring the candidate up to speed."""
        return self._ask(WarmedUp, "warm", [str(path) for path in photographs])

    def take(self, turn: Turn, meanwhile: Callable[[], None] | None = None) -> Taken:
        """Take a turn; meanwhile: is called several times a second until it has ended."""
        return self._ask(Taken, "turn", plain(turn), meanwhile)

    def watch(self, look: Look) -> Ages:
        """Look at a camera."""
        return self._ask(Ages, "camera", plain(look))

    def operators(self) -> tuple[Operator, ...] | None:
        """Give the operators, the slowest first; None where the interpreter does not tell."""
        found = self._answer("operators", None)
        if found is None:
            return None
        return tuple(built(Operator, each, "operator") for each in items(found, "operators"))

    def close(self) -> None:
        """End the process."""
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                with suppress(BrokenPipeError):
                    stream.close()
        try:
            self._process.wait(_GRACE_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def __enter__(self) -> Self:
        """Give the process itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """End the process."""
        self.close()

    def _ask(
        self,
        kind: type[Answer],
        request: str,
        value: JsonValue,
        meanwhile: Callable[[], None] | None = None,
    ) -> Answer:
        return built(kind, self._answer(request, value, meanwhile), "answer")

    def _answer(
        self, request: str, value: JsonValue, meanwhile: Callable[[], None] | None = None
    ) -> JsonValue:
        self._send(json.dumps({request: value}) + "\n")
        if meanwhile:
            self._wait(meanwhile)
        line = self._process.stdout.readline() if self._process.stdout else ""
        if not line:
            raise BenchError(f"{self._candidate.path} {self._ending()}")
        answer = members(json.loads(line), "answer")
        if "error" in answer:
            raise BenchError(text(answer["error"], "error"))
        return answer["answer"]

    def _send(self, line: str) -> None:
        # What became of the process is told where its answer is missing.
        with suppress(BrokenPipeError):
            if self._process.stdin:
                self._process.stdin.write(line)
                self._process.stdin.flush()

    def _wait(self, meanwhile: Callable[[], None]) -> None:
        with selectors.DefaultSelector() as selector:
            selector.register(self._process.stdout or 0, selectors.EVENT_READ)
            while not selector.select(_TICK_S):
                meanwhile()

    def _ending(self) -> str:
        """Give in words how the process ended."""
        self.close()
        code = self._process.returncode
        if code >= 0:
            return f"ended its process with status {code}: run 'fe-board check' on it"
        name = signal.Signals(-code).name
        return (
            f"brought its interpreter down ({name}): install a build of it for this processor, or "
            "take another --backend"
        )
