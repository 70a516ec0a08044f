"""Fits the probe's embedding: python -m featherface_calibration.probe_model PHOTOGRAPHS... -o FILE.

Each PHOTOGRAPHS is a folder or list of one kind of picture; every kind counts alike.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from featherface_calibration.listing import photographs_of
from featherface_calibration.probe_model.embedding import fitted
from featherface_calibration.probe_model.probe import Probe
from featherface_edge.detection import letterbox
from featherface_edge.files import replacing
from featherface_edge.images import read_image

# Where the network's parts end: what is told there holds what was told before.
BLOCKS = ("fine", "middle.2", "coarse.2", "merge")


def main() -> None:
    """Write the file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("photographs", type=Path, nargs="+")
    parser.add_argument("-o", "--out", type=Path, required=True, metavar="FILE")
    parser.add_argument("--each", type=int, default=90, help="of every kind (%(default)s)")
    args = parser.parse_args()
    probe = Probe()
    last = {tensor.block: tensor for tensor in probe.tensors}
    channels = np.concatenate([np.arange(last[name].begin, last[name].end) for name in BLOCKS])
    files = [file for path in args.photographs for file in photographs_of(path)[: args.each]]
    looks = [probe.look(letterbox(read_image(file), probe.spec.preprocessing)[0]) for file in files]
    highs, means = (
        np.stack([each.highs for each in looks]),
        np.stack([each.means for each in looks]),
    )
    with replacing(args.out) as fresh:
        fitted(highs, means, channels).write(fresh)
    print(f"{args.out}: from {len(files)} photographs")


if __name__ == "__main__":
    main()
