"""How well a network predicts."""

import math

import numpy as np
import torch
from torch.nn.functional import cross_entropy, log_softmax

from .data import SEPARATOR, UNKNOWN, Part
from .model import Network
from .precision import full_precision
from .processes import Processes

UNKNOWN_CHARACTER_BITS = 20  # src/scoring/score.ts
LANES, STEPS, LOGITS = 256, 128, 64 << 20  # at most so many at once
LONG_DOCUMENT = 50_000  # characters


@torch.no_grad()
@full_precision()
def score(network: Network, part: Part, documents: np.ndarray, processes: Processes) -> tuple[float, int]:
    """Bits per character of whole documents, and how many characters they have.

    The project's one measure (src/scoring/score.ts): −log₂ p of every id, the state zero at each document's separator,
    20 bits more for an unknown character. The processes share the documents, and all get the result.
    """
    device = processes.device
    lengths = part.lengths[documents]
    mine = documents[np.argsort(-lengths, kind="stable")][processes.rank :: processes.world]
    waiting = [(int(part.offsets[document]), int(part.offsets[document + 1])) for document in mine[::-1]]
    layers, hidden, vocabulary = network.lstm.num_layers, network.lstm.hidden_size, network.lstm.input_size
    nats = -log_softmax(network.output.bias.double(), 0)[SEPARATOR] * len(mine)
    unknown, characters = 0, int(part.lengths[mine].sum())
    lanes: list[list[int]] = []  # [place, end] of the document that a lane reads
    state = torch.zeros(2, layers, 0, hidden, device=device)  # hidden and cell, [2, L, lanes, H]
    while waiting or lanes:
        fresh = [list(waiting.pop()) for _ in range(min(len(waiting), LANES - len(lanes)))]
        lanes += fresh
        state = torch.cat([state, state.new_zeros(2, layers, len(fresh), hidden)], 2)
        # Towards the end the few long documents that are left are read in longer steps.
        steps = min(STEPS * LANES, LOGITS // vocabulary) // len(lanes)
        steps = max(1, min(steps, max(end - start - 1 for start, end in lanes)))
        ids = np.full((len(lanes), steps + 1), -1, np.int64)  # what lies behind a document's end is not scored
        for row, lane in zip(ids, lanes, strict=True):
            count = min(steps + 1, lane[1] - lane[0])
            row[:count] = part.checked(part.ids[lane[0] : lane[0] + count])
            lane[0] += steps
        unknown += int((ids[:, 1:] == UNKNOWN).sum())
        columns = torch.from_numpy(ids.T.copy()).to(device)  # [steps + 1, lanes]
        logits, (h, c) = network(columns[:-1].clamp(min=0), (state[0], state[1]))  # [steps, lanes, V]
        nats += cross_entropy(logits.flatten(0, 1), columns[1:].flatten(), ignore_index=-1, reduction="sum")
        kept = [index for index, (start, end) in enumerate(lanes) if start + 1 < end]
        lanes = [lanes[index] for index in kept]
        state = torch.stack([h, c])[:, :, torch.tensor(kept, dtype=torch.long, device=device)]
    bits = float(nats) / math.log(2) + UNKNOWN_CHARACTER_BITS * unknown
    bits, total = processes.sum([bits, characters])
    return bits / total, int(total)


def some_documents(part: Part, characters: int, seed: int) -> np.ndarray:
    """Documents drawn at random until they hold so many characters; all of them for 0.

    Long ones are not among them where there are others: a document is read from its start to its end, one character
    after the other, and everybody would wait for it."""
    order = np.random.default_rng([seed, 1 << 32]).permutation(len(part.lengths))
    if characters == 0:
        return order
    order = order[part.lengths[order] <= max(LONG_DOCUMENT, part.lengths.min())]
    return order[: int(np.searchsorted(np.cumsum(part.lengths[order]), characters)) + 1]
