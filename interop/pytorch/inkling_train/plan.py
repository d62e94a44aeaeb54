"""What a training is begun with and keeps: Inkling's choices (src/training/plan.ts), for whatever was not asked for."""

import json
import math
from argparse import Namespace
from dataclasses import asdict, dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any

from .refusal import Refusal


@cache
def training_defaults() -> dict[str, Any]:
    """The numbers that Inkling and this package share; README.md beside them says what each is.

    Raises Refusal where the file is missing or damaged."""
    path = Path(__file__).resolve().parent.parent / "trainingDefaults.json"
    try:
        return json.loads(path.read_text(encoding="utf8"))
    except (OSError, ValueError) as error:
        raise Refusal(f"{path} cannot be read ({error}): copy it from where train.py came from.") from error


@dataclass(frozen=True)
class Plan:
    """What a training is begun with and keeps."""

    layers: int
    hidden: int  # units of each layer
    batch: int  # lanes of all processes
    time_steps: int  # characters
    learning_rate: float  # peak of the schedule
    dropout: float  # probability that a hidden unit is left out
    seed: int
    corpus: str  # SHA-256 of the ids trained on

    @staticmethod
    def of(options: Namespace, characters: int, corpus: str) -> "Plan":
        """The plan of a training on so many characters: what was asked for, and defaults for what is None."""
        defaults = training_defaults()
        names = [field.name for field in fields(Plan) if field.name != "corpus"]
        asked = {name: getattr(options, name) for name in names if getattr(options, name) is not None}
        plan = {
            "layers": defaults["network"]["layers"],
            "hidden": defaults["network"]["hiddenInPytorch"],
            "batch": defaults["batch"]["pytorch"],
            "time_steps": defaults["timeSteps"],
            "seed": 1,
        } | asked
        epochs = planned_epochs(options, plan["batch"] * plan["time_steps"] / characters)
        chosen = {
            "learning_rate": default_learning_rate(plan["hidden"]),
            "dropout": default_dropout(epochs, plan["hidden"]),
        }
        return Plan(**chosen | plan, corpus=corpus)

    def refuse_changes(self, options: Namespace, corpus: str, path: Path) -> None:
        """Raises Refusal where a training that is resumed from `path` is asked for what it did not begin with."""
        if self.corpus != corpus:
            raise Refusal(f"{path} was trained on another corpus: go on with that one, or train anew.")
        for name, begun in asdict(self).items():
            asked = getattr(options, name) if name != "corpus" else None
            if asked not in (None, begun):
                raise Refusal(
                    f"This training was begun with {name} {begun} and cannot go on with {asked}: keep {begun}."
                )


def default_learning_rate(hidden: int) -> float:
    """Peak of the schedule: wider networks want smaller steps."""
    rate = training_defaults()["learningRate"]
    return min(rate["highest"], rate["atReference"] * math.sqrt(rate["referenceHidden"] / hidden))


def planned_epochs(options: Namespace, epochs_of_step: float) -> float:
    """How often all the text is to be read; 0 where time is the budget, as nobody knows before the first step."""
    if options.minutes:
        return 0
    return options.steps * epochs_of_step if options.steps else options.epochs or 1


def default_dropout(epochs: float, hidden: int) -> float:
    """Probability that a hidden unit is left out: the rate of the last entry that a training comes up to."""
    entries = training_defaults()["dropout"]
    reached = [entry for entry in entries if epochs >= entry["fromEpochs"] and hidden >= entry["fromHidden"]]
    return reached[-1]["rate"]


def warm_up_cosine(peak: float, fraction: float) -> float:
    """Learning rate by the part of the budget that is used up, 0 to 1: a linear warm-up, then half a cosine down to a
    small part of the peak (src/training/schedule.ts)."""
    schedule = training_defaults()["schedule"]
    warm_up, final = schedule["warmUp"], schedule["final"]
    if fraction < warm_up:
        return peak * max(fraction / warm_up, schedule["warmUpLeast"])
    done = min(1, (fraction - warm_up) / (1 - warm_up))
    return peak * (final + (1 - final) * 0.5 * (1 + math.cos(math.pi * done)))
