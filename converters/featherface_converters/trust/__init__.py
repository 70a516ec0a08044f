"""What a finished file carries so that others can trust it: a self-check, a seal, a signature."""
