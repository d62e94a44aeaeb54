"""Characters per second of PyTorch's nn.LSTM, trained as Inkling trains: one-hot input, Adam, clipping, carried state."""
import json
import sys
import time

import torch

layers, hidden, vocabulary, batch, time_steps, steps, threads = map(int, sys.argv[1:8])
device = sys.argv[8]
torch.set_num_threads(threads)
torch.set_default_device(device)
lstm = torch.nn.LSTM(vocabulary, hidden, layers)
output = torch.nn.Linear(hidden, vocabulary)
parameters = [*lstm.parameters(), *output.parameters()]
optimizer = torch.optim.Adam(parameters, lr=1e-3)
ids = torch.randint(0, vocabulary, (time_steps, batch))
targets = torch.randint(0, vocabulary, (time_steps * batch,))
state = None


def step(state):
    one_hot = torch.nn.functional.one_hot(ids, vocabulary).float()
    hidden_states, state = lstm(one_hot, state)
    loss = torch.nn.functional.cross_entropy(output(hidden_states).reshape(-1, vocabulary), targets)
    optimizer.zero_grad()
    loss.backward()
    torch.nn.utils.clip_grad_norm_(parameters, 1)
    optimizer.step()
    return tuple(part.detach() for part in state)


def finish():
    if device == "cuda":
        torch.cuda.synchronize()


for _ in range(2):
    state = step(state)
finish()
start = time.perf_counter()
for _ in range(steps):
    state = step(state)
finish()
print(json.dumps({"charactersPerSecond": steps * batch * time_steps / (time.perf_counter() - start), "version": torch.__version__}))
