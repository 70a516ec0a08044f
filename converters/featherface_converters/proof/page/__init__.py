"""The proof of an artifact as one page that needs nothing else."""

from featherface_converters.proof.page.page import Subject, page

__all__ = ["Subject", "page"]
