"""Training crops: drawn from photographs by a recipe, mixed by options, the same for one seed."""

from featherface_edge.data.augment.sampler import Sampler

__all__ = ["Sampler"]
