"""What the detector asks of an interpreter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from featherface_edge.detection import FloatArray, Frame


@dataclass(frozen=True, slots=True)
class BackendOptions:
    """How to run.

    threads: of one inference, None = as the interpreter sees fit. provider: which of the
    interpreter's own devices or execution providers, None = the processor.
    """

    threads: int | None = None
    provider: str | None = None

    def __post_init__(self) -> None:
        if self.threads is not None and self.threads < 1:
            message = f"threads must be 1 or more, got {self.threads}"
            raise ValueError(message)


class Backend(Protocol):
    """A model file in its interpreter."""

    @property
    def manifest(self) -> str:
        """The manifest inside the file, JSON text."""
        ...

    @property
    def engine(self) -> str:
        """The interpreter, its version and, in parentheses, how it works here."""
        ...

    def infer(self, canvas: Frame) -> Sequence[FloatArray]:
        """Give the raw outputs, (cells_y, cells_x, channels) each, in the order of the spec.

        canvas (S_h, S_w, 3): uint8 RGB. How the file wants its pixels is the backend's secret.
        """
        ...

    def close(self) -> None:
        """Let go of the interpreter."""
        ...


@runtime_checkable
class Stepwise(Protocol):
    """A backend that makes an input tensor of the canvas: its two steps can be timed apart."""

    def feed(self, canvas: Frame) -> None:
        """Make the input tensor of the canvas (S_h, S_w, 3), uint8 RGB."""
        ...

    def compute(self) -> Sequence[FloatArray]:
        """Give the raw outputs of what was fed, as `infer` does."""
        ...
