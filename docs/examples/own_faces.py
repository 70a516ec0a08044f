"""Training on one's own photographs: python own_faces.py faces.csv runs/mine

faces.csv has a line a face: the photograph's path, x1, y1, x2, y2 in pixels. Twenty steps only show
that it works; a network that finds faces wants thousands, some thousand photographs, and landmarks.
"""

import csv
import json
import sys
from collections import defaultdict
from pathlib import Path

from featherface_edge.cli import main

table, run = map(Path, sys.argv[1:])
faces: dict[str, list[list[float]]] = defaultdict(list)
with table.open(newline="") as rows:
    for photograph, *box in csv.reader(rows):
        faces[str(Path(photograph).resolve())].append([float(value) for value in box])
labels = table.with_suffix(".jsonl")
lines = [json.dumps({"file": file, "boxes": boxes}) for file, boxes in faces.items()]
labels.write_text("".join(f"{line}\n" for line in lines))

settings = table.with_suffix(".toml")
settings.write_text(f"""network = "edge-nano"
[data]
train = ["{labels}"]
[augment]
recipe = "scales"
[optimizer]
rate = 1e-3
[schedule]
name = "onecycle"
[loop]
epochs = 1
steps = 20
batch = 4
side = 160
workers = 0
""")
sys.exit(
    main(["train", "check-data", str(labels)])
    or main(["train", "fit", str(settings), "-o", str(run)])
)
