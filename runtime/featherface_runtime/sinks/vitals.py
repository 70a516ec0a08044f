"""/health: whether all is well, for who watches over services."""

from __future__ import annotations

import json
from dataclasses import asdict
from http import HTTPStatus
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from featherface_runtime.live.health import Health
    from featherface_runtime.sinks.serving import Handler

PATH = "/health"


def tell(request: Handler, health: Health) -> None:
    """Answer with status and reasons as JSON: 200, or 503 when nothing comes any more."""
    failed = health.status == "failed"
    status = HTTPStatus.SERVICE_UNAVAILABLE if failed else HTTPStatus.OK
    request.give(json.dumps(asdict(health)).encode(), "application/json", status)
