"""check_safetensors.py FILE: what Python's safetensors reads from a checkpoint, as one line of JSON."""

import json
import sys

from safetensors import safe_open


def main(path):
    with safe_open(path, framework="numpy") as file:
        tensors = {name: file.get_tensor(name) for name in file.keys()}
        metadata = file.metadata() or {}
    report = {
        "tensors": {
            name: {"shape": tensor.shape, "dtype": str(tensor.dtype), "sum": float(tensor.sum(dtype="float64"))}
            for name, tensor in tensors.items()
        },
        "metadata": sorted(metadata),
    }
    print(json.dumps(report))


main(*sys.argv[1:])
