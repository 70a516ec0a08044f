"""A process that measures one candidate: requests come as lines of JSON, answers go as such.

Each candidate has a process of its own, so that its peak memory, its start and its threads are its
own, and so that an interpreter that a processor cannot run takes nobody else with it.
"""

from __future__ import annotations

import json
import os
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from featherface_boards.bench.candidate import Candidate, Look, Shown, Turn
from featherface_boards.bench.eye import watch
from featherface_boards.bench.operators import profiled
from featherface_boards.bench.peer import Peer
from featherface_boards.bench.plain import built, plain
from featherface_boards.bench.subject import Own
from featherface_boards.bench.turns import take_turn
from featherface_boards.bench.warm_up import warm_up
from featherface_edge.errors import FeatherfaceError
from featherface_edge.images import read_image
from featherface_edge.spec.fields import members, names

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from featherface_boards.bench.subject import Subject
    from featherface_edge.detection import Frame
    from featherface_edge.spec import JsonValue


@dataclass(slots=True)
class Desk:
    """What the process holds between requests."""

    opening: tuple[Candidate, Subject] | None = None
    frames: list[Frame] = field(default_factory=list["Frame"])

    @property
    def opened_as(self) -> Candidate:
        """The candidate that is open."""
        return self._opening()[0]

    @property
    def subject(self) -> Subject:
        """What is measured."""
        return self._opening()[1]

    def _opening(self) -> tuple[Candidate, Subject]:
        if self.opening is None:
            raise ValueError("nothing is open: send an open request first")
        return self.opening


def _open(desk: Desk, value: JsonValue) -> object:
    candidate = built(Candidate, value, "open")
    desk.opening = candidate, Peer(candidate) if candidate.peer else Own(candidate)
    return desk.subject.opened


def _warm(desk: Desk, value: JsonValue) -> object:
    """Only one photograph is there while memory is looked at: pictures are not the model's."""
    paths = [Path(each) for each in names(value, "warm")]
    desk.frames = [read_image(paths[0])]
    found = warm_up(desk.subject, desk.frames[0])
    desk.frames += [read_image(path) for path in paths[1:]]
    return found


def _show(desk: Desk, value: JsonValue) -> object:
    desk.frames = [read_image(Path(each)) for each in names(value, "show")]
    return Shown(len(desk.frames))


def _turn(desk: Desk, value: JsonValue) -> object:
    return take_turn(desk.subject, desk.frames, built(Turn, value, "turn"))


def _camera(desk: Desk, value: JsonValue) -> object:
    return watch(desk.opened_as, built(Look, value, "camera"))


def _operators(desk: Desk, _value: JsonValue) -> object:
    return profiled(desk.opened_as, desk.frames)


REQUESTS: Mapping[str, Callable[[Desk, JsonValue], object]] = {
    "open": _open,
    "show": _show,
    "warm": _warm,
    "turn": _turn,
    "camera": _camera,
    "operators": _operators,
}


def serve(asked: TextIO, answers: TextIO) -> None:
    """Answer the lines of requests until there are no more; what a user can mend is an answer."""
    desk = Desk()
    for line in asked:
        ((kind, value),) = members(json.loads(line), "request").items()
        try:
            answer = {"answer": plain(REQUESTS[kind](desk, value))}
        except FeatherfaceError as error:
            answer = {"error": str(error)}
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


def main() -> None:
    """Serve on standard input and output; what interpreters print goes to standard error."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    serve(sys.stdin, answers)


if __name__ == "__main__":
    main()
