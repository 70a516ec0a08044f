"""Training photographs and what they teach."""
