"""Training of Inkling's network with PyTorch, as `train.py` runs it; read in this order:

    plan.py          what a training is begun with, chosen with the numbers of trainingDefaults.json
    data.py          the corpus, and the windows that each lane reads of it
    model.py         the network, its initial weights, dropout and optimizer
    score.py         bits per character of held-out documents
    checkpoint.py    what is kept of a training, and how it goes on
    loop.py          the training
    command_line.py  options, and sentences for what goes wrong

Beside these: processes.py (who trains together), precision.py (16 or 32 bits), refusal.py (errors for people).

The text is read as B lanes side by side, T characters a step (truncated back-propagation through time); the recurrent
state is carried from step to step, without its history. N processes take B/N neighbouring lanes each, and gradients are
averaged, so N processes learn what one would with all B lanes. Metrics go to standard output, one JSON object per line.

Shapes: T time steps, B lanes of all processes, b of this one, V ids, H hidden units, L layers.
"""
