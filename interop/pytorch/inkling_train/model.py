"""The network as Inkling defines it (src/lstm), with initial weights, dropout and optimizer."""

import math

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from .plan import Plan, training_defaults

State = tuple[Tensor, Tensor]  # hidden and cell, [L, b, H] each


class Network(nn.Module):
    """One-hot characters → stacked LSTM → logits of the next character, with the names that Inkling reads."""

    def __init__(self, vocabulary: int, hidden: int, layers: int):
        super().__init__()
        self.lstm = nn.LSTM(vocabulary, hidden, layers)
        self.output = nn.Linear(hidden, vocabulary)
        for name, parameter in self.lstm.named_parameters():
            # Inkling's network has one bias for each gate. PyTorch adds two: if both learnt, it would be twice as fast.
            if name.startswith("bias_hh"):
                parameter.requires_grad_(False)

    def initialise(self, seed: int) -> None:
        """Draws the parameters as src/lstm/initialise.ts does, from another generator."""
        numbers = training_defaults()["initialisation"]
        generator = torch.Generator().manual_seed(seed)
        hidden = self.lstm.hidden_size
        for name, parameter in self.named_parameters():
            if "bias" in name:
                values = torch.zeros_like(parameter)  # [4·H] of an LSTM, [V] of the output
                if name.startswith("lstm.bias_ih"):
                    values[hidden : 2 * hidden] = numbers["forgetGateBias"]  # gates i, f, g, o
            else:
                bound = numbers["inputWeightBound"] if name == "lstm.weight_ih_l0" else math.sqrt(3 / hidden)
                values = (2 * torch.rand(parameter.shape, generator=generator) - 1) * bound
            parameter.data.copy_(values)

    def forward(self, inputs: Tensor, state: State, mask: Tensor | None = None) -> tuple[Tensor, State]:
        """Reads inputs [T, b] from a state on, with a mask [b, H]; returns logits [T, b, V] and the next state."""
        autocast = torch.is_autocast_enabled(inputs.device.type)
        dtype = torch.get_autocast_dtype(inputs.device.type) if autocast else torch.float32
        one_hot = torch.zeros(*inputs.shape, self.lstm.input_size, dtype=dtype, device=inputs.device)
        one_hot.scatter_(2, inputs.unsqueeze(2), 1)  # [T, b, V]
        hidden, (h, c) = self.lstm(one_hot, (state[0].to(dtype), state[1].to(dtype)))  # [T, b, H]
        logits = self.output(hidden if mask is None else hidden * mask.to(dtype))  # [T, b, V]
        return logits, (h.float(), c.float())

    @property
    def trained(self) -> list[nn.Parameter]:
        return [parameter for parameter in self.parameters() if parameter.requires_grad]


class Lesson(nn.Module):
    """What DDP wraps: the loss of a step, mean nats per character."""

    def __init__(self, network: Network):
        super().__init__()
        self.network = network

    def forward(self, inputs: Tensor, targets: Tensor, state: State, mask: Tensor | None) -> tuple[Tensor, State]:
        """Inputs and targets are [T, b]; returns the loss, [], and the state after them."""
        logits, state = self.network(inputs, state, mask)
        return cross_entropy(logits.flatten(0, 1), targets.flatten()), state


def dropout_mask(plan: Plan, step: int, lanes: range, device: torch.device) -> Tensor | None:
    """Mask of a step, [b, H], the same at all its characters; drawn for all lanes from seed and step alone, as
    src/lstm/dropout.ts does."""
    if plan.dropout == 0:
        return None
    generator = torch.Generator(device).manual_seed(plan.seed * 1_000_033 + step)
    uniform = torch.rand(plan.batch, plan.hidden, generator=generator, device=device)  # [B, H]
    return (uniform[lanes.start : lanes.stop] >= plan.dropout) / (1 - plan.dropout)


def adam_of(network: Network) -> torch.optim.Adam:
    """Optimizer of what is trained, in one kernel where the network is on a GPU."""
    adam = training_defaults()["adam"]
    parameters = network.trained
    fused = parameters[0].device.type == "cuda"
    return torch.optim.Adam(parameters, betas=(adam["beta1"], adam["beta2"]), eps=adam["epsilon"], fused=fused)
