"""Decoders of other projects' networks, from numbers written by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from featherface_edge.detection.types import Detections
from featherface_edge.errors import ModelFileError, UsageError
from featherface_edge.evaluation.opening import ORIGINAL
from featherface_edge.evaluation.peers import blazeface, scrfd, ultra_light, views, yunet
from featherface_edge.evaluation.peers.detector import Candidates, PeerDetector, corners
from featherface_edge.evaluation.peers.table import PEERS, RIVAL, choices
from featherface_edge.optional import load
from tests.evaluation.peer_files import write_yunet

if TYPE_CHECKING:
    from pathlib import Path

    from featherface_edge.detection.types import FloatArray

SIDES = (64, 32)
MARKS = np.arange(10, dtype=np.float32) / 10
RULE = views.rule_of(SIDES, "bgr", 0.0, 1.0)


def _zeros(*shape: int) -> FloatArray:
    return np.zeros((1, *shape), np.float32)


def _sure(found: Candidates) -> tuple[FloatArray, float, FloatArray]:
    best = int(found.scores.argmax())
    return found.boxes[best], float(found.scores[best]), found.landmarks[best]


def test_yunet_counts_from_the_corner_of_a_cell_in_strides() -> None:
    outputs: dict[str, FloatArray] = {}
    for stride in yunet.STRIDES:
        cells = len(corners(SIDES, stride))
        for kind, count in (("cls", 1), ("obj", 1), ("bbox", 4), ("kps", 10)):
            outputs[f"{kind}_{stride}"] = _zeros(cells, count)
    place = 1 * 4 + 2  # row 1, column 2 of the level of stride 16
    outputs["cls_16"][0, place], outputs["obj_16"][0, place] = 0.5, 0.98
    outputs["bbox_16"][0, place] = [0.5, 0.25, np.log(2.0), 0.0]
    outputs["kps_16"][0, place] = MARKS
    box, score, marks = _sure(yunet.decode(outputs, SIDES))
    np.testing.assert_allclose(box, [24.0, 12.0, 56.0, 28.0], rtol=1e-6)
    assert score == pytest.approx(0.7)
    np.testing.assert_allclose(marks, MARKS.reshape(5, 2) * 16 + (32, 16), rtol=1e-6)


def test_scrfd_measures_distances_from_two_anchors_of_a_corner() -> None:
    outputs: dict[str, FloatArray] = {}
    for place, stride in enumerate(scrfd.STRIDES):
        anchors = 2 * len(corners(SIDES, stride))
        for kind, count in enumerate((1, 4, 10)):
            outputs[f"out{3 * kind + place}"] = _zeros(anchors, count)
    second = 2 * (8 + 3) + 1  # row 1, column 3 of the level of stride 8
    outputs["out0"][0, second] = 0.9
    outputs["out3"][0, second] = [1.0, 0.5, 2.0, 1.5]
    outputs["out6"][0, second] = MARKS
    box, score, marks = _sure(scrfd.decode(outputs, SIDES))
    np.testing.assert_allclose(box, [16.0, 4.0, 40.0, 20.0])
    assert score == pytest.approx(0.9)
    np.testing.assert_allclose(marks, MARKS.reshape(5, 2) * 8 + (24, 8), rtol=1e-6)


def test_ultra_light_gives_shares_and_no_landmarks() -> None:
    outputs = {"scores": _zeros(3, 2), "boxes": _zeros(3, 4)}
    outputs["scores"][0, 1] = [0.2, 0.8]
    outputs["boxes"][0, 1] = [0.25, 0.5, 0.5, 1.0]
    box, score, marks = _sure(ultra_light.decode(outputs, (200, 100)))
    np.testing.assert_allclose(box, [50.0, 50.0, 100.0, 100.0])
    assert score == pytest.approx(0.8)
    assert np.isnan(marks).all()


@pytest.mark.parametrize(
    ("side", "anchors", "place", "middle"),
    [
        (128, 896, 2 * 17 + 1, (12.0, 12.0)),
        (128, 896, 512 + 6 * 9 + 5, (24.0, 24.0)),
        (192, 2304, 49, (6.0, 6.0)),
        (256, 896, 2 * 17, (24.0, 24.0)),
    ],
    ids=["short, fine", "short, coarse", "full", "back"],
)
def test_blazeface_counts_from_the_middle_of_a_cell_in_pixels(
    side: int, anchors: int, place: int, middle: tuple[float, float]
) -> None:
    outputs = {"boxes": _zeros(anchors, 16), "logits": _zeros(anchors, 1) - 200}
    outputs["logits"][0, place] = 200.0
    outputs["boxes"][0, place] = [1, 2, 10, 20, *range(12)]
    box, score, marks = _sure(blazeface.decode(outputs, (side, side)))
    x, y = middle
    np.testing.assert_allclose(box, [x - 4, y - 8, x + 6, y + 12])
    assert score == pytest.approx(1.0)
    np.testing.assert_allclose(marks[:3], [[x, y + 1], [x + 2, y + 3], [x + 4, y + 5]])
    assert np.isnan(marks[3:]).all()  # the corners of the mouth


def test_a_peer_keeps_to_the_protocol_and_to_the_frame() -> None:
    boxes = np.array([[0, 0, 20, 20], [0, 0, 20, 20], [40, 0, 60, 20]], np.float32)
    scores = np.array([0.5, 0.9, 0.02], np.float32)

    def decode(_outputs: object, _sides: object) -> Candidates:
        return Candidates(boxes, scores, boxes[:, None, :2].repeat(5, axis=1))

    detector = PeerDetector(views.letterboxed(RULE), lambda tensor: {"": tensor}, decode)
    found = detector.detect(np.zeros((64, 128, 3), np.uint8))  # shown at half its size
    np.testing.assert_allclose(found.boxes, [[0, 0, 40, 40]])
    np.testing.assert_allclose(found.scores, [0.9])
    assert isinstance(found, Detections)


def test_views_place_the_frame() -> None:
    frame = np.zeros((40, 50, 3), np.uint8)
    frame[..., 2] = 255
    tensor, placement, sides = views.letterboxed(RULE)(frame)
    assert (tensor.shape, sides) == ((1, 3, 32, 64), SIDES)
    assert (placement.scale_x, placement.scale_y) == (0.8, 0.8)
    assert (tensor[0, 0, :, :40] == 255).all()  # blue comes first
    assert (tensor[0, :, :, 40:] == 0).all()
    tensor, placement, sides = views.stretched(RULE)(frame)
    assert (tensor.shape, sides, placement.scale_x) == ((1, 3, 32, 64), (50, 40), 1.0)
    assert (tensor[0, 0] == 255).all()
    tensor, placement, sides = views.unscaled(RULE)(frame)
    assert (tensor.shape, sides, placement.scale_x) == ((1, 3, 64, 64), (64, 64), 1.0)
    assert (tensor[0, 0, :40, :50] == 255).all()
    assert tensor[0, 0].sum() == 255 * 40 * 50
    assert views.channels_last(views.letterboxed(RULE))(frame)[0].shape == (1, 32, 64, 3)


def _touched(folder: Path, *names: str) -> Path:
    (folder / "deep").mkdir()
    for name in names:
        (folder / "deep" / name).touch()
    return folder


def test_peers_are_found_wherever_they_lie_and_the_others_are_named(tmp_path: Path) -> None:
    names = ("yunet_n_dynamic.onnx", "yunet_n_320_320.onnx", "version-RFB-640.onnx")
    found, left_out = choices(_touched(tmp_path, *names), (320, 256))
    assert [each.name for each in found] == ["YuNet_n 320x256", "Ultra-Light RFB-640 640x480"]
    assert found[0].path.name == "yunet_n_dynamic.onnx"
    assert len(left_out) == len(PEERS) - 2
    assert "SCRFD_500m (no scrfd_500m_kps.onnx)" in left_out


def test_pictures_of_their_own_size_are_for_peers_of_any_size(tmp_path: Path) -> None:
    folder = _touched(tmp_path, "yunet_n_dynamic.onnx", "face_detection_front.tflite")
    found, _ = choices(folder, ORIGINAL)
    assert [each.name for each in found] == ["YuNet_n original", "BlazeFace short 128x128"]


def test_a_fixed_file_stands_in_where_it_fits(tmp_path: Path) -> None:
    folder = _touched(tmp_path, "yunet_n_320_320.onnx", "yunet_s_640_640.onnx")
    found, left_out = choices(folder, (320, 320))
    assert [each.path.name for each in found] == ["yunet_n_320_320.onnx"]
    assert found[0].peer is RIVAL
    assert left_out[0].startswith("YuNet_s")


def test_a_folder_without_peers_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"no file of a known peer, wanted yunet_n_dynamic\.onnx"):
        choices(_touched(tmp_path, "edge.onnx"), (320, 320))


@pytest.mark.parametrize("peer", PEERS, ids=lambda peer: peer.name)
def test_every_peer_has_a_decoder(peer: object) -> None:
    module = getattr(peer, "module", "")
    assert callable(load(f"featherface_edge.evaluation.peers.{module}", "", "").open_peer)


@pytest.mark.onnx
@pytest.mark.parametrize("sides", [(64, 64), None], ids=["64x64", "original"])
def test_a_network_with_yunet_s_outputs_finds_its_face(
    sides: tuple[int, int] | None, tmp_path: Path
) -> None:
    write_yunet(tmp_path / "yunet.onnx")
    frame = np.zeros((64, 64, 3), np.uint8)
    frame[16:24, 40:48] = 255
    found = yunet.open_peer(tmp_path / "yunet.onnx", sides, 1).detect(frame)
    np.testing.assert_allclose(found.boxes, [[40, 16, 48, 24]])
    np.testing.assert_allclose(found.landmarks[0], [[40, 16]] * 5)


@pytest.mark.onnx
def test_other_files_under_a_peer_s_name_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "broken.onnx"
    path.write_bytes(b"no model")
    with pytest.raises(ModelFileError, match="is no ONNX model that can be run"):
        yunet.open_peer(path, (64, 64), 1)
    write_yunet(path)
    with pytest.raises(ModelFileError, match="wanted out0, out1"):
        scrfd.open_peer(path, (64, 64), 1)


@pytest.mark.tflite
def test_a_broken_tflite_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "broken.tflite"
    path.write_bytes(b"no model at all")
    with pytest.raises(ModelFileError, match="is no TFLite model that can be run"):
        blazeface.open_peer(path, (128, 128), 1)
