"""Training files and the records they become."""
