"""`fe-convert`: model files for boards, each proven against its float original."""

from featherface_converters.cli.command import add_arguments, run

__all__ = ["add_arguments", "run"]
