"""Trains Inkling's network with PyTorch on a corpus that `inkling corpus` wrote: one process, or many under torchrun.

    python train.py corpus --out run --hidden 512 --epochs 3
    torchrun --standalone --nproc-per-node 8 train.py corpus --out run --layers 2 --hidden 1024 --epochs 1
    inkling import run/model.safetensors --out model.onnx

The text is read as B lanes side by side, T characters a step (truncated back-propagation through time); the recurrent
state is carried from step to step, without its history. N processes take B/N neighbouring lanes each, and gradients are
averaged, so N processes learn what one would with all B lanes. Metrics go to standard output, one JSON object per line.

Shapes: T time steps, B lanes of all processes, b of this one, V ids, H hidden units, L layers.
"""

import argparse
import json
import math
import os
import signal
import sys
import time
import traceback
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from datetime import datetime, timedelta, timezone
from pathlib import Path


class Refusal(Exception):
    """What cannot be done as asked: one sentence that says what happened and what to do."""


try:
    import numpy as np
    import torch
    import torch.distributed as dist
    from safetensors import SafetensorError, safe_open
    from safetensors.torch import save_file
    from torch import nn
    from torch.nn.functional import cross_entropy, log_softmax
except ImportError as missing:
    sys.exit(f"train.py: It needs numpy, torch and safetensors, and {missing.name} is not here: pip install {missing.name}.")

SEPARATOR, UNKNOWN, FIRST_CHARACTER = 1, 0, 2  # src/corpus/vocabulary.ts
UNKNOWN_CHARACTER_BITS = 20
FORMAT, FORMAT_VERSION = "inkling pytorch checkpoint", "1"

# ---- the corpus


class Part:
    """One half of a corpus: `ids` of all its documents, and `offsets` of where each begins and the last one ends."""

    def __init__(self, folder, name, entry, vocabulary):
        self.vocabulary = vocabulary
        self.path = Path(folder, entry["ids"]["file"])
        self.sha256 = entry["ids"]["sha256"]
        self.ids = mapped(self.path, "<u2", entry["characters"])
        self.offsets = mapped(Path(folder, entry["offsets"]["file"]), "<u8", entry["documents"] + 1)
        self.lengths = np.diff(self.offsets.astype(np.int64))
        if self.offsets[0] != 0 or self.offsets[-1] != len(self.ids) or self.lengths.min() < 1:
            raise Refusal(f"The offsets of {name} in {folder} do not fit its ids: write the corpus again.")

    def read(self, start, end):
        return self.ids[start:end]

    def checked(self, ids):
        """A foreign id would otherwise end a GPU's program without a word of why."""
        if ids.size > 0 and ids.max() >= self.vocabulary:
            raise Refusal(f"{self.path} is damaged: it holds the id {ids.max()} of {self.vocabulary}; write it again.")
        return ids


def mapped(path, dtype, length):
    try:
        size = path.stat().st_size
        if size != length * np.dtype(dtype).itemsize:
            raise Refusal(f"{path} has {size} bytes, not what the manifest says: copy or write the corpus again.")
        return np.memmap(path, dtype, "r")
    except (OSError, ValueError) as error:
        raise Refusal(f"{path} cannot be read: {error}.") from error


def read_corpus(folder):
    path = Path(folder, "manifest.json")
    try:
        manifest = json.loads(path.read_text(encoding="utf8"))
        if manifest["format"] != "inkling corpus":
            raise KeyError("format")
        if manifest["formatVersion"] != 1:
            raise Refusal(
                f"{folder} is a corpus of format {manifest['formatVersion']}, but this train.py reads format 1: "
                "take the train.py of the Inkling that wrote it, or write it again."
            )
        vocabulary = len(manifest["vocabulary"]) + FIRST_CHARACTER
        return manifest, *(Part(folder, name, manifest[name], vocabulary) for name in ("train", "heldOut"))
    except OSError as error:
        raise Refusal(f"{folder} is not a corpus ({error.strerror}: {path}): `inkling corpus` writes one.") from error
    except (ValueError, KeyError, TypeError) as error:
        raise Refusal(f"{path} is not the manifest of a corpus, or it is damaged: write the corpus again.") from error


BLOCK_CHARACTERS = 4096


