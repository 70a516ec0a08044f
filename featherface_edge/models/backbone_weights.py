"""Trained weights of the backbone as a start for training: ImageNet's, or a relative's."""

from __future__ import annotations

import pickle
from collections.abc import Mapping
from typing import TYPE_CHECKING, cast

import torch
from torch import Tensor, nn

from featherface_edge.errors import CheckpointError, UsageError, first_line
from featherface_edge.models.backbones import MobileNet
from featherface_edge.models.blocks import leaky
from featherface_edge.models.checkpoints import load

if TYPE_CHECKING:
    from pathlib import Path

    from featherface_edge.spec import Preprocessing

PREFIX = "module."
CLASSIFIER = "fc."
STEM, STEM_MEAN = "stage1.0.0.weight", "stage1.0.1.running_mean"
AFTER_STEM = "stage1.1.3.weight"  # the 1x1 convolution that reads the stem's channels
LEVELS = 255.0
CHECKPOINT = ".safetensors"
# What the classifier was trained on: RGB, torchvision's normalisation. The file does not say so;
# the statistics of its first batch normalisation fit photographs in this form and in no other.
MEAN, DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


def start_backbone(model: nn.Module, path: Path, preprocessing: Preprocessing) -> None:
    """Give the model's backbone the weights of another network, in place.

    path: the published classifier, or a checkpoint (.safetensors) of a network of the family.
    preprocessing: what the model eats; the first convolution takes up the difference to what the
    classifier ate. Channels of a wider stem stay as they are, and nobody reads them at first.

    Raises: UsageError for a model without this backbone. CheckpointError for another file.
    """
    backbone = getattr(model, "backbone", None)
    if not isinstance(backbone, MobileNet):
        raise UsageError(
            f"{type(model).__name__} has no MobileNet backbone for {path.name}: leave it out"
        )
    fresh = backbone.state_dict()
    if path.suffix == CHECKPOINT:
        found = _relative(path, preprocessing)
    else:
        found = _for_input(load_imagenet(path), preprocessing)
    backbone.load_state_dict(
        {name: _placed(name, value, fresh[name]) for name, value in found.items()}
    )


def _relative(path: Path, preprocessing: Preprocessing) -> dict[str, Tensor]:
    """The backbone's tensors of a trained network that eats the same."""
    other = load(path)
    backbone = getattr(other.model, "backbone", None)
    if not isinstance(backbone, MobileNet):
        raise CheckpointError(
            f"{path} is '{other.spec.network}', which has no MobileNet backbone: "
            "give a checkpoint of a network that has one"
        )
    if other.spec.preprocessing != preprocessing:
        raise CheckpointError(
            f"{path} is '{other.spec.network}', which eats other pixels "
            f"({other.spec.preprocessing.colour} minus {other.spec.preprocessing.mean}): "
            "give a checkpoint of a network with the same input"
        )
    return backbone.state_dict()


def load_imagenet(path: Path) -> dict[str, Tensor]:
    """The backbone's tensors of the published MobileNetV1 x 0.25 classifier.

    Raises: CheckpointError when the file is something else.
    """
    try:
        content: object = torch.load(path, map_location="cpu", weights_only=True)
    except (OSError, EOFError, RuntimeError, pickle.UnpicklingError) as error:
        raise _other(path, first_line(error)) from error
    if not isinstance(content, Mapping) or not isinstance(
        state := cast("Mapping[str, object]", content).get("state_dict"), Mapping
    ):
        raise _other(path, "no 'state_dict' in it")
    tensors = _named(cast("Mapping[str, object]", state))
    wanted = MobileNet(leaky()).state_dict()
    wrong = [
        name
        for name in {**wanted, **tensors}
        if name not in wanted or name not in tensors or tensors[name].shape != wanted[name].shape
    ]
    if wrong:
        raise _other(path, f"{len(wrong)} tensors do not fit, such as {wrong[0]}")
    return tensors


def _named(state: Mapping[str, object]) -> dict[str, Tensor]:
    named = {name.removeprefix(PREFIX): value for name, value in state.items()}
    return {
        name: value
        for name, value in named.items()
        if isinstance(value, Tensor) and not name.startswith(CLASSIFIER)
    }


def _other(path: Path, fault: str) -> CheckpointError:
    return CheckpointError(
        f"{path} is not the published MobileNetV1 x 0.25 classifier ({fault}): "
        "give mobilenetV1X0.25_pretrain.tar"
    )


def _for_input(state: dict[str, Tensor], preprocessing: Preprocessing) -> dict[str, Tensor]:
    """The same network for another input, exact but for the padded border."""
    backwards = preprocessing.colour == "bgr"
    mean = torch.tensor(preprocessing.mean[::-1] if backwards else preprocessing.mean)
    step = LEVELS * torch.tensor(DEVIATION)
    kernel = state[STEM] / step[:, None, None]
    shift = (kernel.sum(dim=(2, 3)) * (mean - LEVELS * torch.tensor(MEAN))).sum(dim=1)
    kernel = kernel / preprocessing.scale
    return {
        **state,
        STEM: kernel.flip(1) if backwards else kernel,
        STEM_MEAN: state[STEM_MEAN] - shift,
    }


def _placed(name: str, value: Tensor, fresh: Tensor) -> Tensor:
    """The tensor in the first channels of a wider one."""
    if value.shape == fresh.shape:
        return value
    wide = torch.zeros_like(fresh) if name == AFTER_STEM else fresh.clone()
    wide[tuple(slice(size) for size in value.shape)] = value
    return wide
