"""How many bits numbers have while training and measuring."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext

import torch

from .refusal import Refusal


def choose_precision(asked: str, device: torch.device) -> str:
    """fp32, tf32 or bf16: what was asked for, or for "auto" the fastest that the device has; tf32 is turned on or off.

    Raises Refusal where the device does not have it."""
    has_bf16 = device.type == "cuda" and torch.cuda.is_bf16_supported(including_emulation=False)
    precision = asked
    if precision == "auto":
        precision = "bf16" if has_bf16 else "tf32" if device.type == "cuda" else "fp32"
    if device.type == "cpu" and precision != "fp32" or precision == "bf16" and not has_bf16:
        raise Refusal(f"{precision} is not for this {device.type}: leave --precision out.")
    torch.backends.cudnn.allow_tf32 = torch.backends.cuda.matmul.allow_tf32 = precision != "fp32"
    return precision


def autocast(precision: str, device: torch.device) -> AbstractContextManager:
    """Forward passes inside it compute in this precision; parameters stay in 32 bits."""
    return torch.autocast(device.type, torch.bfloat16) if precision == "bf16" else nullcontext()


@contextmanager
def full_precision() -> Iterator[None]:
    """Without TF32, whatever training uses."""
    before = (torch.backends.cudnn.allow_tf32, torch.backends.cuda.matmul.allow_tf32)
    torch.backends.cudnn.allow_tf32 = torch.backends.cuda.matmul.allow_tf32 = False
    try:
        yield
    finally:
        torch.backends.cudnn.allow_tf32, torch.backends.cuda.matmul.allow_tf32 = before
