"""Conversion of trained networks into model files for boards, each proven against its original."""
