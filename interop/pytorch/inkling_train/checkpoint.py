"""What is kept of a training: a checkpoint to go on from, and the model that did best."""

import json
import os
from dataclasses import asdict, dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import torch
import torch.distributed as dist
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from .data import Corpus, Lessons
from .model import Network, State
from .plan import Plan
from .processes import Processes
from .refusal import Refusal

FORMAT, FORMAT_VERSION = "inkling pytorch checkpoint", "1"


def write_tensors(path: Path, tensors: dict[str, Tensor], metadata: dict[str, str]) -> None:
    """Replaces a file in one step, or leaves it as it was and raises Refusal."""
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


def read_tensors(path: Path) -> tuple[dict[str, Tensor], dict[str, str]]:
    """Tensors and metadata of a file that `write_tensors` wrote; Refusal where it is none."""
    try:
        with safe_open(path, "pt") as file:
            metadata = file.metadata() or {}
            if metadata.get("format") != FORMAT or metadata.get("formatVersion") != FORMAT_VERSION:
                raise Refusal(f"{path} is not a checkpoint of this train.py: take another one, or train anew.")
            return {name: file.get_tensor(name) for name in file.keys()}, metadata
    except (OSError, SafetensorError) as error:
        raise Refusal(f"There is no whole checkpoint {path} to go on from: {error}.") from error


@dataclass
class Progress:
    """How far a training has come."""

    step: int = 0
    epoch: int = 0
    epochStep: int = 0  # steps of this epoch; in the words of Inkling's own checkpoints, as it is kept
    seconds: float = 0.0
    evaluations: int = 0
    best: float | None = None  # bits per character
    bestStep: int | None = None


@dataclass(frozen=True)
class Checkpoint:
    """A training that was left, to go on with."""

    tensors: dict[str, Tensor]
    plan: Plan
    progress: Progress

    @staticmethod
    def read(path: Path) -> "Checkpoint":
        """Raises Refusal where there is none at `path`, or one that does not say enough."""
        tensors, metadata = read_tensors(path)
        try:
            trainer = json.loads(metadata["trainer"])
            return Checkpoint(tensors, Plan(**trainer["plan"]), Progress(**trainer["progress"]))
        except (KeyError, ValueError, TypeError) as error:
            raise Refusal(f"{path} does not say how far its training has come: train anew.") from error


class Training:
    """All that changes while training, and what is kept of it."""

    def __init__(
        self, corpus: Corpus, plan: Plan, network: Network, optimizer: torch.optim.Adam, processes: Processes, out: Path
    ):
        self.corpus, self.plan, self.processes = corpus, plan, processes
        self.network, self.optimizer = network, optimizer
        self.checkpoint_path, self.model_path = out / "checkpoint.safetensors", out / "model.safetensors"
        self.lanes = processes.share(plan.batch)
        device = processes.device
        self.lessons = Lessons(corpus.train, plan.batch, plan.time_steps, self.lanes, plan.seed, device)
        zero = torch.zeros(plan.layers, len(self.lanes), plan.hidden, device=device)
        self.state: State = (zero, zero)  # [L, b, H] each
        self.progress = Progress()
        self.measured: float | None = None  # held-out bits per character of the parameters as they are, if known

    @property
    def epochs(self) -> float:
        return self.progress.step / self.lessons.steps_per_epoch

    def metadata(self, bits: float | None) -> dict[str, str]:
        """What Inkling makes the model's card of, and what a training is resumed with."""
        plan, manifest = self.plan, self.corpus.manifest
        device = "cpu" if self.processes.device.type == "cpu" else torch.cuda.get_device_name()
        described: dict[str, Any] = {
            "vocabulary": manifest["vocabulary"],
            "hyperparameters": {
                "layers": plan.layers,
                "hidden": plan.hidden,
                "vocabulary": self.network.lstm.input_size,
                "context": None,
                "recipe": "default",
                "dropout": plan.dropout,
            },
            "corpus": {
                "files": manifest["files"],
                "trainCharacters": manifest["train"]["characters"],
                "heldOutCharacters": manifest["heldOut"]["characters"],
            },
            "training": {
                "epochs": self.epochs,
                "seconds": self.progress.seconds,
                "engine": f"PyTorch {torch.__version__}",
                "device": f"{self.processes.world} × {device}",
                "threads": torch.get_num_threads(),
                "seed": plan.seed,
                "date": datetime.now(timezone.utc).isoformat(timespec="seconds"),
            },
            "heldOutBitsPerCharacter": bits,
            "trainer": {"plan": asdict(plan), "progress": asdict(self.progress)},
        }
        texts = {name: json.dumps(value) for name, value in described.items()}
        return {"format": FORMAT, "formatVersion": FORMAT_VERSION, **texts}

    def save_checkpoint(self) -> None:
        """Writes what the training goes on from, at the first process; all have to call it."""
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
        self.processes.tell(type="checkpoint", step=self.progress.step, path=str(self.checkpoint_path))

    def save_model(self, bits: float) -> None:
        if self.processes.rank == 0:
            write_tensors(self.model_path, self.network.state_dict(), self.metadata(bits))

    def restore(self, checkpoint: Checkpoint) -> None:
        """Goes back to where a checkpoint was written."""
        tensors, device = checkpoint.tensors, self.processes.device
        self.progress = checkpoint.progress
        names = set(self.network.state_dict())
        self.network.load_state_dict({name: tensor for name, tensor in tensors.items() if name in names})
        for name, parameter in self.network.named_parameters():
            if f"optimizer.moment1.{name}" in tensors:
                step = torch.tensor(float(self.progress.step), device=device if device.type == "cuda" else "cpu")
                kept = {"exp_avg": f"optimizer.moment1.{name}", "exp_avg_sq": f"optimizer.moment2.{name}"}
                moments = {key: tensors[tensor].to(device) for key, tensor in kept.items()}
                self.optimizer.state[parameter] = {"step": step, **moments}
        lanes = slice(self.lanes.start, self.lanes.stop)
        hidden, cell = (tensors[name][:, lanes].contiguous().to(device) for name in ("state.hidden", "state.cell"))
        self.state = (hidden, cell)

    def load_best(self) -> None:
        """Takes the parameters of the best measurement, which the first process wrote."""
        if self.progress.bestStep in (None, self.progress.step):
            return
        if self.processes.rank == 0:
            self.network.load_state_dict(read_tensors(self.model_path)[0])
        if self.processes.distributed:
            for parameter in self.network.parameters():
                dist.broadcast(parameter.data, 0)
