"""Files of a package: what runs on the board, and texts with places to fill in."""
