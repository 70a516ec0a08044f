"""No word of a test's conversions leaves the machine."""

from __future__ import annotations

import sys

# OpenVINO and NNCF tell their maker about each use, unless this package is missing. The converters
# see to that themselves; here it must be so before any test module imports one of the two.
sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]  # as import takes it
