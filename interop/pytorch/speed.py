"""How many characters a second train.py trains on here, by network, precision and lanes, as a Markdown table.

    python speed.py corpus [--seconds 5] [--networks 1x512 2x1024] [--batches 64 256] [--precisions fp32 bf16]

Each row is a training of a few seconds in a process of its own; its speed is the median of the reports after the first
half, its memory the most that tensors took on the GPU.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import torch

from inkling_train.plan import training_defaults


def measure(corpus, network, batch, precision, options):
    layers, hidden = network.split("x")
    with tempfile.TemporaryDirectory() as out:
        command = [sys.executable, *options.launcher, str(Path(__file__).with_name("train.py")), corpus, "--out", out]
        command += ["--layers", layers, "--hidden", hidden, "--batch", str(batch), "--precision", precision]
        command += ["--time-steps", str(options.time_steps), "--minutes", str(options.seconds / 60)]
        command += ["--learning-rate", "0.001", "--evaluations", "0", "--final-characters", "1", *options.further]
        done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        return done.stderr.strip().splitlines()[-1] if done.stderr.strip() else f"exit code {done.returncode}", ""
    events = [json.loads(line) for line in done.stdout.splitlines()]
    speeds = [event["charactersPerSecond"] for event in events if event["type"] == "progress"]
    memory = events[-1].get("gpuMemory")
    return f"{statistics.median(speeds[len(speeds) // 2 :]):,.0f}", "" if memory is None else f"{memory / 2**30:.2f}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("corpus")
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--time-steps", type=int, default=training_defaults()["timeSteps"])
    parser.add_argument("--networks", nargs="+", default=["1x512", "2x1024", "3x2048"])
    parser.add_argument("--batches", nargs="+", type=int, default=[64, 256, 1024])
    parser.add_argument("--precisions", nargs="+", default=["fp32"])
    parser.add_argument("--processes", type=int, default=0, help="under torchrun; 0: without it")
    parser.add_argument("--further", nargs=argparse.REMAINDER, default=[], help="options for train.py, at the end")
    options = parser.parse_args()
    options.launcher = []
    if options.processes:
        options.launcher = ["-m", "torch.distributed.run", "--standalone", "--nproc-per-node", str(options.processes)]
    device = torch.cuda.get_device_name() if torch.cuda.is_available() else "no GPU"
    print(f"{device}, PyTorch {torch.__version__}, {options.time_steps} characters a step, ", end="")
    print(f"{options.processes or 1} processes\n")
    print("| network | precision | lanes | characters per second | GPU memory, GiB |")
    print("| --- | --- | ---: | ---: | ---: |")
    for network in options.networks:
        for precision in options.precisions:
            for batch in options.batches:
                speed, memory = measure(options.corpus, network, batch, precision, options)
                print(f"| {network.replace('x', '×')} | {precision} | {batch:,} | {speed} | {memory} |", flush=True)


main()
