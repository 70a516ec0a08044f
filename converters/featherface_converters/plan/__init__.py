"""The one plan that every INT8 target quantizes by, and the search for the cheapest that holds."""

from featherface_converters.plan.record import ESTIMATORS, Cost, Estimator, Plan

__all__ = ["ESTIMATORS", "Cost", "Estimator", "Plan"]
