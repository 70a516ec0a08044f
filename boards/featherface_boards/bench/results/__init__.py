"""What results of fe-bench say: compared, shown on a page, checked, and gathered in a folder."""

from featherface_boards.bench.results.compare import Comparison, compared, pairs
from featherface_boards.bench.results.page import page
from featherface_boards.bench.results.published import Published, published
from featherface_boards.bench.results.validate import faults

__all__ = ["Comparison", "Published", "compared", "faults", "page", "pairs", "published"]
