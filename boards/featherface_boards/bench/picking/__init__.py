"""Which model, interpreter, threads and canvas a board is best served with, by measuring them."""

from featherface_boards.bench.picking.arms import Arm, Field, arms, thread_counts
from featherface_boards.bench.picking.goal import Figures, Goal, best, ranked
from featherface_boards.bench.picking.means import Means
from featherface_boards.bench.picking.race import Picked, pick

__all__ = [
    "Arm",
    "Field",
    "Figures",
    "Goal",
    "Means",
    "Picked",
    "arms",
    "best",
    "pick",
    "ranked",
    "thread_counts",
]
