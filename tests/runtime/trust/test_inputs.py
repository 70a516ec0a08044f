from __future__ import annotations

import numpy as np
import pytest

from featherface_runtime.trust import SIDE, canvases, packed_picture
from tests.fakes import preprocessing

PICTURE = np.random.default_rng(0).integers(0, 256, (SIDE, SIDE, 3)).astype(np.uint8)


def test_a_picture_becomes_a_coarse_and_a_fine_canvas() -> None:
    coarse, fine = canvases([packed_picture(PICTURE)], preprocessing(96, 64))
    assert coarse.shape == fine.shape == (64, 96, 3)
    assert (coarse[::2, ::3] == PICTURE).all()
    assert (coarse[1::2, 2::3] == PICTURE).all()
    assert (fine[:SIDE, :SIDE] == PICTURE).all()
    assert (fine[SIDE:, 2 * SIDE :] == PICTURE).all()


def test_a_canvas_smaller_than_a_picture_shows_some_of_it() -> None:
    coarse, fine = canvases([packed_picture(PICTURE)], preprocessing(16, 16))
    assert (coarse == PICTURE[::2, ::2]).all()
    assert (fine == PICTURE[:16, :16]).all()


@pytest.mark.parametrize("text", ["", "no base64!", "AAAA", packed_picture(PICTURE[1:])])
def test_what_is_no_picture_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        canvases([text], preprocessing())
