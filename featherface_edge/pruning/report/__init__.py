"""What a pruning run shows: a page, a model card, its figures as data."""
