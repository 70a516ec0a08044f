"""Average precision and agreement of detectors."""
