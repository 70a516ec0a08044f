"""What each operator of a network takes, where its interpreter tells."""

from featherface_boards.bench.operators.profile import profiled

__all__ = ["profiled"]
