"""The maker of the network that featherface_calibration looks at pictures with."""

from featherface_converters.probe.graph import probe_graph

__all__ = ["probe_graph"]
