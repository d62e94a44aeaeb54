"""The training: bursts of steps, and between them measurements, checkpoints and reports."""

import math
import signal
import time
from argparse import Namespace
from pathlib import Path
from typing import NamedTuple

import torch
from torch import Tensor, nn

from .checkpoint import Checkpoint, Training
from .data import Corpus
from .model import Lesson, Network, adam_of, dropout_mask
from .plan import Plan, training_defaults, warm_up_cosine
from .precision import autocast, choose_precision
from .processes import Processes
from .refusal import Refusal
from .score import score, some_documents

TALK_SECONDS = 0.5


def train(
    corpus: Corpus, plan: Plan, checkpoint: Checkpoint | None, options: Namespace, signals: list[int], out: Path
) -> int:
    """Trains until the budget is used up or a signal has come, and measures what comes of it; returns the exit code.

    `signals` grows while this runs. Raises Refusal where the machine cannot do what was asked for."""
    processes = Processes(options)
    device = processes.device
    processes.share(plan.batch)  # refuses early what cannot be shared
    precision = choose_precision(options.precision, device)
    network = Network(corpus.train.vocabulary, plan.hidden, plan.layers)
    network.initialise(plan.seed)
    network.to(device)
    training = Training(corpus, plan, network, adam_of(network), processes, out)
    if checkpoint:
        training.restore(checkpoint)

    processes.tell(
        type="start", resumed=checkpoint is not None, processes=processes.world, device=device.type,
        precision=precision, **vars(plan), vocabulary=corpus.train.vocabulary,
        parameters=sum(parameter.numel() for parameter in network.trained),
        trainCharacters=len(corpus.train.ids), heldOutCharacters=len(corpus.held_out.ids),
        stepsPerEpoch=training.lessons.steps_per_epoch,
    )  # fmt: skip
    received = Loop(training, precision, options, signals).run()
    if received:
        processes.tell(type="stopped", signal=signal.Signals(received).name, step=training.progress.step)
        return 128 + received
    finish(training, options)
    return 0


class Turn(NamedTuple):
    """What all processes do next, which the first one has said."""

    stop: float  # number of a signal that any of them got, or 0
    fraction: float  # of the budget that is used up, 0 to 1
    per_step: float  # how much of it a step takes
    save: float  # 1 where a checkpoint is due
    burst: float  # steps until they talk again