class Lessons:
    """The windows that this process's lanes read, step by step.

    The documents, shuffled anew for each epoch, are one ring of text. Lane k of B begins at k/B of it and reads on from
    there; an epoch ends when every lane has read its part (src/corpus/streams.ts). Ids are read in blocks of some steps,
    the next one in the background.
    """

    def __init__(self, part, batch, time_steps, lanes, seed, device):
        self.part, self.time_steps, self.seed, self.device = part, time_steps, seed, device
        total = len(part.ids)
        self.starts = [lane * total // batch for lane in lanes]
        self.steps_per_epoch = math.ceil(math.ceil(total / batch) / time_steps)
        self.block_steps = max(1, BLOCK_CHARACTERS // time_steps)
        self.reader = ThreadPoolExecutor(1)
        self.order_epoch = self.order = self.ends = None
        self.at = self.block = self.coming = None

    def window(self, epoch, step):
        """Characters and what follows each, [T, b] twice."""
        first = step - step % self.block_steps
        if self.at != (epoch, first):
            self.at = (epoch, first)
            wanted = self.coming if self.coming and self.coming[0] == self.at else (self.at, self.ask(*self.at))
            self.block = wanted[1].result().to(self.device, non_blocking=True).long()
            following = (epoch, first + self.block_steps)
            following = following if following[1] < self.steps_per_epoch else (epoch + 1, 0)
            self.coming = (following, self.ask(*following))
        start = (step - first) * self.time_steps
        rows = self.block[start : start + self.time_steps + 1]
        return rows[:-1], rows[1:]

    def ask(self, epoch, step):
        return self.reader.submit(self.read_block, epoch, step)

    def read_block(self, epoch, step):
        """[characters + 1, b] from a step on."""
        if epoch != self.order_epoch:
            self.order_epoch = epoch
            self.order = np.random.default_rng([self.seed, epoch]).permutation(len(self.part.lengths))
            self.ends = np.cumsum(self.part.lengths[self.order])
        steps = min(self.block_steps, self.steps_per_epoch - step)
        length = steps * self.time_steps + 1
        block = np.empty((len(self.starts), length), np.int32)
        for row, start in zip(block, self.starts, strict=True):
            self.read_lane(row, (start + step * self.time_steps) % len(self.part.ids))
        block = torch.from_numpy(np.ascontiguousarray(self.part.checked(block).T))
        return block.pin_memory() if self.device.type == "cuda" else block

    def read_lane(self, row, position):
        place = int(np.searchsorted(self.ends, position, "right"))
        filled = 0
        while filled < len(row):
            document, end = self.order[place], int(self.ends[place])
            count = min(len(row) - filled, end - position)
            start = int(self.part.offsets[document + 1]) - (end - position)
            row[filled : filled + count] = self.part.read(start, start + count)
            filled += count
            position += count
            if position == end:
                place += 1
            if position == len(self.part.ids):
                place = position = 0


# ---- the network


class Network(nn.Module):
    """One-hot characters → stacked LSTM → logits of the next character, with the names that Inkling reads."""

    def __init__(self, vocabulary, hidden, layers):
        super().__init__()
        self.lstm = nn.LSTM(vocabulary, hidden, layers)
        self.output = nn.Linear(hidden, vocabulary)
        for name, parameter in self.lstm.named_parameters():
            # Inkling's network has one bias for each gate. PyTorch adds two, and if both learnt it would learn twice as fast.
            if name.startswith("bias_hh"):
                parameter.requires_grad_(False)

    def initialise(self, seed):
        """As src/lstm/initialise.ts draws them, from another generator."""
        generator = torch.Generator().manual_seed(seed)
        hidden = self.lstm.hidden_size
        for name, parameter in self.named_parameters():
            if "bias" in name:
                values = torch.zeros_like(parameter)
                if name.startswith("lstm.bias_ih"):
                    values[hidden : 2 * hidden] = 1  # the forget gate, of i, f, g, o
            else:
                bound = 2 if name == "lstm.weight_ih_l0" else math.sqrt(3 / hidden)
                values = (2 * torch.rand(parameter.shape, generator=generator) - 1) * bound
            parameter.data.copy_(values)

    def forward(self, inputs, state, mask=None):
        """inputs [T, b]; state [L, b, H] twice; mask [b, H]. Returns logits [T, b, V] and the state after them."""
        autocast = torch.is_autocast_enabled(inputs.device.type)
        dtype = torch.get_autocast_dtype(inputs.device.type) if autocast else torch.float32
        one_hot = torch.zeros(*inputs.shape, self.lstm.input_size, dtype=dtype, device=inputs.device)
        one_hot.scatter_(2, inputs.unsqueeze(2), 1)
        hidden, state = self.lstm(one_hot, tuple(part.to(dtype) for part in state))  # [T, b, H]
        logits = self.output(hidden if mask is None else hidden * mask.to(dtype))
        return logits, tuple(part.float() for part in state)


class Lesson(nn.Module):
    """What DDP wraps: the loss of a step, mean nats per character."""

    def __init__(self, network):
        super().__init__()
        self.network = network

    def forward(self, inputs, targets, state, mask):
        logits, state = self.network(inputs, state, mask)
        return cross_entropy(logits.flatten(0, 1), targets.flatten()), state


def dropout_mask(plan, step, lanes, device):
    """[b, H]: one mask for all characters of a step, drawn for all lanes from seed and step alone (src/lstm/dropout.ts)."""
    if plan["dropout"] == 0:
        return None
    generator = torch.Generator(device).manual_seed(plan["seed"] * 1_000_033 + step)
    uniform = torch.rand(plan["batch"], plan["hidden"], generator=generator, device=device)[lanes.start : lanes.stop]
    return (uniform >= plan["dropout"]) / (1 - plan["dropout"])


def warm_up_cosine(peak, fraction):
    """src/training/schedule.ts: 4 % linear warm-up, then half a cosine down to 2 % of the peak."""
    if fraction < 0.04:
        return peak * max(fraction / 0.04, 0.02)
    done = min(1, (fraction - 0.04) / 0.96)
    return peak * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * done)))


