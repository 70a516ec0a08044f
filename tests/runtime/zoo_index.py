"""A made-up zoo of two networks, for tests that must not depend on what is shipped."""

from __future__ import annotations

from featherface_runtime.zoo import (
    SUFFIXES,
    Archive,
    Artifact,
    Default,
    Format,
    Index,
    Machine,
    Network,
    Precision,
    Reference,
    Timing,
)

DIGEST = "0" * 64


def artifact(
    network: str = "edge",
    format_: Format = "tflite",
    size: tuple[int, int] = (320, 320),
    ratio: float | None = 0.2,
    hard: float = 0.5,
) -> Artifact:
    """Give an artifact whose float network is two points better on hard."""
    name = f"{network}-{size[0]}x{size[1]}"
    model = f"{name}-int8{SUFFIXES[format_]}"
    return Artifact(
        network=network,
        format=format_,
        width=size[0],
        height=size[1],
        archive=f"{name}.tar.xz",
        model=model,
        files={model: DIGEST},
        bytes=2048,
        precision=Precision(0.9, 0.8, hard),
        float_precision=Precision(0.9, 0.8, hard + 0.03),
        landmark_error=0.04,
        timing=Timing(1.5, ratio),
        proof="passed",
    )


def zoo(artifacts: tuple[Artifact, ...], default: tuple[str, int, int] | None = None) -> Index:
    """Give the index of the artifacts; the default is the first where none is named."""
    first = artifacts[0]
    archives = dict.fromkeys(each.archive for each in artifacts)
    return Index(
        version="0.1.0",
        default=Default(*(default or (first.network, first.width, first.height)), "it is the best"),
        conditions={"AP": "three photographs"},
        machine=Machine("a processor", "Linux x86_64", 1, {"ai-edge-litert": "2.3.0"}),
        reference=Reference("rival", 640, 640, {"tflite": 7.5}, {"tflite": {"320x320": 0.25}}),
        networks=tuple(
            Network(name, 1234, DIGEST)
            for name in dict.fromkeys(each.network for each in artifacts)
        ),
        archives=tuple(Archive(file, 10, DIGEST) for file in archives),
        artifacts=artifacts,
    )
