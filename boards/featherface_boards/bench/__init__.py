"""How long a model takes on this board, measured so that it can be trusted."""