# ---- how well it predicts

EVALUATION_LANES, EVALUATION_STEPS, EVALUATION_LOGITS = 256, 128, 64 << 20
LONG_DOCUMENT = 50_000


@torch.no_grad()
def score(network, part, documents, processes):
    """Bits per character of whole documents, by the project's one measure (src/scoring/score.ts): −log₂ p of every id,
    the state zero at each document's separator, 20 bits more for an unknown character. In full precision; the processes
    share the documents, and all get the result."""
    device = processes.device
    lengths = part.lengths[documents]
    mine = documents[np.argsort(-lengths, kind="stable")][processes.rank :: processes.world]
    waiting = [(int(part.offsets[document]), int(part.offsets[document + 1])) for document in mine[::-1]]
    layers, hidden, vocabulary = network.lstm.num_layers, network.lstm.hidden_size, network.lstm.input_size
    nats = -log_softmax(network.output.bias.double(), 0)[SEPARATOR] * len(mine)
    unknown, characters = 0, int(part.lengths[mine].sum())
    lanes, state = [], torch.zeros(2, layers, 0, hidden, device=device)
    with full_precision():
        while waiting or lanes:
            fresh = [list(waiting.pop()) for _ in range(min(len(waiting), EVALUATION_LANES - len(lanes)))]
            lanes += fresh
            state = torch.cat([state, state.new_zeros(2, layers, len(fresh), hidden)], 2)
            # Towards the end the few long documents that are left are read in longer steps.
            steps = min(EVALUATION_STEPS * EVALUATION_LANES, EVALUATION_LOGITS // vocabulary) // len(lanes)
            steps = max(1, min(steps, max(end - start - 1 for start, end in lanes)))
            ids = np.full((len(lanes), steps + 1), -1, np.int64)  # what lies behind a document's end is not scored
            for row, lane in zip(ids, lanes, strict=True):
                count = min(steps + 1, lane[1] - lane[0])
                row[:count] = part.checked(part.read(lane[0], lane[0] + count))
                lane[0] += steps
            unknown += int((ids[:, 1:] == UNKNOWN).sum())
            columns = torch.from_numpy(ids.T.copy()).to(device)
            logits, (h, c) = network(columns[:-1].clamp(min=0), (state[0], state[1]))
            nats += cross_entropy(logits.flatten(0, 1), columns[1:].flatten(), ignore_index=-1, reduction="sum")
            kept = [index for index, (start, end) in enumerate(lanes) if start + 1 < end]
            lanes = [lanes[index] for index in kept]
            state = torch.stack([h, c])[:, :, torch.tensor(kept, dtype=torch.long, device=device)]
    bits = float(nats) / math.log(2) + UNKNOWN_CHARACTER_BITS * unknown
    bits, characters = processes.sum([bits, characters])
    return bits / characters, int(characters)


def some_documents(part, characters, seed):
    """Documents drawn at random until they hold so much; all of them for 0.

    Long ones are not among them where there are others: a document is read from its start to its end, one character
    after the other, and everybody would wait for it."""
    order = np.random.default_rng([seed, 1 << 32]).permutation(len(part.lengths))
    if characters == 0:
        return order
    order = order[part.lengths[order] <= max(LONG_DOCUMENT, part.lengths.min())]
    return order[: int(np.searchsorted(np.cumsum(part.lengths[order]), characters)) + 1]


class full_precision:
    """Without TF32, whatever training uses."""

    def __enter__(self):
        self.before = (torch.backends.cudnn.allow_tf32, torch.backends.cuda.matmul.allow_tf32)
        torch.backends.cudnn.allow_tf32 = torch.backends.cuda.matmul.allow_tf32 = False

    def __exit__(self, *_):
        torch.backends.cudnn.allow_tf32, torch.backends.cuda.matmul.allow_tf32 = self.before


# ---- the processes


class Processes:
    """This process among those that train together, as torchrun tells them apart by environment variables."""

    def __init__(self, options):
        self.rank, self.world = int(os.environ.get("RANK", 0)), int(os.environ.get("WORLD_SIZE", 1))
        self.distributed = "RANK" in os.environ
        cuda = torch.cuda.is_available() if options.device == "auto" else options.device == "cuda"
        if cuda:
            local = int(os.environ.get("LOCAL_RANK", 0))
            if local >= torch.cuda.device_count():
                raise Refusal(
                    f"There are {torch.cuda.device_count()} GPUs for {local + 1} or more processes: "
                    "give torchrun fewer of them, or train with --device cpu."
                )
            torch.cuda.set_device(local)
            self.device = torch.device("cuda", local)
        else:
            self.device = torch.device("cpu")
        if options.threads:
            torch.set_num_threads(options.threads)
        if self.distributed:
            # gloo also beside nccl: what the processes agree on lies in ordinary memory, so the GPU is not waited for.
            backend = "cpu:gloo,cuda:nccl" if cuda else "gloo"
            dist.init_process_group(backend, timeout=timedelta(seconds=options.timeout_seconds))

    def sum(self, values):
        return self.reduced(values, dist.ReduceOp.SUM)

    def most(self, values):
        return self.reduced(values, dist.ReduceOp.MAX)

    def reduced(self, values, operation):
        if not self.distributed:
            return values
        tensor = torch.tensor(values, dtype=torch.float64)
        dist.all_reduce(tensor, operation)
        return tensor.tolist()

    def gathered(self, tensor, dimension):
        """The processes' tensors side by side."""
        if not self.distributed:
            return tensor
        parts = [torch.empty_like(tensor) for _ in range(self.world)]
        dist.all_gather(parts, tensor.contiguous())
        return torch.cat(parts, dimension)

    def tell(self, **event):
        if self.rank == 0:
            print(json.dumps(event), flush=True)


# ---- what is kept


def write_tensors(path, tensors, metadata):
    """Replaces a file, or leaves it as it was."""
    temporary = path.with_name(f".{path.name}.tmp")
    try:
        # Copies: on a GPU the parameters of an LSTM are parts of one piece of memory, which the format does not know.
        save_file({name: tensor.detach().cpu().clone() for name, tensor in tensors.items()}, temporary, metadata)
        with open(temporary, "rb+") as file:
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except (OSError, SafetensorError) as error:
        temporary.unlink(missing_ok=True)
        raise Refusal(f"{path} could not be written: {error}.") from error


def read_tensors(path):
    try:
        with safe_open(path, "pt") as file:
            metadata = file.metadata() or {}
            if metadata.get("format") != FORMAT or metadata.get("formatVersion") != FORMAT_VERSION:
                raise Refusal(f"{path} is not a checkpoint of this train.py: take another one, or train anew.")
            return {name: file.get_tensor(name) for name in file.keys()}, metadata
    except (OSError, SafetensorError) as error:
        raise Refusal(f"There is no whole checkpoint {path} to go on from: {error}.") from error


class Training:
    """All that changes while training, and what is kept of it."""

    def __init__(self, manifest, plan, network, optimizer, state, lessons, processes, out):
        self.manifest, self.plan, self.network, self.optimizer = manifest, plan, network, optimizer
        self.state, self.lessons, self.processes = state, lessons, processes
        self.checkpoint_path, self.model_path = out / "checkpoint.safetensors", out / "model.safetensors"
        self.progress = {"step": 0, "epoch": 0, "epochStep": 0, "seconds": 0.0, "evaluations": 0}
        self.progress |= {"best": None, "bestStep": None}
        self.measured = None  # held-out bits per character of the parameters as they are, if known

    @property
    def epochs(self):
        return self.progress["step"] / self.lessons.steps_per_epoch

    def metadata(self, bits):
        """What Inkling makes the model's card of, and what a training is resumed with."""
        plan, manifest = self.plan, self.manifest
        shape = {"layers": plan["layers"], "hidden": plan["hidden"], "vocabulary": self.network.lstm.input_size}
        training = {"epochs": self.epochs, "seconds": self.progress["seconds"], "engine": f"PyTorch {torch.__version__}"}
        device = "cpu" if self.processes.device.type == "cpu" else torch.cuda.get_device_name()
        training |= {"device": f"{self.processes.world} × {device}", "threads": torch.get_num_threads()}
        training |= {"seed": plan["seed"], "date": datetime.now(timezone.utc).isoformat(timespec="seconds")}
        characters = {f"{part}Characters": manifest[part]["characters"] for part in ("train", "heldOut")}
        described = {
            "vocabulary": manifest["vocabulary"],
            "hyperparameters": {**shape, "context": None, "recipe": "default", "dropout": plan["dropout"]},
            "corpus": {"files": manifest["files"], **characters},
            "training": training,
            "heldOutBitsPerCharacter": bits,
            "trainer": {"plan": plan, "progress": self.progress},
        }
        texts = {name: json.dumps(value) for name, value in described.items()}
        return {"format": FORMAT, "formatVersion": FORMAT_VERSION, **texts}

    def save_checkpoint(self):
        states = [self.processes.gathered(part, 1) for part in self.state]  # [L, B, H]
        if self.processes.rank == 0:
            moments = {}
            for name, parameter in self.network.named_parameters():
                kept = self.optimizer.state.get(parameter)
                if kept:
                    moments[f"optimizer.moment1.{name}"] = kept["exp_avg"]
                    moments[f"optimizer.moment2.{name}"] = kept["exp_avg_sq"]
            tensors = {**self.network.state_dict(), **moments, "state.hidden": states[0], "state.cell": states[1]}
            write_tensors(self.checkpoint_path, tensors, self.metadata(self.measured))
        self.processes.tell(type="checkpoint", step=self.progress["step"], path=str(self.checkpoint_path))

    def save_model(self, bits):
        if self.processes.rank == 0:
            write_tensors(self.model_path, self.network.state_dict(), self.metadata(bits))

    def restore(self, tensors, progress, lanes):
        device = self.processes.device
        self.progress = progress
        names = set(self.network.state_dict())
        self.network.load_state_dict({name: tensor for name, tensor in tensors.items() if name in names})
        for name, parameter in self.network.named_parameters():
            if f"optimizer.moment1.{name}" in tensors:
                step = torch.tensor(float(progress["step"]), device=device if device.type == "cuda" else "cpu")
                kept = {"exp_avg": f"optimizer.moment1.{name}", "exp_avg_sq": f"optimizer.moment2.{name}"}
                moments = {key: tensors[tensor].to(device) for key, tensor in kept.items()}
                self.optimizer.state[parameter] = {"step": step, **moments}
        kept = (tensors["state.hidden"], tensors["state.cell"])
        self.state = tuple(part[:, lanes.start : lanes.stop].contiguous().to(device) for part in kept)

    def load_best(self):
        """The parameters of the best measurement, which the first process wrote."""
        if self.progress["bestStep"] in (None, self.progress["step"]):
            return
        if self.processes.rank == 0:
            self.network.load_state_dict(read_tensors(self.model_path)[0])
        if self.processes.distributed:
            for parameter in self.network.parameters():
                dist.broadcast(parameter.data, 0)


# ---- the options

KEPT = {"layers": 1, "hidden": 512, "batch": 128, "time_steps": 64, "learning_rate": None, "dropout": None, "seed": 1}


def parse_options():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0], allow_abbrev=False)
    add = parser.add_argument
    add("corpus", help="a folder that `inkling corpus` wrote")
    add("--out", default="run", help="folder for checkpoint.safetensors and model.safetensors (default: run)")
    budget = parser.add_mutually_exclusive_group()
    budget.add_argument("--epochs", type=number(0), help="times to read all the text (default: 1)")
    budget.add_argument("--steps", type=number(1, whole=True), help="steps to take instead")
    budget.add_argument("--minutes", type=number(0), help="time to spend instead; measuring at the end comes on top")
    add("--layers", type=number(1, 64, True), help="LSTM layers (default: 1)")
    add("--hidden", type=number(1, 16_384, True), help="hidden units of each (default: 512)")
    add("--batch", type=number(1, 1 << 20, True), help="lanes of all processes together (default: 128)")
    add("--time-steps", type=number(1, 65_536, True), help="characters gradients flow back through (default: 64)")
    add("--learning-rate", type=number(0, 10), help="highest learning rate (default: by hidden units)")
    add("--dropout", type=number(0, 0.9), help="part of the hidden units left out in a step (default: by epochs)")
    add("--seed", type=number(0, 2**31 - 1, True), help="of everything random (default: 1)")
    add("--device", choices=["auto", "cpu", "cuda"], default="auto")
    add("--precision", choices=["auto", "fp32", "tf32", "bf16"], default="auto", help="auto: bf16 where a GPU has it")
    add("--threads", type=number(1, 1024, True), help="processor threads of each process")
    add("--resume", action="store_true", help="go on from the checkpoint in --out")
    add("--checkpoint-seconds", type=number(0), default=300)
    add("--evaluations", type=number(0, 1e6, True), default=10, help="measurements while training (default: 10)")
    add("--evaluation-characters", type=number(0, whole=True), default=1_000_000, help="held-out text for these; 0: all")
    add("--final-characters", type=number(0, whole=True), default=0, help="the same at the end (default: 0, all)")
    add("--log-steps", type=number(1, 1e6, True), help="steps between reports (default: about every second)")
    add("--timeout-seconds", type=number(1), default=600, help="a process waits so long for the others, then ends")
    return parser.parse_args()


