"""The networks of the family, their blocks, and their checkpoints."""
