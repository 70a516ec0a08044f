"""The profiles of boards."""

from __future__ import annotations

import pytest

from featherface_boards.profile import load, shelved
from featherface_edge.errors import BoardProfileError
from featherface_runtime.zoo import SHELF, read_index


@pytest.mark.parametrize("name", shelved())
def test_every_profile_advises_what_is_shipped(name: str) -> None:
    advice = load(name).advice
    shipped = {(each.network, (each.width, each.height)) for each in read_index(SHELF).artifacts}
    assert (advice.model, advice.size) in shipped


def test_an_unknown_profile_names_the_known() -> None:
    with pytest.raises(BoardProfileError, match="did you mean raspberry-pi-4"):
        load("raspbery-pi-4")
