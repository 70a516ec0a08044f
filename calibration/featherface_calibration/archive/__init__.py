"""The file of a calibration set: a plain zip of pictures with a manifest, checked when read."""

from featherface_calibration.archive.reader import Archive, open_archive
from featherface_calibration.archive.record import (
    SCHEMA_VERSION,
    Face,
    Origin,
    Picture,
    SetRecord,
    Statistics,
    from_json,
    to_json,
)
from featherface_calibration.archive.writer import write_archive

__all__ = [
    "SCHEMA_VERSION",
    "Archive",
    "Face",
    "Origin",
    "Picture",
    "SetRecord",
    "Statistics",
    "from_json",
    "open_archive",
    "to_json",
    "write_archive",
]
