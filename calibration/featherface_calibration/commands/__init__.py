"""The sub-commands of fe-calib, one file each."""