def number(least, most=math.inf, whole=False):
    def parse(text):
        value = int(text) if whole else float(text)
        if not least <= value <= most:
            raise argparse.ArgumentTypeError(f"must be from {least} to {most}, not {text}")
        return value

    parse.__name__ = "whole number" if whole else "number"
    return parse


def plan_of(options, sha256):
    """What a training is begun with and keeps."""
    plan = {name: default if getattr(options, name) is None else getattr(options, name) for name, default in KEPT.items()}
    epochs = 0 if options.minutes or options.steps else options.epochs or 1
    if plan["learning_rate"] is None:  # src/training/plan.ts
        plan["learning_rate"] = min(0.02, 0.016 * math.sqrt(256 / plan["hidden"]))
    if plan["dropout"] is None:
        plan["dropout"] = 0 if epochs < 2 else 0.1 if epochs < 5 else 0.2
    return {**plan, "corpus": sha256}


def resumed_plan(metadata, path, options, sha256):
    try:
        trainer = json.loads(metadata["trainer"])
        plan, progress = trainer["plan"], trainer["progress"]
    except (KeyError, ValueError) as error:
        raise Refusal(f"{path} does not say how far its training has come: train anew.") from error
    if plan["corpus"] != sha256:
        raise Refusal(f"{path} was trained on another corpus: go on with that one, or train anew.")
    for name in KEPT:
        if getattr(options, name) not in (None, plan[name]):
            asked, begun = getattr(options, name), plan[name]
            raise Refusal(f"This training was begun with {name} {begun} and cannot go on with {asked}: keep {begun}.")
    return plan, progress


