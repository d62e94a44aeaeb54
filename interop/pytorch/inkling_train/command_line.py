"""The command `train.py`: its options, and sentences for what goes wrong."""

import argparse
import math
import os
import signal
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import torch
import torch.distributed as dist

from .checkpoint import Checkpoint
from .data import Corpus
from .loop import train
from .plan import Plan, training_defaults
from .refusal import Refusal


def parse_options() -> argparse.Namespace:
    """Options as they were given; None for those of a plan that were not, as a resumed training has its own."""
    defaults = training_defaults()
    batch, time_steps, evaluations = defaults["batch"]["pytorch"], defaults["timeSteps"], defaults["evaluations"]
    layers, hidden = defaults["network"]["layers"], defaults["network"]["hiddenInPytorch"]
    parser = argparse.ArgumentParser(
        description="Trains Inkling's network with PyTorch on a corpus that `inkling corpus` wrote: "
        "one process, or many under torchrun.",
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("corpus", help="a folder that `inkling corpus` wrote")
    add("--out", default="run", help="folder for checkpoint.safetensors and model.safetensors (default: run)")
    budget = parser.add_mutually_exclusive_group()
    budget.add_argument("--epochs", type=number(0), help="times to read all the text (default: 1)")
    budget.add_argument("--steps", type=number(1, whole=True), help="steps to take instead")
    budget.add_argument("--minutes", type=number(0), help="time to spend instead; measuring at the end comes on top")
    add("--layers", type=number(1, 64, True), help=f"LSTM layers (default: {layers})")
    add("--hidden", type=number(1, 16_384, True), help=f"hidden units of each (default: {hidden})")
    add("--batch", type=number(1, 1 << 20, True), help=f"lanes of all processes together (default: {batch})")
    flowing = f"characters gradients flow back through (default: {time_steps})"
    add("--time-steps", type=number(1, 65_536, True), help=flowing)
    add("--learning-rate", type=number(0, 10), help="highest learning rate (default: by hidden units)")
    left_out = "part of the hidden units left out in a step (default: by epochs and hidden units)"
    add("--dropout", type=number(0, 0.9), help=left_out)
    add("--seed", type=number(0, 2**31 - 1, True), help="of everything random (default: 1)")
    add("--device", choices=["auto", "cpu", "cuda"], default="auto")
    add("--precision", choices=["auto", "fp32", "tf32", "bf16"], default="auto", help="auto: bf16 where a GPU has it")
    add("--threads", type=number(1, 1024, True), help="processor threads of each process")
    add("--resume", action="store_true", help="go on from the checkpoint in --out")
    add("--checkpoint-seconds", type=number(0), default=300)
    measurements = f"measurements while training (default: {evaluations})"
    add("--evaluations", type=number(0, 1e6, True), default=evaluations, help=measurements)
    looked_at = "held-out text for these; 0: all"
    add("--evaluation-characters", type=number(0, whole=True), default=1_000_000, help=looked_at)
    add("--final-characters", type=number(0, whole=True), default=0, help="the same at the end (default: 0, all)")
    add("--log-steps", type=number(1, 1e6, True), help="steps between reports (default: about every second)")
    add("--timeout-seconds", type=number(1), default=600, help="a process waits so long for the others, then ends")
    return parser.parse_args()


def number(least: float, most: float = math.inf, whole: bool = False) -> Callable[[str], float]:
    """Parser of a number within bounds, both included."""

    def parse(text: str) -> float:
        value = int(text) if whole else float(text)
        if not least <= value <= most:
            raise argparse.ArgumentTypeError(f"must be from {least} to {most}, not {text}")
        return value

    parse.__name__ = "whole number" if whole else "number"  # which argparse says where it is none
    return parse


def main() -> int:
    """Trains as the command line asks for, and returns the exit code.

    Raises Refusal where that cannot be done."""
    options = parse_options()
    signals: list[int] = []
    for which in (signal.SIGINT, signal.SIGTERM):
        signal.signal(which, lambda received, _: signals.append(received))
    corpus, out = Corpus.read(options.corpus), Path(options.out)
    path = out / "checkpoint.safetensors"
    if options.resume:
        checkpoint = Checkpoint.read(path)
        plan = checkpoint.plan
        plan.refuse_changes(options, corpus.train.sha256, path)
    elif path.exists():
        raise Refusal(f"There is a training in {out} already: --resume goes on with it; or give another --out.")
    else:
        checkpoint, plan = None, Plan.of(options, len(corpus.train.ids), corpus.train.sha256)
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Refusal(f"{out} cannot be written to: {error.strerror}.") from error
    return train(corpus, plan, checkpoint, options, signals, out)


def run() -> NoReturn:
    """Ends the process with what `main` returns, or with a sentence and 1."""
    who = f"train.py, process {os.environ['RANK']}" if "RANK" in os.environ else "train.py"
    try:
        code = main()
        if dist.is_initialized():
            dist.destroy_process_group()
        sys.exit(code)
    except Refusal as refusal:
        print(f"{who}: {refusal}", file=sys.stderr, flush=True)
    except torch.cuda.OutOfMemoryError:
        print(f"{who}: The GPU has too little memory: take a smaller --batch.", file=sys.stderr, flush=True)
    except Exception as error:
        if isinstance(error, dist.DistError) or "gloo" in str(error):
            reason = str(error).splitlines()[0]
            print(f"{who}: Another process has ended or does not answer: {reason}", file=sys.stderr, flush=True)
        else:
            traceback.print_exc()
    # At once, without waiting for the others: torchrun then ends them, and gloo and nccl notice it where there is none.
    os._exit(1)
