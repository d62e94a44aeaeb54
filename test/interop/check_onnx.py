"""check_onnx.py MODEL EXPECTED.json: does the model pass the checker and give the expected outputs in two runtimes?

EXPECTED.json: {"feeds": {name: {"type": "int64" | "float32", "shape", "data"}}, "outputs": {name: {"shape", "data"}}}
Prints one line of JSON; exits non-zero with the reason when something differs.
"""

import json
import sys
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx.reference import ReferenceEvaluator

TOLERANCE = 1e-5


def nodes_of(graph):
    """Every node, those in subgraphs included."""
    for node in graph.node:
        yield node
        for attribute in node.attribute:
            for subgraph in [attribute.g, *attribute.graphs]:
                yield from nodes_of(subgraph)


def array(tensor, dtype):
    return np.array(tensor["data"], dtype).reshape(tensor["shape"])


def largest_difference(runtime, names, actual, expected):
    """Compares within the tolerance; returns the largest absolute difference."""
    largest = 0.0
    for name, value in zip(names, actual, strict=True):
        assert value.shape == expected[name].shape, f"{runtime}: {name} is {value.shape}, not {expected[name].shape}"
        np.testing.assert_allclose(
            value, expected[name], TOLERANCE, TOLERANCE, equal_nan=False, err_msg=f"{runtime}: {name}"
        )
        largest = max(largest, float(np.abs(value - expected[name]).max(initial=0)))
    return largest


def main(model_path, expected_path):
    model = onnx.load(model_path)
    onnx.checker.check_model(model, full_check=True)

    nodes = list(nodes_of(model.graph))
    domains = {entry.domain for entry in [*model.opset_import, *nodes]} - {"", "ai.onnx"}
    assert not domains, f"custom domains: {domains}"
    assert not model.functions, "the model defines functions of its own"

    case = json.loads(Path(expected_path).read_text())
    feeds = {name: array(feed, feed["type"]) for name, feed in case["feeds"].items()}
    expected = {name: array(output, "float64") for name, output in case["outputs"].items()}
    names = list(expected)
    assert names, "no outputs to compare"

    session = onnxruntime.InferenceSession(model_path, providers=["CPUExecutionProvider"])
    report = {
        "checker": "ok",
        "onnxruntime": largest_difference("onnxruntime", names, session.run(names, feeds), expected),
        "reference": largest_difference("reference", names, ReferenceEvaluator(model).run(names, feeds), expected),
        "opset": next(entry.version for entry in model.opset_import if entry.domain in ("", "ai.onnx")),
        "ops": sorted({node.op_type for node in nodes}),
        "versions": {"onnx": onnx.__version__, "onnxruntime": onnxruntime.__version__, "numpy": np.__version__},
    }
    print(json.dumps(report))


main(*sys.argv[1:])
