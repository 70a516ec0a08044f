"""The real Picamera2 on libcamera's virtual camera, in a root file system of Debian trixie."""

from __future__ import annotations

import json
import os
import subprocess
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from tests.pictures import plain, write_photograph

if TYPE_CHECKING:
    from featherface_edge.detection import Frame

PROJECT = Path(__file__).parents[2]
ROOT = os.environ.get("FEATHERFACE_PICAMERA_ROOT", "")
COLOURS = ((200, 30, 30), (30, 200, 30), (30, 30, 200))
SHADES = range(40, 200, 20)
MOUNTS = """
root=$1; shift
mount --bind /proc "$root/proc" && mount --bind /dev "$root/dev"
mount --bind "$PROJECT" "$root/opt/project"
exec chroot "$root" "$@"
"""

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not ROOT or os.geteuid() != 0,
        reason="needs root, and FEATHERFACE_PICAMERA_ROOT=DIR of tests/picamera/make_root.sh DIR",
    ),
]


def fields(shade: int) -> Frame:
    """Give a frame: red, green and blue above, the shade of grey below."""
    frame = plain(1280, 720, (shade, shade, shade))
    frame[:360] = np.repeat(COLOURS, (427, 426, 427), axis=0)
    return frame


def read(uri: str, count: int = 5) -> dict[str, Any]:
    """Give what the program says, run in the root file system with this project in it."""
    frames = Path(ROOT) / "opt" / "frames"
    for index, shade in enumerate(SHADES):
        write_photograph(frames / f"{index:02}.jpg", fields(shade))
    inside = ["env", "PYTHONPATH=/opt/site", "PYTHONDONTWRITEBYTECODE=1", "python3"]
    program = ["/opt/project/tests/picamera/program.py", uri, str(count)]
    done = subprocess.run(
        ["/usr/bin/unshare", "--mount", "sh", "-c", MOUNTS, "sh", ROOT, *inside, *program],
        env={**os.environ, "PROJECT": str(PROJECT), "PATH": f"{os.environ['PATH']}:/usr/sbin"},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


@pytest.mark.parametrize(
    ("options", "size", "display"),
    [
        ("size=1280x720", [1280, 720], None),
        ("size=1280x720&format=RGB888", [1280, 720], None),
        ("size=640x480&format=XRGB8888", [640, 480], None),
        ("size=640x480&format=XBGR8888", [640, 480], None),
        ("size=1280x720&lores=640x480", [640, 480], [1280, 720]),
        ("size=640x480&lores=318x240", [318, 240], [640, 480]),  # rows of the small one are padded
        ("size=318x240&format=YUV420", [318, 240], None),
    ],
)
def test_pictures_are_rgb_of_the_size_wanted(
    options: str, size: list[int], display: list[int] | None
) -> None:
    told = read(f"picamera2://0?{options}")
    shots = told["shots"]
    numbers = [shot["sequence"] for shot in shots]
    assert numbers[0] == 0
    assert all(one < two for one, two in pairwise(numbers))
    assert numbers[-1] - numbers[-2] > 5  # those of a second in which nobody read
    assert told["again"]["sequence"] == 0
    assert told["cameras"] == ["picamera2://0"]
    for shot in shots:
        assert 0 < shot["age"] < 5
        assert shot["frame"]["size"] == size
        assert (shot["display"] and shot["display"]["size"]) == display
        for picture in filter(None, (shot["frame"], shot["display"])):
            np.testing.assert_allclose(picture["above"], COLOURS, atol=30)
        if display is not None:  # both are of the same moment: the same shade of grey
            np.testing.assert_allclose(shot["frame"]["below"], shot["display"]["below"], atol=8)
    assert len({shot["frame"]["below"][0] for shot in shots}) > 1


def test_a_camera_that_is_not_there_is_told() -> None:
    message = "camera 3 is not there, found imx708: check its cable"
    assert read("picamera2://3")["error"].startswith(message)
