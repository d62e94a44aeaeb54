"""training_plan.py INTEROP/PYTORCH CASES.json: what train.py decides before its first step, as one line of JSON.

CASES.json: {"characters", "options": [{"hidden", "epochs" | "steps" | "minutes"}], "peak", "fractions"}. It prints
{"plans": a plan for each of the options, "rates": a learning rate for each fraction of the budget}. Needs no PyTorch.
"""

import json
import sys
from argparse import Namespace
from dataclasses import asdict
from pathlib import Path

ASKED = ("layers", "hidden", "batch", "time_steps", "learning_rate", "dropout", "seed", "epochs", "steps", "minutes")


def main(folder, cases_path):
    sys.path.insert(0, folder)
    from inkling_train.plan import Plan, warm_up_cosine

    cases = json.loads(Path(cases_path).read_text())
    options = [Namespace(**dict.fromkeys(ASKED) | asked) for asked in cases["options"]]
    plans = [asdict(Plan.of(asked, cases["characters"], "")) for asked in options]
    print(json.dumps({"plans": plans, "rates": [warm_up_cosine(cases["peak"], at) for at in cases["fractions"]]}))


main(*sys.argv[1:])
