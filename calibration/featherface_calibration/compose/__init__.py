"""The shipped photographs, composed reproducibly from public-domain pictures.

Run as `python -m featherface_calibration.compose FOLDER`; needs the extra `dev`, whose packages
hold the pictures. photos/README.md says where each picture comes from and what its licence is.
"""

from featherface_calibration.compose.scenes import RECIPES, Recipe, compose

__all__ = ["RECIPES", "Recipe", "compose"]
