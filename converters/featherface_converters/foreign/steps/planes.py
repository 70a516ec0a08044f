"""Operators on neighbouring cells of a plane, as PyTorch computes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from torch.nn import functional

if TYPE_CHECKING:
    from collections.abc import Sequence

    import torch

    from featherface_converters.foreign.steps.call import Call

_PLANE = 2  # axes of a picture


def _padded(call: Call, fill: float) -> tuple[torch.Tensor, tuple[int, int]]:
    """The input and what is left to pad at both ends of its two axes."""
    kernel = call.setting("kernel_shape", None) or list(call[1].shape[2:])
    if len(kernel) != _PLANE:
        raise call.refusal(f"has a kernel of {len(kernel)} axes, wanted 2")
    top, left, bottom, right = _pads(call, kernel)
    if (top, left) == (bottom, right):
        return call[0], (top, left)
    return functional.pad(call[0], (left, right, top, bottom), value=fill), (0, 0)


def _pads(call: Call, kernel: Sequence[int]) -> list[int]:
    mode = call.setting("auto_pad", "NOTSET")
    if mode == "NOTSET":
        return list(call.setting("pads", [0, 0, 0, 0]))
    if mode == "VALID":
        return [0, 0, 0, 0]
    strides, spread = call.setting("strides", [1, 1]), call.setting("dilations", [1, 1])
    sides = list(call[0].shape[2:])
    whole = [
        max((-(-side // step) - 1) * step + (size - 1) * gap + 1 - side, 0)
        for side, step, size, gap in zip(sides, strides, kernel, spread, strict=True)
    ]
    small, large = [each // 2 for each in whole], [each - each // 2 for each in whole]
    return [*small, *large] if mode == "SAME_UPPER" else [*large, *small]


def conv(call: Call) -> torch.Tensor:
    """Conv: a convolution of the picture with a kernel (O, I / groups, K, K)."""
    source, padding = _padded(call, 0.0)
    return functional.conv2d(
        source,
        call[1],
        call.tensors.get(2),
        stride=tuple(call.setting("strides", (1, 1))),
        padding=padding,
        dilation=tuple(call.setting("dilations", (1, 1))),
        groups=call.setting("group", 1),
    )


def conv_transpose(call: Call) -> torch.Tensor:
    """ConvTranspose, of equal pads on both sides."""
    pads = call.setting("pads", [0, 0, 0, 0])
    if pads[:2] != pads[2:] or call.setting("auto_pad", "NOTSET") != "NOTSET":
        raise call.refusal("pads its sides unequally")
    return functional.conv_transpose2d(
        call[0],
        call[1],
        call.tensors.get(2),
        stride=tuple(call.setting("strides", (1, 1))),
        padding=tuple(pads[:2]),
        output_padding=tuple(call.setting("output_padding", (0, 0))),
        groups=call.setting("group", 1),
        dilation=tuple(call.setting("dilations", (1, 1))),
    )


def max_pool(call: Call) -> torch.Tensor:
    """MaxPool: the greatest value under each place of the kernel."""
    source, padding = _padded(call, float("-inf"))
    return functional.max_pool2d(
        source,
        tuple(call.setting("kernel_shape", ())),
        tuple(call.setting("strides", (1, 1))),
        padding,
        tuple(call.setting("dilations", (1, 1))),
        bool(call.setting("ceil_mode", 0)),
    )


def average_pool(call: Call) -> torch.Tensor:
    """AveragePool, of equal pads on both sides."""
    kernel = call.setting("kernel_shape", ())
    top, left, bottom, right = _pads(call, kernel)
    if (top, left) != (bottom, right):
        raise call.refusal("pads its sides unequally")
    return functional.avg_pool2d(
        call[0],
        tuple(kernel),
        tuple(call.setting("strides", (1, 1))),
        (top, left),
        bool(call.setting("ceil_mode", 0)),
        bool(call.setting("count_include_pad", 0)),
    )


def normalised(call: Call) -> torch.Tensor:
    """BatchNormalization with stored statistics."""
    weight, bias, mean, variance = (call[place] for place in range(1, 5))
    return functional.batch_norm(
        call[0], mean, variance, weight, bias, eps=call.setting("epsilon", 1e-5)
    )


def resized(call: Call) -> torch.Tensor:
    """Resize, to the nearest cell or bilinear."""
    modes = {
        ("nearest", "align_corners"): None,
        ("linear", "half_pixel"): ("bilinear", False),
        ("linear", "pytorch_half_pixel"): ("bilinear", False),
        ("linear", "align_corners"): ("bilinear", True),
    }
    mode = call.setting("mode", "nearest")
    grid = call.setting("coordinate_transformation_mode", "half_pixel")
    form = modes.get((mode, grid), ("nearest", None) if mode == "nearest" else None)
    if form is None or call.setting("antialias", 0):
        raise call.refusal(f"interpolates by {mode}, {grid}")
    before = list(call[0].shape)
    scales, sizes = call.numbers(2), call.wholes(3)
    after = sizes or [int(side * scale) for side, scale in zip(before, scales or (), strict=True)]
    if after[:2] != before[:2] or len(after) != 2 + _PLANE:
        raise call.refusal(f"makes {after} of {before}")
    factors = [new / old for new, old in zip(after[2:], before[2:], strict=True)]
    if all(factor.is_integer() for factor in factors):
        return functional.interpolate(
            call[0], scale_factor=factors, mode=form[0], align_corners=form[1]
        )
    return functional.interpolate(call[0], size=after[2:], mode=form[0], align_corners=form[1])


def framed(call: Call) -> torch.Tensor:
    """Pad: constant, reflected or repeated."""
    mode = {"constant": "constant", "reflect": "reflect", "edge": "replicate"}.get(
        call.setting("mode", "constant")
    )
    pads, fill = call.wholes(1) or [], (call.numbers(2) or [0.0])[0]
    half = len(pads) // 2
    if mode is None or half != call[0].ndim or call.wholes(3):
        raise call.refusal("pads in a way that is not known")
    ends = [(pads[axis], pads[axis + half]) for axis in reversed(range(half))]
    while mode != "constant" and ends and ends[-1] == (0, 0):
        ends.pop()
    flat = [side for pair in ends for side in pair]
    value = fill if mode == "constant" else None
    return functional.pad(call[0], flat, mode=mode, value=value)


def shuffled(call: Call) -> torch.Tensor:
    """DepthToSpace, columns and rows first, as pixel_shuffle has it."""
    if call.setting("mode", "DCR") != "CRD":
        raise call.refusal("orders depth first")
    return functional.pixel_shuffle(call[0], call.setting("blocksize", 1))
