"""How Sphinx builds these pages: `make docs`."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from featherface_edge import __version__

project = "featherface-edge"
author = "featherface-edge authors"
release = version = __version__

extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "docs._ext.reference"]
exclude_patterns = ["_ext", "_build", "examples"]
# Two parts may name a record alike: the link then goes to the nearer one.
suppress_warnings = ["ref.python"]

html_theme = "furo"
html_title = "featherface-edge"
html_show_sourcelink = False

default_role = "code"  # docstrings quote names with single backticks
myst_heading_anchors = 3
myst_enable_extensions = ["colon_fence", "deflist"]
nb_execution_mode = "off"  # notebooks are run by the tests and kept with what came out
autodoc_typehints = "description"
autodoc_default_options = {"members": True, "show-inheritance": True, "ignore-module-all": True}
autodoc_member_order = "bysource"
autodoc_preserve_defaults = True
