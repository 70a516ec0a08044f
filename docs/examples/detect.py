"""Faces in a photograph: python detect.py photo.jpg"""

import sys
from pathlib import Path

from featherface_edge.images import read_image
from featherface_runtime import Detector

with Detector("edge") as detector:
    faces = detector.detect(read_image(Path(sys.argv[1])))
for box, score, landmarks in zip(faces.boxes, faces.scores, faces.landmarks, strict=True):
    corners = ", ".join(f"{value:.0f}" for value in box)
    (left_x, left_y), (right_x, right_y) = landmarks[:2]
    print(f"{score:.2f}  box {corners}  eyes {left_x:.0f},{left_y:.0f} {right_x:.0f},{right_y:.0f}")
