"""The command itself: groups of flags in, one order out, its outcomes shown."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from featherface_converters.cli import (
    budget,
    formats,
    model,
    output,
    package,
    photographs,
    trust,
    tuning,
)
from featherface_converters.convert import Order, Outcome, convert
from featherface_converters.formats.commands import commands
from featherface_converters.formats.listing import listing
from featherface_converters.report import costs, table

if TYPE_CHECKING:
    import argparse

EXIT_OK, EXIT_UNPROVEN = 0, 3
GROUPS = (
    *(model, output, formats, photographs),
    *(budget, tuning, trust, package),
)  # in the order of --help


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds the flags of fe-convert."""
    for group in GROUPS:
        group.add_arguments(parser)


def run(args: argparse.Namespace) -> int:
    """Converts, shows the proofs as a table, and gives 3 where one failed."""
    if args.list:
        sys.stdout.write(f"{listing()}\n")
        return EXIT_OK
    order = _order(args)
    package.require_room(args, order.targets)
    outcomes = convert(order, _say)
    for text in (table(outcomes), *(costs(each) for each in outcomes)):
        sys.stdout.write(f"{text}\n" if text else "")
    for outcome in outcomes:
        sys.stdout.write(f"{_summary(outcome)}\n")
        for name, command in commands(outcome.path, order.options).items():
            sys.stdout.write(f"  next, in {name}: {command}\n")
    for line in package.packed(args, outcomes):
        sys.stdout.write(f"{line}\n")
    return EXIT_UNPROVEN if any(outcome.proof.faults for outcome in outcomes) else EXIT_OK


def _order(args: argparse.Namespace) -> Order:
    """The order that the flags add up to; each group reads its own."""
    return Order(
        targets=output.targets(args),
        checkpoint=model.checkpoint(args),
        calibration=photographs.calibration(args),
        photographs=photographs.proof(args),
        out=output.place(args),
        size=model.size(args),
        description=model.description(args),
        labels=photographs.labels(args),
        ground_truth=photographs.ground_truth(args),
        tuning=tuning.tuning(args),
        sign=trust.signer(args),
        options=formats.options(args),
        budget=budget.budget(args, labelled=photographs.labels(args) is not None),
        command=args.command_line,
    )


def _say(text: str) -> None:
    sys.stderr.write(f"fe-convert: {text}\n")
    sys.stderr.flush()


def _summary(outcome: Outcome) -> str:
    contest = outcome.proof.contest
    told = [
        *([contest.in_words()] if contest else []),
        *([outcome.plan.ended] if outcome.plan and outcome.plan.ended else []),
    ]
    words = "".join(f"; {each}" for each in told)
    if outcome.proof.faults:
        return f"{outcome.path}: proof failed: {'; '.join(outcome.proof.faults)}{words}"
    return f"{outcome.path}: proof passed{words}"
