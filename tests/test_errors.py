from __future__ import annotations

from featherface_edge.errors import first_line


def test_others_are_quoted_in_one_short_line() -> None:
    assert first_line(ValueError("bad magic\nat byte 4")) == "bad magic"
    assert first_line(EOFError()) == "EOFError"
    assert first_line(OSError("x" * 1000)) == "x" * 160
