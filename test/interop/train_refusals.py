"""train_refusals.py TRAIN.PY CASES.json: what train.py answers to each list of arguments, as a list of sentences."""

import importlib.util
import json
import sys
from pathlib import Path


def main(train_path, cases_path):
    spec = importlib.util.spec_from_file_location("train", train_path)
    train = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(train)
    sentences = []
    for arguments in json.loads(Path(cases_path).read_text()):
        sys.argv = [train_path, *arguments]
        try:
            train.command_line.main()
            sentences.append("")
        except train.command_line.Refusal as refusal:
            sentences.append(str(refusal))
    print(json.dumps(sentences))


main(*sys.argv[1:])
