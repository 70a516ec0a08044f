"""A folder with everything that the pages name: photographs, labels, models, keys, settings."""

from __future__ import annotations

import gzip
import json
import re
import shutil
import subprocess
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch

from featherface_boards.bench.files import write_runs
from featherface_calibration import building
from featherface_edge.images import read_image
from featherface_edge.models import checkpoints, registry
from featherface_runtime import zoo
from tests.boards.bench.simulated import contest
from tests.docs.reading import blocks
from tests.evaluation.peer_files import write_yunet
from tests.evaluation.wider_files import write_ground_truth
from tests.pictures import write_photograph
from tests.training.face_set import entries

if TYPE_CHECKING:
    from collections.abc import Sequence

PHOTOS = Path(str(files("featherface_calibration") / "photos"))
SETS = ("wider_test", "wider_train", "masks", "masks_ilc", "fddb", "keypoints", "no_face")


def fill(folder: Path) -> None:
    """Write everything into the folder."""
    fill_to_detect(folder)
    _labels(folder)
    _wider(folder)
    _weights(folder)
    _keys(folder)
    _settings(folder)
    _sets(folder)
    _results(folder)


def fill_to_detect(folder: Path) -> None:
    """Write photographs and models into the folder."""
    _photographs(folder)
    _artifacts(folder)


def _photographs(folder: Path) -> None:
    demo = PHOTOS / "demo" / "astronaut.jpg"
    shutil.copy(demo, folder / "photo.jpg")
    shutil.copytree(PHOTOS / "demo", folder / "holiday")
    shutil.copytree(PHOTOS / "calibration", folder / "photos")


def _labels(folder: Path) -> None:
    faces = folder / "faces"
    (faces / "pseudo").mkdir(parents=True)
    given = [json.loads(line) for line in entries()]
    known = [{**entry, "set": SETS[index % len(SETS)]} for index, entry in enumerate(given)]
    _write_lines(faces / "train.jsonl", known[:7])
    _write_lines(faces / "calib.jsonl", known[7:8])
    _write_lines(folder / "labels.jsonl", [_saved_again(folder, each) for each in given[:2]])
    guesses = [{**entry, "scores": [0.9] * len(entry["boxes"])} for entry in known]
    for name in ("pseudo_v1", "pseudo_v1x15", "pseudo_yunet"):
        packed = "".join(f"{json.dumps(guess)}\n" for guess in guesses)
        (faces / "pseudo" / f"{name}.jsonl.gz").write_bytes(gzip.compress(packed.encode()))
    (folder / "mine").mkdir()
    for part in ("train", "val"):
        _write_coco(folder / "mine" / f"{part}.json", given[:4])


def _saved_again(folder: Path, entry: dict[str, Any]) -> dict[str, Any]:
    """Give the entry with a photograph of other bytes, as what proves must not calibrate."""
    file = (folder / Path(entry["file"]).name).with_suffix(".png")
    return {**entry, "file": str(write_photograph(file, read_image(Path(entry["file"]))))}


def _write_lines(path: Path, lines: Sequence[object]) -> None:
    path.write_text("".join(f"{json.dumps(line)}\n" for line in lines), encoding="utf-8")


def _write_coco(path: Path, given: Sequence[dict[str, Any]]) -> None:
    images: list[dict[str, Any]] = []
    annotations: list[dict[str, Any]] = []
    for number, entry in enumerate(given):
        source = Path(entry["file"])
        shutil.copy(source, path.parent / source.name)
        height, width = read_image(source).shape[:2]
        images.append({"id": number, "file_name": source.name, "width": width, "height": height})
        for x1, y1, x2, y2 in entry["boxes"]:
            box = [x1, y1, x2 - x1, y2 - y1]
            annotations.append({"id": len(annotations), "image_id": number, "bbox": box})
            annotations[-1] |= {"category_id": 1, "iscrowd": 0, "area": box[2] * box[3]}
    categories = [{"id": 1, "name": "face"}]
    content = {"images": images, "annotations": annotations, "categories": categories}
    path.write_text(json.dumps(content), encoding="utf-8")


