"""The weights and the state that a run starts from."""
