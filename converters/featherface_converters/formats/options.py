"""What may be chosen of a target, and which choices go together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from featherface_converters.formats.capability import TARGETS
from featherface_edge.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from featherface_converters.formats.capability import Capability
    from featherface_edge.spec import Axis, Ends


@dataclass(frozen=True, slots=True)
class Options:
    """How to make a file.

    opset: version of ONNX's operators, None = the exporter's proven one. dynamic: axes of the input
    that any size may be given to. io: number type of both ends, "" = the format's own. flavour: ""
    = the plain form.
    """

    opset: int | None = None
    dynamic: tuple[Axis, ...] = ()
    io: Ends = ""
    flavour: str = ""

    def refusal(self, form: Capability) -> str:
        """Why a target cannot be made so, in a few words; "" where it can."""
        if self.opset is not None and not form.opset:
            return "--opset is of ONNX alone"
        if self.dynamic and not form.dynamic:
            return f"its axes are fixed, --dynamic is for {_able('dynamic')}"
        if self.io and self.io not in form.ends:
            ends = f"takes {form.takes[0]} and gives {form.gives[0]}"
            return f"it {ends} alone, --io is for {_able('ends')}"
        if self.flavour and self.flavour not in form.flavours:
            return f"it has no flavour {self.flavour!r}, --flavour is for {_able('flavours')}"
        return ""


DEFAULT = Options()


def require_possible(names: Sequence[str], options: Options) -> None:
    """Makes sure that every target can be made so.

    Raises: UsageError when one cannot.
    """
    for name in names:
        reason = options.refusal(TARGETS[name])
        if reason:
            raise UsageError(f"{name} cannot be made so: {reason}: ask for {name} without it")


def _able(trait: str) -> str:
    return ", ".join(name for name, form in TARGETS.items() if getattr(form, trait))
