"""What a proof asks of a format."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from featherface_edge.detection import FloatArray, Frame


@dataclass(frozen=True, slots=True)
class Operator:
    """One operator of a file: its kind in the format's words, and the numbers it computes with.

    precision: "int8" for all 8-bit integers, otherwise the name of the number type.
    """

    kind: str
    precision: str


@dataclass(frozen=True, slots=True)
class Tensor:
    """What an INT8 file computed for one picture.

    name: in the file. values (C, H, W): real ones. low, high: the ends of its 8-bit range, (1, 1,
    1) or (C, 1, 1).
    """

    name: str
    values: FloatArray
    low: FloatArray
    high: FloatArray


def dequantized(
    name: str, levels: NDArray[np.integer], ends: tuple[int, int], scale: object, zero: object
) -> Tensor:
    """The tensor of whole numbers (C, H, W), rounded with one scale and zero point.

    ends: the least and greatest number of their type.
    """
    numbers = np.concatenate((levels.ravel(), ends)).astype(np.float32)
    real: FloatArray = (numbers - np.asarray(zero, np.float32)) * np.asarray(scale, np.float32)
    low, high = real[-2:].reshape(2, 1, 1, 1)
    return Tensor(name, real[:-2].reshape(levels.shape), low, high)


class Inside(Protocol):
    """A model file taken apart."""

    @property
    def interpreter(self) -> str:
        """Who computes the tensors, in words for people."""
        ...

    def operators(self) -> Sequence[Operator]:
        """The operators of the file, without constants and what is computed from them alone."""
        ...

    def tensors(self, canvas: Frame) -> Iterator[Tensor]:
        """Yields all 8-bit tensors with a channel axis that the file computes, in its order.

        canvas (H, W, 3): uint8 RGB.
        """
        ...
