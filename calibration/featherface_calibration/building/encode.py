"""Pictures as files: JPEG of high quality with full colour, or PNG."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from featherface_edge.optional import load

if TYPE_CHECKING:
    from featherface_calibration.building.order import Coding
    from featherface_edge.detection import Frame

_QUALITY = 95


class Form(NamedTuple):
    """A form of file: its suffix, and OpenCV's names and values of what it is told."""

    suffix: str
    settings: tuple[tuple[str, int], ...]


FORMS: dict[Coding, Form] = {
    "jpeg": Form(
        ".jpg",
        (
            ("IMWRITE_JPEG_QUALITY", _QUALITY),
            ("IMWRITE_JPEG_SAMPLING_FACTOR", 0x111111),  # colour as fine as light
        ),
    ),
    "png": Form(".png", ()),
}


def encoded(picture: Frame, coding: Coding) -> bytes:
    """Give the file of the picture (H, W, 3) uint8 RGB."""
    cv2 = load("cv2", "writing pictures", "")
    form = FORMS[coding]
    settings = [number for name, value in form.settings for number in (getattr(cv2, name), value)]
    _, content = cv2.imencode(form.suffix, picture[..., ::-1], settings)
    data: bytes = content.tobytes()
    return data
