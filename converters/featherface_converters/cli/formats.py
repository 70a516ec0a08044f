"""Flags that choose among the forms of a format."""

from __future__ import annotations

from typing import TYPE_CHECKING

from featherface_converters.formats import TARGETS, Options
from featherface_converters.formats.capability import ENDS

if TYPE_CHECKING:
    import argparse

    from featherface_edge.spec import Axis

EVERY_AXIS: tuple[Axis, ...] = ("batch", "height", "width")
FLAVOURS = sorted({flavour for form in TARGETS.values() for flavour in form.flavours})


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds --list, --io, --dynamic, --opset and --flavour."""
    group = parser.add_argument_group("forms of a format (see --list)")
    group.add_argument(
        "--list", action="store_true", help="show what each target can do, and convert nothing"
    )
    group.add_argument("--io", choices=ENDS, default="", help="number type of TFLite's ends")
    group.add_argument(
        "--dynamic",
        action="store_true",
        help="float ONNX for any batch, height and width, as far as the network can",
    )
    group.add_argument("--opset", type=int, metavar="N", help="version of ONNX's operators")
    group.add_argument(
        "--flavour",
        choices=FLAVOURS,
        default="",
        help="tensorrt: INT8 ONNX in the form that TensorRT wants, for a Jetson",
    )


def options(args: argparse.Namespace) -> Options:
    """What was chosen."""
    axes = EVERY_AXIS if args.dynamic else ()
    return Options(args.opset, axes, args.io, args.flavour)
