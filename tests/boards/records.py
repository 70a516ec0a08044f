"""Records of measurements for tests."""

from __future__ import annotations

from featherface_boards.bench.record import (
    Model,
    Moment,
    Operator,
    Run,
    Sample,
    Series,
    Span,
    Spread,
    Stages,
    Sustained,
)


def spread(middle: float = 2.0, count: int = 300) -> Spread:
    """Give times around the middle, milliseconds."""
    return Spread(
        p50=middle,
        p90=middle * 1.1,
        p95=middle * 1.2,
        p99=middle * 1.5,
        max=middle * 2,
        mean=middle * 1.05,
        count=count,
        p50_interval=Span(middle * 0.99, middle * 1.01),
        p99_interval=Span(middle * 1.4, middle * 1.7),
    )


def bench_run(middle: float = 2.0, name: str = "edge", contest: str = "c1") -> Run:
    """Give a run whose inference takes `middle` milliseconds, with everything that can be there."""
    return Run(
        started="2026-11-20T18:00:00Z",
        board={"model": "Raspberry Pi 5", "cores": 4, "features": ["asimddp"]},
        versions={"featherface-edge": "0.1.0"},
        model=Model(name, "ab" * 32, 320, 320, "tflite", "int8", 500_000, 0.8),
        engine="ai_edge_litert",
        engine_detail="ai_edge_litert 2.1 (XNNPACK)",
        threads=1,
        contest=contest,
        settings={"frames": 300, "photographs": "shipped"},
        cold_start_ms=30.0,
        first_ms=9.0,
        warm_up=12,
        stages=Stages(spread(middle), spread(middle + 1), spread(0.2), None, spread(0.4)),
        throughput=300.0,
        memory_mb=80.0,
        turns_ms=(middle, middle * 1.01, middle * 0.99),
        series=Series((0.0, 0.1), (middle, middle), (middle + 1, middle + 1)),
        operators=(Operator("conv1", "Conv", 0.5, 0.25),),
        samples=(Sample(0.5, 55.0, 2400.0, None, throttled=False),),
        throttled=False,
        energy_mj=12.5,
        noisy="another program took 30 % of the time",
        sustained=Sustained(600.0, 120.0, 3.0, Span(2.9, 3.2), (Moment(5.0, 2.0, 3.0, 50.0),)),
    )
