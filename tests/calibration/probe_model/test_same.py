from __future__ import annotations

import numpy as np
import pytest

from featherface_calibration import demo_photo
from featherface_calibration.probe_model import Probe
from featherface_edge.detection import letterbox, network_input
from featherface_edge.evaluation.checkpoint import raw_outputs
from featherface_edge.images import read_image
from featherface_edge.models.checkpoints import load, shipped

pytestmark = pytest.mark.torch


def test_probe_is_the_shipped_network() -> None:
    probe = Probe()
    canvas, _ = letterbox(read_image(demo_photo()), probe.spec.preprocessing)
    found = load(shipped("edge-nano"))
    maps = raw_outputs(found.model, network_input(canvas, probe.spec.preprocessing))
    wanted = np.array([(each.min(), each.max()) for each in maps])
    assert probe.spec.weights_sha256 == found.spec.weights_sha256
    assert np.allclose(probe.look(canvas).limits, wanted, atol=1e-3)
