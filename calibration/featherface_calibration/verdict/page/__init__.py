"""The verdict as a page that needs nothing else."""

from featherface_calibration.verdict.page.page import write_page

__all__ = ["write_page"]
