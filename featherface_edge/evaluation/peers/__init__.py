"""Face detectors of other projects, measured with our own protocol from their published files."""
