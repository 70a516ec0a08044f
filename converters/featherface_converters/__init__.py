"""Conversion of trained networks into model files for boards, each with a proof against its float original."""
