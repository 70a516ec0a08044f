"""Agreements that nothing was measured for."""

from __future__ import annotations

from featherface_edge.evaluation.agreement import Agreement

ALIKE = Agreement(
    precision=1.0,
    recall=1.0,
    f1=1.0,
    mean_iou=1.0,
    score_drift=0.0,
    score_shift=0.0,
    landmark_error=0.0,
    faces=5,
    matched=5,
    images=1,
)
