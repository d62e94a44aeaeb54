"""initial_network.py INTEROP/PYTORCH VOCABULARY HIDDEN LAYERS: what train.py begins with, as one line of JSON.

{"adam": {"beta1", "beta2", "epsilon"}, "tensors": {name: {"least", "most", "sum"}}}
"""

import json
import sys


def main(folder, *shape):
    sys.path.insert(0, folder)
    from inkling_train.model import Network, adam_of

    network = Network(*map(int, shape))
    network.initialise(1)
    adam = adam_of(network).defaults
    tensors = {
        name: {"least": float(tensor.min()), "most": float(tensor.max()), "sum": float(tensor.sum())}
        for name, tensor in network.state_dict().items()
    }
    (beta1, beta2), epsilon = adam["betas"], adam["eps"]
    print(json.dumps({"adam": {"beta1": beta1, "beta2": beta2, "epsilon": epsilon}, "tensors": tensors}))


main(*sys.argv[1:])
