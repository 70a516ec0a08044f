"""The zoo's builder: checkpoints in; proven, measured, packed INT8 models and their index out."""
