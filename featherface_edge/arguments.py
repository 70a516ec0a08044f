"""Values that several command lines take."""

from __future__ import annotations

import argparse
import re

_SIZE = re.compile(r"(\d+)x(\d+)")


def size(text: str) -> tuple[int, int]:
    """Give the (width, height) of WxH.

    Raises: ArgumentTypeError for anything else.
    """
    found = _SIZE.fullmatch(text)
    if found is None:
        message = f"'{text}' is no size: give WxH such as 320x256"
        raise argparse.ArgumentTypeError(message)
    return int(found[1]), int(found[2])
