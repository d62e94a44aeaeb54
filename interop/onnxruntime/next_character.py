"""next_character.py MODEL.onnx [PATH [TEXT]]: what a model of Inkling expects after a text, and what it would write.

Needs onnxruntime and numpy, and no Inkling. PATH is what the text's file is called ("src/a.ts"); without TEXT it is read
from standard input.
"""

import json
import os
import sys

import numpy as np

os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")  # from 1.29 on, onnxruntime reports its use, unless told not to
import onnxruntime  # noqa: E402

UNKNOWN, SEPARATOR, FIRST_CHARACTER = 0, 1, 2


class Model:
    """A model with the state it has after what it has read."""

    def __init__(self, path):
        self.session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
        metadata = self.session.get_modelmeta().custom_metadata_map
        hyperparameters = json.loads(metadata["hyperparameters"])
        if hyperparameters["context"] is not None:
            sys.exit("This model was trained on windows (recipe classic): it carries no state from run to run.")
        self.characters = json.loads(metadata["vocabulary"])  # a string: the character of id i is characters[i - 2]
        self.ids = {character: index + FIRST_CHARACTER for index, character in enumerate(self.characters)}
        state = np.zeros((hyperparameters["layers"], 1, hyperparameters["hidden"]), np.float32)
        self.hidden, self.cell = state, state

    def read(self, ids):
        """Reads ids; returns the probabilities of the next one, [vocabulary]."""
        feeds = {"ids": np.array(ids, np.int64).reshape(-1, 1), "hidden": self.hidden, "cell": self.cell}
        logits, self.hidden, self.cell = self.session.run(["logits", "nextHidden", "nextCell"], feeds)
        last = logits[-1, 0].astype(np.float64)  # logits: [time, batch, vocabulary]
        exponentials = np.exp(last - last.max())
        return exponentials / exponentials.sum()

    def encode(self, text):
        return [self.ids.get(character, UNKNOWN) for character in text]

    def decode(self, id):
        return self.characters[id - FIRST_CHARACTER] if id >= FIRST_CHARACTER else ""


def main(model_path, path="untitled", text=None):
    text = sys.stdin.read() if text is None else text
    model = Model(model_path)
    # As in training: the separator, the file's path, a line break, and the text with LF at line ends.
    probabilities = model.read([SEPARATOR, *model.encode(f"{path}\n{text}".replace("\r\n", "\n"))])

    for id in np.argsort(-probabilities)[:10]:
        print(f"{probabilities[id]:.4f} {model.decode(id)!r}")

    random = np.random.default_rng(1)
    written = []
    for _ in range(80):
        probabilities[:FIRST_CHARACTER] = 0  # no unknown character, and no new document
        id = random.choice(len(probabilities), p=probabilities / probabilities.sum())
        written.append(model.decode(id))
        probabilities = model.read([id])
    print("".join(written))


if __name__ == "__main__":
    main(*sys.argv[1:])
