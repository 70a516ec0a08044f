"""Quantization-aware fine-tuning: the last steps of a training, taken on an exporter's own grids."""