def precision_of(options, device):
    has_bf16 = device.type == "cuda" and torch.cuda.is_bf16_supported(including_emulation=False)
    precision = options.precision
    if precision == "auto":
        precision = "bf16" if has_bf16 else "tf32" if device.type == "cuda" else "fp32"
    if device.type == "cpu" and precision != "fp32" or precision == "bf16" and not has_bf16:
        raise Refusal(f"{precision} is not for this {device.type}: leave --precision out.")
    torch.backends.cudnn.allow_tf32 = torch.backends.cuda.matmul.allow_tf32 = precision != "fp32"
    return precision


# ---- the training

TALK_SECONDS = 0.5
signals = []


def main():
    options = parse_options()
    for number_of in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number_of, lambda received, _: signals.append(received))
    manifest, train, held_out = read_corpus(options.corpus)
    out = Path(options.out)
    kept = read_tensors(out / "checkpoint.safetensors") if options.resume else None
    if not kept and (out / "checkpoint.safetensors").exists():
        raise Refusal(f"There is a training in {out} already: --resume goes on with it; or give another --out.")
    if kept:
        plan, progress = resumed_plan(kept[1], out / "checkpoint.safetensors", options, train.sha256)
    else:
        plan, progress = plan_of(options, train.sha256), None
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Refusal(f"{out} cannot be written to: {error.strerror}.") from error

    processes = Processes(options)
    device, batch = processes.device, plan["batch"]
    if batch % processes.world != 0:
        raise Refusal(f"{batch} lanes cannot be shared by {processes.world} processes: make --batch a multiple of them.")
    share = batch // processes.world
    lanes = range(processes.rank * share, (processes.rank + 1) * share)
    precision = precision_of(options, device)

    network = Network(train.vocabulary, plan["hidden"], plan["layers"])
    network.initialise(plan["seed"])
    network.to(device)
    trained = [parameter for parameter in network.parameters() if parameter.requires_grad]
    lesson = Lesson(network)
    if processes.distributed:
        gpus = [device.index] if device.type == "cuda" else None
        lesson = nn.parallel.DistributedDataParallel(lesson, device_ids=gpus, gradient_as_bucket_view=True)
    optimizer = torch.optim.Adam(trained, betas=(0.9, 0.99), eps=1e-8, fused=device.type == "cuda")
    lessons = Lessons(train, batch, plan["time_steps"], lanes, plan["seed"], device)
    zero = torch.zeros(plan["layers"], share, plan["hidden"], device=device)
    training = Training(manifest, plan, network, optimizer, (zero, zero), lessons, processes, out)
    if kept:
        training.restore(kept[0], progress, lanes)
    autocast = torch.autocast(device.type, torch.bfloat16) if precision == "bf16" else nullcontext()

    processes.tell(
        type="start", resumed=bool(kept), processes=processes.world, device=device.type, precision=precision, **plan,
        vocabulary=train.vocabulary, parameters=sum(parameter.numel() for parameter in trained),
        trainCharacters=len(train.ids), heldOutCharacters=len(held_out.ids), stepsPerEpoch=lessons.steps_per_epoch,
    )  # fmt: skip
    received = run(training, lesson, autocast, lanes, held_out, options)
    if received:
        processes.tell(type="stopped", signal=signal.Signals(received).name, step=training.progress["step"])
        return 128 + received
    training.load_best()
    began = time.perf_counter()
    bits, characters = score(network, held_out, some_documents(held_out, options.final_characters, plan["seed"]), processes)
    measuring = time.perf_counter() - began
    training.save_model(bits)
    memory = {"gpuMemory": torch.cuda.max_memory_allocated()} if device.type == "cuda" else {}
    processes.tell(
        type="done", model=str(training.model_path), heldOutBitsPerCharacter=bits, characters=characters,
        step=training.progress["step"], epochs=training.epochs, seconds=training.progress["seconds"],
        measuringSeconds=measuring, **memory,
    )  # fmt: skip
    return 0


