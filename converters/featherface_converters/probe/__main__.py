"""Makes the probe: python -m featherface_converters.probe FOLDER."""

from __future__ import annotations

import argparse
import json
from dataclasses import replace
from pathlib import Path

from featherface_converters.onnx import save
from featherface_converters.prepare import prepare
from featherface_converters.probe.graph import probe_graph
from featherface_edge.files import replacing, write_text
from featherface_edge.models.checkpoints import load, resized, shipped
from featherface_edge.spec import to_json

NETWORK, SIDE = "edge-nano", 320


def main() -> None:
    """Writes probe.onnx, and probe.json: its manifest and what its statistics are of."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("out", type=Path, metavar="FOLDER")
    folder: Path = parser.parse_args().out
    found = load(shipped(NETWORK))
    spec = resized(replace(found.spec, training={}), SIDE, SIDE)
    model, tensors = probe_graph(prepare(found.model, spec.preprocessing), spec)
    with replacing(folder / "probe.onnx") as fresh:
        save(model, fresh)
    about = {"manifest": json.loads(to_json(spec)), "tensors": tensors}
    write_text(folder / "probe.json", json.dumps(about, indent=1) + "\n")
    print(f"{folder / 'probe.onnx'}: {(folder / 'probe.onnx').stat().st_size} bytes")


if __name__ == "__main__":
    main()
