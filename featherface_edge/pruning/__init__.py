"""Networks made smaller: whole channels chosen, silenced, taken out, and proof of it."""
