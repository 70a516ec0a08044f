"""The search for rates: many trials, one journal, any number of workers.

Optuna's GPSampler (Matern 5/2 with a length scale for each rate; log expected improvement, or log
expected hypervolume improvement for several objectives) instead of BoTorch: both would propose
alike, but this one needs no more than torch and SciPy, which training needs anyway, takes trials
that other workers still run into account, and comes with a journal file that workers on one or
several machines append to. BoTorch brings GPyTorch and two more packages, and leaves storage,
workers and resuming to us.
"""

from __future__ import annotations

import socket
import uuid
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol, get_args

import optuna
from optuna.samplers import GPSampler, RandomSampler
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend, JournalFileOpenLock
from optuna.trial import TrialState
