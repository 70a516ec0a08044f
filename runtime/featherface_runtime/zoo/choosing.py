"""Which shipped model a wish means, given the interpreters that are installed."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING, NamedTuple

from featherface_edge.errors import MissingDependencyError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from featherface_runtime.zoo.records import Artifact, Format, Index


class Interpreter(NamedTuple):
    """A package that runs a format, and the extra that brings it."""

    package: str
    format: Format
    extra: str


# The first that is installed is taken. LiteRT has the quickest INT8 of the three on every processor
# that we know figures of, and the shortest start; OpenVINO comes next on x86. The last two are what
# came before LiteRT, and slow.
ORDER = (
    Interpreter("ai_edge_litert", "tflite", "litert"),
    Interpreter("openvino", "openvino", "openvino"),
    Interpreter("onnxruntime", "onnx", "onnx"),
    Interpreter("tensorflow", "tflite", "litert"),
    Interpreter("tflite_runtime", "tflite", "litert"),
)


_SMALLER = 0.8  # of the pixels: canvases that are nearly as large save too little


@dataclass(frozen=True, slots=True)
class Shipped:
    """A wish for a shipped model.

    network: its name, empty = the zoo's default. size: (width, height) of the canvas, None = the
    zoo's default. format: None = that of the first interpreter of ORDER that is installed.
    """

    network: str = ""
    size: tuple[int, int] | None = None
    format: Format | None = None


def choose(wish: Shipped, index: Index, installed: Callable[[str], bool] | None = None) -> Artifact:
    """Give the artifact that the wish means; installed: whether a package is there.

    Raises: UsageError when nothing of that network, size or format is shipped.
    MissingDependencyError when no interpreter of what is shipped is installed.
    """
    name = wish.network or index.default.network
    every = index.of(name)
    if not every:
        known = ", ".join(network.name for network in index.networks)
        message = f"no model '{name}' is shipped, known are {known}: choose one, or give a file"
        raise UsageError(message)
    fitting = _of_size(wish, index, every)
    if wish.format is not None:
        return _of_format(wish.format, fitting)
    return _runnable(fitting, installed or _is_installed)


def smaller(wish: Shipped, index: Index) -> list[Shipped]:
    """Give wishes for the same network and format on smaller canvases, the largest first.

    Each has at most four fifths of the pixels of the one before.

    Raises: as `choose`.
    """
    model = choose(wish, index)
    like = [each for each in index.of(model.network) if each.format == model.format]
    found: list[Shipped] = []
    pixels = model.width * model.height
    for each in sorted(like, key=lambda each: -each.width * each.height):
        if each.width * each.height <= _SMALLER * pixels:
            pixels = each.width * each.height
            found.append(Shipped(each.network, (each.width, each.height), each.format))
    return found


def _of_size(wish: Shipped, index: Index, every: tuple[Artifact, ...]) -> dict[Format, Artifact]:
    sizes = list(dict.fromkeys((each.width, each.height) for each in every))
    usual = (index.default.width, index.default.height)
    wanted = wish.size or (usual if usual in sizes else sizes[0])
    fitting = (each for each in every if (each.width, each.height) == wanted)
    found: dict[Format, Artifact] = {each.format: each for each in fitting}
    if not found:
        message = (
            f"{every[0].network} is not shipped for {_shown(wanted)}, known are "
            f"{', '.join(map(_shown, sizes))}: choose one, or convert with fe-convert"
        )
        raise UsageError(message)
    return found


def _of_format(wanted: Format, found: dict[Format, Artifact]) -> Artifact:
    if wanted not in found:
        one = next(iter(found.values()))
        message = (
            f"{one.network} {one.size} is not shipped in {wanted}, known are "
            f"{', '.join(found)}: choose one, or convert with fe-convert"
        )
        raise UsageError(message)
    return found[wanted]


def _runnable(found: dict[Format, Artifact], installed: Callable[[str], bool]) -> Artifact:
    wanted = [each for each in ORDER if each.format in found]
    for each in wanted:
        if installed(each.package):
            return found[each.format]
    raise MissingDependencyError("running a shipped model", wanted[0].package, wanted[0].extra)


def _is_installed(package: str) -> bool:
    return find_spec(package) is not None


def _shown(size: Iterable[int]) -> str:
    return "x".join(map(str, size))
