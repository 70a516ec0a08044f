"""Training configurations for tests, one and any."""

from __future__ import annotations

from pathlib import Path

from hypothesis import strategies as st

from featherface_edge.data.config import AugmentConfig, DataConfig
from featherface_edge.training.config.records import (
    DistillConfig,
    FeatureConfig,
    LogConfig,
    LoopConfig,
    LossConfig,
    OptimizerConfig,
    ScheduleConfig,
    StopConfig,
    TrainConfig,
)

PLAIN = TrainConfig(network="edge", data=DataConfig(train=(Path("/faces/train.jsonl"),)))

shares = st.floats(0, 1)
counts = st.integers(0, 2**63 - 1)
numbers = st.floats(allow_nan=False, allow_infinity=False)
above = st.floats(0, 1e30, exclude_min=True)
words = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
names = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="/~"), min_size=1, max_size=8
).filter(lambda name: name.strip(".") == name)
paths = st.lists(names, min_size=1, max_size=3).map(lambda parts: Path("/", *parts))
path_lists = st.lists(paths, max_size=3).map(tuple)
sides = st.integers(1, 40).map(lambda cells: 32 * cells)
windows = st.tuples(st.integers(0, 99), st.integers(100, 200))

data = st.builds(
    DataConfig,
    train=st.lists(paths, min_size=1, max_size=3).map(tuple),
    val=st.none() | paths,
    ground_truth=st.none() | paths,
    teacher_guesses=path_lists,
    second_guesses=path_lists,
    complete=st.lists(words, max_size=3).map(tuple),
    shares=st.dictionaries(words, st.floats(0, 1e9), max_size=3),
)
augment = st.builds(
    AugmentConfig,
    recipe=st.sampled_from(["published", "scales"]),
    long_side=st.tuples(st.integers(1, 300), st.integers(301, 2000)),
    aim=shares,
    mosaic=shares,
    mixup=shares,
    cutmix=shares,
    small_faces=shares,
)
loops = st.builds(
    LoopConfig,
    epochs=st.integers(1, 2**40),
    steps=counts,
    batch=st.integers(1, 99).map(lambda quarter: 4 * quarter),
    side=sides,
    large_every=st.integers(0, 9),
    precision=st.sampled_from(["float32", "bfloat16", "float16"]),
    ema=shares,
    freeze_norm=st.booleans(),
    workers=st.integers(0, 9),
    eval_side=sides,
)
features = st.builds(
    FeatureConfig, student=words, teacher=words, weight=above, gain=numbers, project=st.booleans()
)
lessons = st.builds(
    DistillConfig,
    teacher=paths,
    alpha=st.tuples(shares, shares, shares),
    temperature=above,
    score=above,
    learned=st.booleans(),
    labels_from=shares,
    features=st.lists(features, max_size=2).map(tuple),
    cache=st.none() | paths,
)
configs = st.builds(
    TrainConfig,
    network=words,
    data=data,
    start=st.none() | paths,
    seed=counts,
    threads=st.integers(0, 64),
    augment=augment,
    optimizer=st.builds(
        OptimizerConfig, name=st.sampled_from(["adamw", "sgd"]), rate=above, clip=above
    ),
    schedule=st.builds(
        ScheduleConfig,
        name=st.sampled_from(["onecycle", "cosine", "multistep", "constant"]),
        warm_up=counts,
        milestones=st.lists(shares, max_size=3).map(tuple),
    ),
    loop=loops,
    loss=st.builds(LossConfig, box=above, match=shares, negatives=st.integers(0, 20)),
    distill=st.none() | lessons,
    stop=st.builds(StopConfig, eager=windows, patience=st.integers(0, 50)),
    log=st.builds(LogConfig, wandb=st.booleans(), project=words, every=st.integers(1, 999)),
)
