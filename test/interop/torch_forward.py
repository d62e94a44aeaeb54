"""torch_forward.py CHECKPOINT IDS.json: logits of PyTorch's nn.LSTM with a checkpoint's parameters.

IDS.json holds ids as [timeSteps][batch]; the state starts at zero. Prints {"shape": [timeSteps, batch, vocabulary],
"logits": flat} as one line of JSON.
"""

import json
import sys
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import nn
from torch.nn.functional import one_hot


def main(checkpoint_path, ids_path):
    tensors = load_file(checkpoint_path)
    parameters = {name: value for name, value in tensors.items() if name.startswith(("lstm.", "output."))}
    vocabulary, hidden = parameters["output.weight"].shape
    layers = sum(name.startswith("lstm.weight_ih_l") for name in parameters)
    network = nn.ModuleDict({"lstm": nn.LSTM(vocabulary, hidden, layers), "output": nn.Linear(hidden, vocabulary)})
    network.load_state_dict(parameters)  # strict: missing, foreign or misshapen names are errors
    ids = torch.tensor(json.loads(Path(ids_path).read_text()))
    with torch.no_grad():
        logits = network["output"](network["lstm"](one_hot(ids, vocabulary).float())[0])
    print(json.dumps({"shape": list(logits.shape), "logits": logits.flatten().tolist()}))


main(*sys.argv[1:])
