"""Trains Inkling's network with PyTorch on a corpus that `inkling corpus` wrote: one process, or many under torchrun.

    python train.py corpus --out run --hidden 512 --epochs 3
    torchrun --standalone --nproc-per-node 8 train.py corpus --out run --layers 2 --hidden 1024 --epochs 1
    inkling import run/model.safetensors --out model.onnx

What it does is in inkling_train, beside this file.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))  # which `python -I` leaves out
try:
    from inkling_train import command_line
except ImportError as missing:
    name = (missing.name or "").partition(".")[0]
    if name == "inkling_train":
        sys.exit("train.py: The folder inkling_train beside it is missing or not whole: copy interop/pytorch again.")
    if name == "":
        sys.exit(f"train.py: It needs numpy, torch and safetensors, and they cannot be loaded: {missing}.")
    sys.exit(f"train.py: It needs numpy, torch and safetensors, and {name} is not here: pip install {name}.")

if __name__ == "__main__":
    command_line.run()