def run(training, lesson, autocast, lanes, held_out, options):
    """Steps until the budget is used up (0) or a signal has come (its number).

    Between two bursts of steps the processes talk: the first one says how many steps come next and what is due, any of
    them that it has to stop. So they never disagree on when to evaluate, save or end.
    """
    plan, progress, processes = training.plan, training.progress, training.processes
    lessons, optimizer, device = training.lessons, training.optimizer, training.processes.device
    trained = [parameter for group in optimizer.param_groups for parameter in group["params"]]
    all_steps = options.steps or max(1, round((options.epochs or 1) * lessons.steps_per_epoch))
    seconds_before, began = progress["seconds"], time.perf_counter()
    spent = lambda: seconds_before + time.perf_counter() - began  # noqa: E731
    burst, saved, reported, steps_reported = 1, began, began, progress["step"]
    looked_at = some_documents(held_out, options.evaluation_characters, plan["seed"])
    while True:
        # Where time is the budget, how far it is used up is known to one process only, and told.
        seconds_per_step = (time.perf_counter() - reported) / max(1, progress["step"] - steps_reported)
        fraction = spent() / (60 * options.minutes) if options.minutes else progress["step"] / all_steps
        per_step = seconds_per_step / (60 * options.minutes) if options.minutes else 1 / all_steps
        told = [fraction, per_step, time.perf_counter() - saved >= options.checkpoint_seconds, burst]
        stop, fraction, per_step, save, burst = processes.most(
            [signals[0] if signals else 0, *(told if processes.rank == 0 else [0] * len(told))]
        )
        over = fraction >= 1
        measurements = math.floor(min(1, fraction) * options.evaluations)
        if not stop and options.evaluations and measurements > progress["evaluations"]:
            progress["evaluations"] = measurements
            evaluate(training, held_out, looked_at)
        if stop or over or (save and progress["step"] > 0):
            progress["seconds"] = spent()
            training.save_checkpoint()
            saved = time.perf_counter()
        if stop or over:
            return int(stop)

        reported, steps_reported, losses = time.perf_counter(), progress["step"], []
        for ahead in range(int(burst)):
            rate = warm_up_cosine(plan["learning_rate"], fraction + ahead * per_step)
            for group in optimizer.param_groups:
                group["lr"] = rate
            inputs, targets = lessons.window(progress["epoch"], progress["epochStep"])
            with autocast:
                mask = dropout_mask(plan, progress["step"] + 1, lanes, device)
                loss, state = lesson(inputs, targets, training.state, mask)
            training.state = tuple(part.detach() for part in state)
            loss.backward()  # DDP averages the gradients of all processes here
            norm = nn.utils.clip_grad_norm_(trained, 1)
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
            losses.append(loss.detach())
            progress["step"] += 1
            progress["epochStep"] += 1
            if progress["epochStep"] == lessons.steps_per_epoch:
                progress["epoch"], progress["epochStep"] = progress["epoch"] + 1, 0
        training.measured = None
        loss = processes.sum([float(torch.stack(losses).mean())])[0] / processes.world
        if not math.isfinite(loss):
            raise Refusal(
                f"The loss stopped being a number before step {progress['step']}: "
                "--resume goes back to the last checkpoint; train anew with half the --learning-rate if it comes again."
            )
        elapsed = time.perf_counter() - reported
        characters = len(losses) * plan["batch"] * plan["time_steps"]
        processes.tell(
            type="progress", step=progress["step"], fraction=min(1, fraction + burst * per_step), epochs=training.epochs,
            trainBitsPerCharacter=loss / math.log(2), learningRate=rate, gradientNorm=float(norm),
            charactersPerSecond=characters / elapsed, elapsedSeconds=spent(),
        )  # fmt: skip
        burst = options.log_steps or max(1, int(TALK_SECONDS * len(losses) / elapsed))
        if not options.minutes:
            burst = min(burst, all_steps - progress["step"])


def evaluate(training, held_out, documents):
    """Measures the network as it is; the best one so far is kept as the model."""
    progress = training.progress
    bits, characters = score(training.network, held_out, documents, training.processes)
    training.measured = bits
    best = progress["best"] is None or bits < progress["best"]
    if best:
        progress["best"], progress["bestStep"] = bits, progress["step"]
        training.save_model(bits)
    training.processes.tell(
        type="evaluation", step=progress["step"], epochs=training.epochs, heldOutBitsPerCharacter=bits,
        characters=characters, best=best,
    )  # fmt: skip


if __name__ == "__main__":
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
