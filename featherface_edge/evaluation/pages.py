"""Pages that need nothing else: templates filled, figures and pictures inside."""

from __future__ import annotations

import base64
from importlib.resources import files
from typing import TYPE_CHECKING

import jinja2
from markupsafe import Markup

from featherface_edge.evaluation.drawing import svg

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_STYLE = "page.css"


def filled(package: str, template: str, **values: object) -> str:
    """The template of a package with these values, every text escaped.

    `style` in it stands for the look that all pages share.
    """
    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    # Ours, no text of a stranger.
    style = Markup(_text("featherface_edge.evaluation", _STYLE).rstrip())  # noqa: S704
    return environment.from_string(_text(package, template)).render(style=style, **values)


def inline(figure: Figure) -> Markup:
    """The figure as a part of a page."""
    # Matplotlib escapes the texts in its drawings.
    return Markup(svg(figure))  # noqa: S704


def jpeg_address(data: bytes) -> str:
    """The text of a data address that holds a JPEG file."""
    return f"data:image/jpeg;base64,{base64.b64encode(data).decode('ascii')}"


def _text(package: str, name: str) -> str:
    return (files(package) / name).read_text(encoding="utf-8")
