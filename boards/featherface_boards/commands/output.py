"""What the actions give to programs."""

from __future__ import annotations

import json

from featherface_boards.bench.plain import plain


def json_text(value: object) -> str:
    """Give a record, or records in lists or mappings, as indented JSON."""
    return json.dumps(plain(value), indent=2, ensure_ascii=False)
