"""Writes the network as ONNX with the facts that a reader needs in its metadata, and checks the file."""

import json

import onnx
import torch

OPERATORS = {"Conv", "Relu", "Add", "GlobalAveragePool", "Flatten", "Gemm"}


def export(network, preprocessing, facts, path):
    """Batch normalisation is folded into the convolutions by the exporter; the batch dimension N is dynamic."""
    network = network.eval().to(memory_format=torch.contiguous_format)
    example = torch.zeros(2, 3, preprocessing.crop, preprocessing.crop)
    torch.onnx.export(network, example, str(path), opset_version=17, input_names=["input"], output_names=["logits"],
                      dynamic_axes={"input": {0: "N"}, "logits": {0: "N"}})
    model = onnx.load(str(path))
    facts = {"unmask.preprocessing": json.dumps(preprocessing.facts()), **facts}
    onnx.helper.set_model_props(model, facts)
    _check(model)
    onnx.save(model, str(path))


def _check(model):
    onnx.checker.check_model(model, full_check=True)
    unexpected = {node.op_type for node in model.graph.node} - OPERATORS
    if unexpected:
        raise SystemExit(f"The exported graph holds {sorted(unexpected)}; only {sorted(OPERATORS)} are wanted.")


def logits_of_file(path, inputs, batch=100):
    """The file's own outputs, by ONNX Runtime where Python has it; None where it has not."""
    try:
        import onnxruntime
    except ImportError:
        return None
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    parts = [session.run(["logits"], {"input": part.numpy()})[0] for part in inputs.split(batch)]
    return torch.cat([torch.from_numpy(part) for part in parts])
