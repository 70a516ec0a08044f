"""Checkpoints: our safetensors files with a manifest, and the import of published .pth files."""

from __future__ import annotations

import hashlib
import pickle
from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path
from typing import TypeGuard, cast

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import load_file, save_file  # pyright: ignore[reportUnknownVariableType] - untyped dicts
from torch import Tensor, nn

from featherface_edge import __version__
from featherface_edge.errors import CheckpointError, ModelFileError, first_line
from featherface_edge.files import replacing
from featherface_edge.models.registry import ANCHOR_LEVELS, VARIANCES, network, output_maps
from featherface_edge.models.upstream import renamed
from featherface_edge.models.widths import fitted
from featherface_edge.spec import BLANK, ModelSpec, from_json, read_seal, to_json, write_seal

MANIFEST_KEY = "featherface_edge.manifest"
SUFFIX = ".safetensors"
SHOWN = 8  # names listed in an error message
SIDE = 32  # of the picture that a network of unknown widths is tried on


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A trained float network in evaluation mode and its manifest."""

    model: nn.Module
    spec: ModelSpec


def shipped(name: str = "edge") -> Path:
    """The path of the trained weights that come with this package.

    Raises: CheckpointError when none of this name are shipped.
    """
    path = _shelf() / f"{name}{SUFFIX}"
    if not path.is_file():
        raise CheckpointError(
            f"no trained weights of '{name}' come with this package: give a checkpoint file"
        )
    return path


def shipped_names() -> list[str]:
    """The networks whose trained weights come with this package, in the order of their names."""
    return sorted(path.stem for path in _shelf().glob(f"*{SUFFIX}"))


def _shelf() -> Path:
    return Path(str(files("featherface_edge") / "weights"))


def save(
    path: Path, model: nn.Module, name: str, training: Mapping[str, str], architecture: str = ""
) -> ModelSpec:
    """Write the network's weights and manifest to path, under a seal; give the manifest without it.

    training: how the weights came about (data, teacher, steps, fingerprint), kept word by word.
    architecture: the network of the registry that this one has the modules of, where its widths are
    its own; `name` is then free.
    """
    spec = described(model, name, training, architecture)
    state = {key: value.detach().contiguous().cpu() for key, value in model.state_dict().items()}
    with replacing(path) as temporary:
        save_file(state, temporary, metadata={MANIFEST_KEY: to_json(replace(spec, seal=BLANK))})
        write_seal(temporary)
    return spec


def described(
    model: nn.Module, name: str, training: Mapping[str, str], architecture: str = ""
) -> ModelSpec:
    """The manifest of the network with its present weights; the names as in `save`."""
    return ModelSpec(
        network=name,
        version=__version__,
        precision="float32",
        preprocessing=network(architecture or name).preprocessing,
        levels=ANCHOR_LEVELS,
        outputs=output_maps(),
        weights_sha256=weights_sha256(model.state_dict()),
        variances=VARIANCES,
        training=dict(training),
        toolchain={"torch": torch.__version__},
        architecture=architecture,
    )


def load(path: Path) -> Checkpoint:
    """The network and manifest of one of our safetensors files, at the widths of its weights.

    The manifest comes without its seal, which is of this one file.

    Raises: CheckpointError when the file is none of ours, was changed, or its weights do not fit
    its network or fingerprint.
    """
    manifest, state = _read(path)
    if manifest is None:
        raise CheckpointError(
            f"{path} has no featherface-edge manifest: "
            "import published files with 'fe-train import FILE --network NAME'"
        )
    _check_seal(path)
    spec = replace(from_json(manifest), seal="")
    if weights_sha256(state) != spec.weights_sha256:
        raise CheckpointError(
            f"{path}: the weights do not have the manifest's SHA-256: "
            "the file was changed, fetch it anew"
        )
    model = network(spec.built_as).build()
    if spec.architecture:
        fitted(model, state)
    filled = _filled(model, state, f"{path} does not fit network '{spec.built_as}'")
    if spec.architecture:
        _check_widths(filled, path)
    return Checkpoint(filled, spec)


def _check_seal(path: Path) -> None:
    try:
        read_seal(path)
    except ModelFileError as error:
        raise CheckpointError(str(error)) from error


def import_upstream(path: Path, name: str) -> nn.Module:
    """The network `name` with the weights of a published .pth file, in evaluation mode.

    Raises: CheckpointError when the file cannot be read or lacks, or has more than, this network's
    tensors.
    """
    try:
        state: object = torch.load(path, map_location="cpu", weights_only=True)
    except (OSError, EOFError, RuntimeError, pickle.UnpicklingError) as error:
        raise CheckpointError(
            f"{path} is no PyTorch checkpoint ({first_line(error)}): give a .pth file"
        ) from error
    if not _is_state_dict(state):
        raise CheckpointError(
            f"{path} holds no state dict of tensors: "
            "give the file that torch.save(model.state_dict()) wrote"
        )
    model = network(name).build()
    return _filled(model, renamed(state), f"{path} does not fit network '{name}'")


def _is_state_dict(state: object) -> TypeGuard[Mapping[str, Tensor]]:
    if not isinstance(state, Mapping):
        return False
    values = cast("Mapping[object, object]", state).values()
    return all(isinstance(value, Tensor) for value in values)


def resized(spec: ModelSpec, width: int, height: int) -> ModelSpec:
    """The manifest for another input size.

    Raises: ValueError when a side is no multiple of the largest stride.
    """
    return replace(spec, preprocessing=replace(spec.preprocessing, width=width, height=height))


def weights_sha256(state: Mapping[str, Tensor]) -> str:
    """SHA-256 over names, types, shapes and bytes of the tensors, in the order of their names."""
    digest = hashlib.sha256()
    for key in sorted(state):
        value = state[key].detach().cpu().contiguous()
        digest.update(f"{key} {value.dtype} {tuple(value.shape)}\n".encode())
        digest.update(value.numpy().tobytes())
    return digest.hexdigest()


def _read(path: Path) -> tuple[str | None, dict[str, Tensor]]:
    try:
        with safe_open(path, framework="pt") as file:  # pyright: ignore[reportUnknownVariableType]
            metadata = cast("dict[str, str] | None", file.metadata()) or {}
        return metadata.get(MANIFEST_KEY), load_file(path)
    except (OSError, SafetensorError) as error:
        raise CheckpointError(
            f"{path} is no safetensors file ({first_line(error)}): give one of 'fe-train'"
        ) from error


def _filled(model: nn.Module, state: Mapping[str, Tensor], complaint: str) -> nn.Module:
    _check_fit(state, model.state_dict(), complaint)
    model.load_state_dict(state)
    return model.eval()


def _check_widths(model: nn.Module, path: Path) -> None:
    try:
        with torch.inference_mode():
            model(torch.zeros(1, 3, SIDE, SIDE))
    except RuntimeError as error:
        raise CheckpointError(
            f"{path}: the widths of its layers do not fit together ({first_line(error)}): "
            "give a file of 'fe-train' or 'fe-prune'"
        ) from error


def _check_fit(found: Mapping[str, Tensor], wanted: Mapping[str, Tensor], complaint: str) -> None:
    reshaped = [
        f"{key} {tuple(found[key].shape)} instead of {tuple(wanted[key].shape)}"
        for key in wanted
        if key in found and found[key].shape != wanted[key].shape
    ]
    missing = [key for key in wanted if key not in found]
    unexpected = [key for key in found if key not in wanted]
    groups = (("missing", missing), ("unexpected", unexpected), ("of another shape", reshaped))
    faults = "; ".join(
        f"{len(names)} {label} ({_shortened(names)})" for label, names in groups if names
    )
    if faults:
        raise CheckpointError(f"{complaint}: {faults}: choose the network that it was trained as")


def _shortened(names: list[str]) -> str:
    return ", ".join(names[:SHOWN]) + (", ..." if len(names) > SHOWN else "")
