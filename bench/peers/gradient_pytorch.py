"""Forward passes, input gradients and Integrated Gradients in plain PyTorch: for timing beside Unmask on the same machine in the same run.

    python3 bench/peers/gradient_pytorch.py --export FOLDER [--networks resnet50,vgg16,mobilenet_v2]
    python3 bench/peers/gradient_pytorch.py [--networks ...] [--threads 1,2] [--batches 1,8] [--rounds 4] [--steps 50] [--fused]

The networks are torchvision's with random weights drawn by a seed (times do not depend on them); the statistics of their batch normalisations
are those of random pictures, so that activations neither vanish nor explode. --export writes them as ONNX (operator set 13, any batch), so
that both sides run the same arithmetic; the exporter folds batch normalisations into convolutions, and --fused does the same on this side.

Forward runs without a graph of operations. The gradient is autograd's, of one logit of each picture with respect to the picture, in
evaluation mode, with weights that ask for no gradient. Rounds alternate between the two; the fastest and the middle one are printed, in
milliseconds a picture. Integrated Gradients interpolates from zeros by Gauss-Legendre nodes and runs them in batches of eight.
"""
import argparse
import statistics
import time
from pathlib import Path

import numpy
import torch
import torchvision

TARGET = 7


def make(name, fused):
    torch.manual_seed(0)
    network = getattr(torchvision.models, name)()
    norms = [layer for layer in network.modules() if isinstance(layer, torch.nn.BatchNorm2d)]
    for norm in norms:
        norm.momentum = None  # the plain average of all batches seen
    if norms:
        network.train()
        with torch.no_grad():
            network(torch.randn(8, 3, 224, 224))
    network.eval()
    if fused:
        from torch.fx.experimental.optimization import fuse
        network = fuse(network)
    for weight in network.parameters():
        weight.requires_grad_(False)
    return network


def export(name, folder):
    folder.mkdir(parents=True, exist_ok=True)
    names = dict(input_names=["input"], output_names=["logits"], dynamic_axes={"input": {0: "N"}, "logits": {0: "N"}})
    torch.onnx.export(make(name, False), torch.randn(1, 3, 224, 224), folder / f"{name}.onnx", opset_version=13, **names)


def forward(network, pictures):
    with torch.no_grad():
        return network(pictures)


def gradient(network, pictures):
    pictures = pictures.detach().requires_grad_(True)
    logits = network(pictures)
    return torch.autograd.grad(logits[:, TARGET].sum(), pictures)[0]


def integrated_gradients(network, picture, steps, batch=8):
    nodes, weights = numpy.polynomial.legendre.leggauss(steps)
    at = torch.tensor((nodes + 1) / 2, dtype=torch.float32).view(-1, 1, 1, 1)
    share = torch.tensor(weights / 2, dtype=torch.float32).view(-1, 1, 1, 1)
    total = torch.zeros_like(picture)
    for some, worth in zip(at.split(batch), share.split(batch)):
        total += (worth * gradient(network, some * picture)).sum(0, keepdim=True)
    attribution = picture * total
    ends = forward(network, torch.cat([picture, torch.zeros_like(picture)]))[:, TARGET]
    return float(attribution.sum()), float(ends[0] - ends[1])


def seconds(action):
    start, processor = time.perf_counter(), time.process_time()
    action()
    return time.perf_counter() - start, time.process_time() - processor


def times(spent, batch, kind):
    each = [1000 * one[kind] / batch for one in spent]
    return f"{min(each):.1f} ({statistics.median(each):.1f})"


def measure(name, network, threads, batch, rounds):
    torch.set_num_threads(threads)
    pictures = torch.randn(batch, 3, 224, 224, generator=torch.Generator().manual_seed(1))
    forward(network, pictures)
    gradient(network, pictures)
    plain, both = [], []
    for _ in range(rounds):
        plain.append(seconds(lambda: forward(network, pictures)))
        both.append(seconds(lambda: gradient(network, pictures)))
    print(f"{name}, {threads} threads, batch {batch}: forward {times(plain, batch, 0)} ms, forward + gradient {times(both, batch, 0)} ms; "
          f"processor time {times(plain, batch, 1)} and {times(both, batch, 1)} ms; ratios {min(both)[0] / min(plain)[0]:.2f} "
          f"and {min(one[1] for one in both) / min(one[1] for one in plain):.2f}", flush=True)
    return min(both)[0] / batch


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--networks", default="resnet50,vgg16,mobilenet_v2")
    parser.add_argument("--threads", default="1,2")
    parser.add_argument("--batches", default="1,8")
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--steps", type=int, default=50)
    parser.add_argument("--fused", action="store_true")
    parser.add_argument("--export", type=Path)
    arguments = parser.parse_args()
    for name in arguments.networks.split(","):
        if arguments.export:
            export(name, arguments.export)
            continue
        network = make(name, arguments.fused)
        threads = [int(count) for count in arguments.threads.split(",")]
        batches = [int(size) for size in arguments.batches.split(",")]
        fastest = {(count, size): measure(name, network, count, size, arguments.rounds) for count in threads for size in batches}
        best = min(fastest, key=fastest.get)[0]
        torch.set_num_threads(best)
        picture = torch.randn(1, 3, 224, 224, generator=torch.Generator().manual_seed(1))
        found = []
        spent = seconds(lambda: found.extend(integrated_gradients(network, picture, arguments.steps)))
        total, risen = found
        print(f"{name}, {best} threads: Integrated Gradients, {arguments.steps} steps: {spent[0]:.2f} s, processor time {spent[1]:.2f} s, sum {total:.3f} for a rise of {risen:.3f}", flush=True)


if __name__ == "__main__":
    main()
