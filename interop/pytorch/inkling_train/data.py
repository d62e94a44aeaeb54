"""The corpus that `inkling corpus` wrote, and the windows of it that a step of training reads."""

import json
import math
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from .refusal import Refusal

SEPARATOR, UNKNOWN, FIRST_CHARACTER = 1, 0, 2  # src/corpus/vocabulary.ts


class Part:
    """One half of a corpus: `ids` of all documents, `offsets` of where each begins and the last one ends, `lengths`.

    Raises Refusal where its files are not what the manifest says."""

    def __init__(self, folder: str, name: str, entry: dict[str, Any], vocabulary: int):
        self.vocabulary = vocabulary
        self.path = Path(folder, entry["ids"]["file"])
        self.sha256: str = entry["ids"]["sha256"]
        self.ids = mapped(self.path, "<u2", entry["characters"])
        self.offsets = mapped(Path(folder, entry["offsets"]["file"]), "<u8", entry["documents"] + 1)
        self.lengths = np.diff(self.offsets.astype(np.int64))
        if self.offsets[0] != 0 or self.offsets[-1] != len(self.ids) or self.lengths.min() < 1:
            raise Refusal(f"The offsets of {name} in {folder} do not fit its ids: write the corpus again.")

    def checked(self, ids: np.ndarray) -> np.ndarray:
        """The ids, where the vocabulary has them: a foreign one would end a GPU's program without a word of why."""
        if ids.size > 0 and ids.max() >= self.vocabulary:
            raise Refusal(f"{self.path} is damaged: it holds the id {ids.max()} of {self.vocabulary}; write it again.")
        return ids


def mapped(path: Path, dtype: str, length: int) -> np.ndarray:
    """The numbers in a file, read from the disk when they are looked at; Refusal where it has not so many."""
    try:
        size = path.stat().st_size
        if size != length * np.dtype(dtype).itemsize:
            raise Refusal(f"{path} has {size} bytes, not what the manifest says: copy or write the corpus again.")
        return np.memmap(path, dtype, "r")
    except (OSError, ValueError) as error:
        raise Refusal(f"{path} cannot be read: {error}.") from error


@dataclass(frozen=True)
class Corpus:
    """A folder that `inkling corpus` wrote."""

    manifest: dict[str, Any]
    train: Part
    held_out: Part

    @staticmethod
    def read(folder: str) -> "Corpus":
        """Maps the files of a folder; Refusal where it is no corpus, damaged, or of another version."""
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
            return Corpus(manifest, *(Part(folder, name, manifest[name], vocabulary) for name in ("train", "heldOut")))
        except OSError as error:
            raise Refusal(
                f"{folder} is not a corpus ({error.strerror}: {path}): `inkling corpus` writes one."
            ) from error
        except (ValueError, KeyError, TypeError) as error:
            raise Refusal(f"{path} is damaged, or not the manifest of a corpus: write the corpus again.") from error


BLOCK_CHARACTERS = 4096


class Lessons:
    """The windows that this process's lanes read, step by step.

    The documents, shuffled anew for each epoch, are one ring of text. Lane k of B begins at k/B of it and reads on from
    there; an epoch ends when every lane has read its part (src/corpus/streams.ts). Ids are read in blocks of some
    steps, the next one in the background.
    """

    def __init__(self, part: Part, batch: int, time_steps: int, lanes: range, seed: int, device: torch.device):
        self.part, self.time_steps, self.seed, self.device = part, time_steps, seed, device
        total = len(part.ids)
        self.starts = [lane * total // batch for lane in lanes]
        self.steps_per_epoch = math.ceil(math.ceil(total / batch) / time_steps)
        self.block_steps = max(1, BLOCK_CHARACTERS // time_steps)
        self.reader = ThreadPoolExecutor(1)
        self.at: tuple[int, int] | None = None  # epoch, and its step that the block begins with
        self.block = torch.empty(0)  # [characters + 1, b]
        self.coming: tuple[tuple[int, int], Future[Tensor]] | None = None
        self.order_epoch: int | None = None
        self.order, self.ends = np.empty(0, np.int64), np.empty(0, np.int64)  # documents of the epoch, and their ends

    def window(self, epoch: int, step: int) -> tuple[Tensor, Tensor]:
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

    def ask(self, epoch: int, step: int) -> Future[Tensor]:
        return self.reader.submit(self.read_block, epoch, step)

    def read_block(self, epoch: int, step: int) -> Tensor:
        """[characters + 1, b] from a step on."""
        if epoch != self.order_epoch:
            self.order_epoch = epoch
            self.order = np.random.default_rng([self.seed, epoch]).permutation(len(self.part.lengths))
            self.ends = np.cumsum(self.part.lengths[self.order])
        steps = min(self.block_steps, self.steps_per_epoch - step)
        block = np.empty((len(self.starts), steps * self.time_steps + 1), np.int32)
        for row, start in zip(block, self.starts, strict=True):
            self.read_lane(row, (start + step * self.time_steps) % len(self.part.ids))
        columns = torch.from_numpy(np.ascontiguousarray(self.part.checked(block).T))
        return columns.pin_memory() if self.device.type == "cuda" else columns

    def read_lane(self, row: np.ndarray, position: int) -> None:
        """Fills a row with the epoch's text from a position on, and from its start again where it ends."""
        place = int(np.searchsorted(self.ends, position, "right"))
        filled = 0
        while filled < len(row):
            document, end = self.order[place], int(self.ends[place])
            count = min(len(row) - filled, end - position)
            start = int(self.part.offsets[document + 1]) - (end - position)
            row[filled : filled + count] = self.part.ids[start : start + count]
            filled += count
            position += count
            if position == end:
                place += 1
            if position == len(self.part.ids):
                place = position = 0