class Loop:
    """A training under way.

    Between two bursts of steps the processes talk: the first one says how many steps come next and what is due, any of
    them that it has to stop. So they never disagree on when to evaluate, save or end.
    """

    def __init__(self, training: Training, precision: str, options: Namespace, signals: list[int]):
        self.training, self.options, self.signals = training, options, signals
        self.processes, self.progress = training.processes, training.progress
        device = training.processes.device
        self.autocast = autocast(precision, device)
        self.lesson: nn.Module = Lesson(training.network)
        if self.processes.distributed:
            gpus = [device.index] if device.type == "cuda" else None
            self.lesson = nn.parallel.DistributedDataParallel(
                self.lesson, device_ids=gpus, gradient_as_bucket_view=True
            )
        self.minutes = options.minutes  # the budget, or else
        self.all_steps = options.steps or max(1, round((options.epochs or 1) * training.lessons.steps_per_epoch))
        held_out = training.corpus.held_out
        self.looked_at = some_documents(held_out, options.evaluation_characters, training.plan.seed)
        self.seconds_before, self.began = self.progress.seconds, time.perf_counter()
        self.saved = self.reported = self.began
        self.steps_reported = self.progress.step
        self.burst = 1

    @property
    def seconds(self) -> float:
        """Spent on this training, earlier sittings included."""
        return self.seconds_before + time.perf_counter() - self.began

    def run(self) -> int:
        """Takes steps until the budget is used up, which gives 0, or a signal has come, which gives its number."""
        while True:
            turn = self.agree()
            ends = bool(turn.stop) or turn.fraction >= 1
            if not turn.stop and self.is_measurement_due(turn.fraction):
                self.evaluate()
            if ends or (turn.save and self.progress.step > 0):
                self.progress.seconds = self.seconds
                self.training.save_checkpoint()
                self.saved = time.perf_counter()
            if ends:
                return int(turn.stop)
            self.take_steps(turn)

    def agree(self) -> Turn:
        """Talks with the other processes."""
        # Where time is the budget, how far it is used up is known to one process only, and told.
        seconds_per_step = (time.perf_counter() - self.reported) / max(1, self.progress.step - self.steps_reported)
        fraction = self.seconds / (60 * self.minutes) if self.minutes else self.progress.step / self.all_steps
        per_step = seconds_per_step / (60 * self.minutes) if self.minutes else 1 / self.all_steps
        save = time.perf_counter() - self.saved >= self.options.checkpoint_seconds
        told = [fraction, per_step, save, self.burst]
        stop = self.signals[0] if self.signals else 0
        return Turn(*self.processes.most([stop, *(told if self.processes.rank == 0 else [0] * len(told))]))

    def is_measurement_due(self, fraction: float) -> bool:
        """Counts it, where it is."""
        measurements = math.floor(min(1, fraction) * self.options.evaluations)
        if measurements <= self.progress.evaluations:
            return False
        self.progress.evaluations = measurements
        return True

    def take_steps(self, turn: Turn) -> None:
        """Takes a burst of steps, and reports on it; Refusal where the loss is no number any more."""
        self.reported, self.steps_reported = time.perf_counter(), self.progress.step
        steps = [self.step(turn.fraction + ahead * turn.per_step) for ahead in range(int(turn.burst))]
        losses, norms, rates = zip(*steps, strict=True)
        self.training.measured = None
        loss = self.processes.sum([float(torch.stack(losses).mean())])[0] / self.processes.world
        if not math.isfinite(loss):
            raise Refusal(
                f"The loss stopped being a number before step {self.progress.step}: "
                "--resume goes back to the last checkpoint; train anew with half the --learning-rate if it comes again."
            )
        elapsed = time.perf_counter() - self.reported
        characters = len(losses) * self.training.plan.batch * self.training.plan.time_steps
        self.processes.tell(
            type="progress", step=self.progress.step, fraction=min(1, turn.fraction + turn.burst * turn.per_step),
            epochs=self.training.epochs, trainBitsPerCharacter=loss / math.log(2), learningRate=rates[-1],
            gradientNorm=float(norms[-1]), charactersPerSecond=characters / elapsed, elapsedSeconds=self.seconds,
        )  # fmt: skip
        self.burst = self.options.log_steps or max(1, int(TALK_SECONDS * len(losses) / elapsed))
        if not self.minutes:
            self.burst = min(self.burst, self.all_steps - self.progress.step)

    def step(self, fraction: float) -> tuple[Tensor, Tensor, float]:
        """Takes a step at a part of the budget, 0 to 1; returns loss and gradient norm, [] each, and learning rate."""
        training, progress = self.training, self.progress
        optimizer = training.optimizer
        rate = warm_up_cosine(training.plan.learning_rate, fraction)
        for group in optimizer.param_groups:
            group["lr"] = rate
        inputs, targets = training.lessons.window(progress.epoch, progress.epochStep)  # [T, b] twice
        with self.autocast:
            mask = dropout_mask(training.plan, progress.step + 1, training.lanes, self.processes.device)  # [b, H]
            loss, (hidden, cell) = self.lesson(inputs, targets, training.state, mask)
        training.state = (hidden.detach(), cell.detach())
        loss.backward()  # DDP averages the gradients of all processes here
        norm = nn.utils.clip_grad_norm_(training.network.trained, training_defaults()["clip"])
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        progress.step += 1
        progress.epochStep += 1
        if progress.epochStep == training.lessons.steps_per_epoch:
            progress.epoch, progress.epochStep = progress.epoch + 1, 0
        return loss.detach(), norm, rate

    def evaluate(self) -> None:
        """Measures the network as it is; the best one so far is kept as the model."""
        training, progress = self.training, self.progress
        bits, characters = score(training.network, training.corpus.held_out, self.looked_at, self.processes)
        training.measured = bits
        best = progress.best is None or bits < progress.best
        if best:
            progress.best, progress.bestStep = bits, progress.step
            training.save_model(bits)
        self.processes.tell(
            type="evaluation", step=progress.step, epochs=training.epochs, heldOutBitsPerCharacter=bits,
            characters=characters, best=best,
        )  # fmt: skip


def finish(training: Training, options: Namespace) -> None:
    """Measures the best network on more of the held-out text, and writes it as the model."""
    processes, held_out = training.processes, training.corpus.held_out
    training.load_best()
    began = time.perf_counter()
    documents = some_documents(held_out, options.final_characters, training.plan.seed)
    bits, characters = score(training.network, held_out, documents, processes)
    measuring = time.perf_counter() - began
    training.save_model(bits)
    memory = {"gpuMemory": torch.cuda.max_memory_allocated()} if processes.device.type == "cuda" else {}
    processes.tell(
        type="done", model=str(training.model_path), heldOutBitsPerCharacter=bits, characters=characters,
        step=training.progress.step, epochs=training.epochs, seconds=training.progress.seconds,
        measuringSeconds=measuring, **memory,
    )  # fmt: skip
