"""A pruning run: its stages, each of which leaves a file and is not repeated."""
