"""Model files taken apart: their operators, and what INT8 ones hold between them."""

from featherface_converters.proof.inside.protocol import Inside, Operator, Tensor
from featherface_converters.proof.inside.table import INSIDES, open_inside

__all__ = ["INSIDES", "Inside", "Operator", "Tensor", "open_inside"]
