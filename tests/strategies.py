"""What Hypothesis draws for this project's records and arrays."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from hypothesis import strategies as st

from featherface_edge.spec import (
    BLANK,
    QUANTILES,
    Calibration,
    Checks,
    Decoding,
    Preprocessing,
    Thresholds,
    Usual,
)
from tests.fakes import model_spec, quiet_outputs

if TYPE_CHECKING:
    from featherface_edge.detection import FloatArray
    from featherface_edge.spec import ModelSpec

sides = st.integers(1, 6).map(lambda cells: 32 * cells)
frame_sizes = st.tuples(st.integers(1, 300), st.integers(1, 300))
shares = st.floats(0, 1, allow_nan=False)
names = st.text(min_size=1, max_size=12)
texts = st.dictionaries(names, st.text(max_size=12), max_size=3)
hashes = st.text("0123456789abcdef", min_size=64, max_size=64)
bytes_of_colour = st.integers(0, 255)
seeds = st.integers(0, 2**32 - 1)

preprocessings = st.builds(
    Preprocessing,
    width=sides,
    height=sides,
    colour=st.sampled_from(["rgb", "bgr"]),
    mean=st.tuples(*[st.floats(0, 255)] * 3),
    scale=st.floats(1e-3, 10),
    pad=st.tuples(*[bytes_of_colour] * 3),
)
thresholds = st.builds(
    Thresholds,
    score=shares,
    iou=shares,
    top_k=st.integers(0, 1000),
    keep_k=st.integers(0, 1000),
)
calibrations = st.builds(
    Calibration, source=names, images=st.integers(1, 500), fingerprint=hashes, method=names
)
decodings = st.builds(
    Decoding,
    scores=st.sampled_from(["sigmoid", "probability"]),
    boxes=st.sampled_from(["ssd", "distances"]),
    origin=st.sampled_from(["centre", "corner"]),
)
checks = st.builds(
    Checks,
    pictures=st.lists(names, min_size=1, max_size=2).map(tuple),
    samples=st.integers(1, 64),
    expected=names,
    tolerances=st.fixed_dictionaries(
        {output.name: st.floats(1e-4, 1) for output in model_spec().outputs}
    ),
    engine=names,
)
seals = st.sampled_from(["", BLANK])
numbers = st.integers(-1000, 1000) | st.floats(-1e6, 1e6)
proofs = st.dictionaries(
    names, st.recursive(numbers | names | st.booleans(), lambda inner: st.lists(inner, max_size=3))
).map(lambda free: {**free, "verdict": "passed"})


usuals = st.builds(
    Usual,
    st.integers(1, 99),
    st.dictionaries(
        names,
        st.lists(st.floats(-9, 9), min_size=QUANTILES, max_size=QUANTILES).map(
            lambda values: tuple(sorted(values))
        ),
        min_size=1,
        max_size=2,
    ),
)


@st.composite
def model_specs(draw: st.DrawFn) -> ModelSpec:
    """Draw a spec of any values on the real networks' levels and outputs."""
    return replace(
        model_spec(),
        network=draw(names),
        precision=draw(st.sampled_from(["float32", "float16", "int8"])),
        preprocessing=draw(preprocessings),
        weights_sha256=draw(hashes),
        variances=draw(st.tuples(st.floats(0.01, 1), st.floats(0.01, 1))),
        thresholds=draw(thresholds),
        training=draw(texts),
        calibration=draw(st.none() | calibrations),
        proof=draw(st.none() | proofs),
        toolchain=draw(texts),
        architecture=draw(st.sampled_from(["", "edge"])),
        io=draw(st.sampled_from(["", "uint8"])),
        dynamic=draw(st.sampled_from([(), ("batch",), ("batch", "height", "width")])),
        decoding=draw(st.none() | decodings),
        checks=draw(st.none() | checks),
        usual=draw(st.none() | usuals),
        seal=draw(seals),
    )


@st.composite
def scored_boxes(draw: st.DrawFn) -> tuple[FloatArray, FloatArray]:
    """Draw boxes (N, 4) of sides above 0 that overlap now and then, and their scores (N,)."""
    count = draw(st.integers(0, 200))
    random = np.random.default_rng(draw(seeds))
    corners = random.uniform(0, draw(st.sampled_from([20.0, 200.0])), (count, 2))
    boxes = np.concatenate((corners, corners + random.uniform(1, 40, (count, 2))), axis=1)
    # Few distinct scores, so that equal ones occur.
    scores = random.integers(0, draw(st.sampled_from([5, 10_000])), count) / 10_000
    return boxes.astype(np.float32), scores.astype(np.float32)


@st.composite
def raw_outputs(draw: st.DrawFn, spec: ModelSpec) -> list[FloatArray]:
    """Draw raw outputs of the spec's shapes in which a share of the anchors holds a face."""
    random = np.random.default_rng(draw(seeds))
    share = draw(st.sampled_from([0.0, 0.02, 0.5]))
    outputs = quiet_outputs(spec)
    for values, output in zip(outputs, spec.outputs, strict=True):
        if output.kind == "score":
            faces = random.uniform(size=values.shape) < share
            values[faces] = random.uniform(-1, 6, int(faces.sum()))
        else:
            values[...] = random.normal(0, 1.5, values.shape)
    return outputs
