"""What the toolkit does on a board, and knows about it."""
