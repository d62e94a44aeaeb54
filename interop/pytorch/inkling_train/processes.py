"""The processes that train together."""

import json
import os
from argparse import Namespace
from datetime import timedelta
from typing import Any

import torch
import torch.distributed as dist
from torch import Tensor

from .refusal import Refusal


class Processes:
    """This process among those that train together, as torchrun tells them apart by environment variables.

    Raises Refusal where there are fewer GPUs than processes."""

    def __init__(self, options: Namespace):
        self.rank, self.world = int(os.environ.get("RANK", 0)), int(os.environ.get("WORLD_SIZE", 1))
        self.distributed = "RANK" in os.environ
        cuda = torch.cuda.is_available() if options.device == "auto" else options.device == "cuda"
        self.device = own_gpu() if cuda else torch.device("cpu")
        if options.threads:
            torch.set_num_threads(options.threads)
        if self.distributed:
            # gloo also beside nccl: what the processes agree on lies in ordinary memory, so the GPU is not waited for.
            backend = "cpu:gloo,cuda:nccl" if cuda else "gloo"
            dist.init_process_group(backend, timeout=timedelta(seconds=options.timeout_seconds))

    def share(self, batch: int) -> range:
        """The lanes of this process; Refusal where the processes cannot have as many each."""
        if batch % self.world != 0:
            raise Refusal(f"{batch} lanes cannot be shared by {self.world} processes: make --batch a multiple of them.")
        lanes = batch // self.world
        return range(self.rank * lanes, (self.rank + 1) * lanes)

    def sum(self, values: list[float]) -> list[float]:
        return self.reduced(values, dist.ReduceOp.SUM)

    def most(self, values: list[float]) -> list[float]:
        return self.reduced(values, dist.ReduceOp.MAX)

    def reduced(self, values: list[float], operation: Any) -> list[float]:
        if not self.distributed:
            return values
        tensor = torch.tensor(values, dtype=torch.float64)
        dist.all_reduce(tensor, operation)
        return tensor.tolist()

    def gathered(self, tensor: Tensor, dimension: int) -> Tensor:
        """The processes' tensors side by side."""
        if not self.distributed:
            return tensor
        parts = [torch.empty_like(tensor) for _ in range(self.world)]
        dist.all_gather(parts, tensor.contiguous())
        return torch.cat(parts, dimension)

    def tell(self, **event: Any) -> None:
        """Prints an event, as a line of JSON, once for all processes."""
        if self.rank == 0:
            print(json.dumps(event), flush=True)


def own_gpu() -> torch.device:
    """The GPU of this process, among those of its machine."""
    local = int(os.environ.get("LOCAL_RANK", 0))
    if local >= torch.cuda.device_count():
        raise Refusal(
            f"There are {torch.cuda.device_count()} GPUs for {local + 1} or more processes: "
            "give torchrun fewer of them, or train with --device cpu."
        )
    torch.cuda.set_device(local)
    return torch.device("cuda", local)