def _wider(folder: Path) -> None:
    """Write a val of two photographs: as downloaded, as JSON lines, and its ground truth."""
    event = "0--Parade"
    pictures = folder / "WIDER" / "WIDER_val" / "images" / event
    pictures.mkdir(parents=True)
    truths: dict[str, list[list[float]]] = {}
    lines: list[str] = []
    labels: list[object] = []
    for number, text in enumerate(entries()[8:]):
        entry = json.loads(text)
        name = f"0_Parade_marchingband_1_{number}"
        write_photograph(pictures / f"{name}.jpg", read_image(Path(entry["file"])))
        boxes = [[x1, y1, x2 - x1, y2 - y1] for x1, y1, x2, y2 in entry["boxes"]]
        truths[name] = [[round(side) for side in box] for box in boxes]
        lines += [f"{event}/{name}.jpg", str(len(boxes))]
        lines += [" ".join(map(str, [*box, *([0] * 6)])) for box in truths[name]]
        labels.append({**entry, "file": str(pictures / f"{name}.jpg")})
    split = folder / "WIDER" / "wider_face_split"
    split.mkdir()
    (split / "wider_face_val_bbx_gt.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    for place in (folder, folder / "faces"):
        _write_lines(place / "val.jsonl", labels)
    for truth in ("wider_ground_truth", "widerface_ground_truth"):
        (folder / truth).mkdir()
        places = {name: list(range(1, len(boxes) + 1)) for name, boxes in truths.items()}
        keep: dict[str, Any] = dict.fromkeys(("easy", "medium", "hard"), places)
        write_ground_truth(folder / truth, {event: truths}, keep)


def _weights(folder: Path) -> None:
    torch.manual_seed(0)
    shutil.copy(checkpoints.shipped("edge"), folder / "edge.safetensors")
    checkpoints.save(folder / "edge-lean.safetensors", registry.build("edge-lean"), "edge-lean", {})
    shutil.copy(checkpoints.shipped("edge-pico"), folder / "mine.safetensors")
    teacher = registry.build("v1")
    torch.save(teacher.state_dict(), folder / "featherface_v1.pth")
    checkpoints.save(folder / "v1.safetensors", teacher, "v1", {})
    for name in ("yunet_n.onnx", "yunet_n_dynamic.onnx"):
        write_yunet(folder / name)


def _artifacts(folder: Path) -> None:
    wish = zoo.Shipped("edge-pico", (320, 320), "tflite")
    with zoo.model_file(wish) as file:
        for name in ("edge.tflite", "model.tflite", "model-int8.tflite"):
            shutil.copy(file, folder / name)


def _keys(folder: Path) -> None:
    make = ("openssl", "genpkey", "-algorithm", "ed25519", "-out", "maker.pem")
    subprocess.run(make, cwd=folder, check=True, capture_output=True)
    show = ("openssl", "pkey", "-in", "maker.pem", "-pubout", "-out", "maker.pub")
    subprocess.run(show, cwd=folder, check=True, capture_output=True)


def _settings(folder: Path) -> None:
    camera = 'model = "edge-pico"\n[[source]]\nuri = "test:"\n'
    (folder / "camera.toml").write_text(camera, encoding="utf-8")
    (training,) = (block for block in blocks("toml") if block.page == "docs/training.md")
    labels_alone = re.sub(
        r"^\[distill\].*?(?=^\[)", "", training.text, flags=re.MULTILINE | re.DOTALL
    )
    (folder / "my.toml").write_text(labels_alone, encoding="utf-8")
    pruning = files("featherface_edge.pruning") / "presets" / "edge.toml"
    (folder / "my-pruning.toml").write_bytes(pruning.read_bytes())


def _sets(folder: Path) -> None:
    """Write calibration sets for canvases of 64x64, which commands are run with."""
    for name, part in (("hall", "calibration"), ("door", "proof")):
        building.build(
            building.Order((str(PHOTOS / part),), 8, folder / f"{name}.calib", (64, 64)), print
        )


def _results(folder: Path) -> None:
    """Write results of fe-bench, and the network of others that it is asked to look at."""
    (folder / "results").mkdir()
    for number, name in enumerate(("before", "after", "both", "here", "results/board")):
        write_runs(folder / f"{name}.json", contest([2.0, 3.0], seed=number))
    (folder / "peers").mkdir()
    write_yunet(folder / "peers" / "yunet_n_dynamic.onnx")
