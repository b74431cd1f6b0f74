"""Training steps in plain PyTorch: for timing beside Unmask on the same machine in the same run.

    python3 bench/peers/training_pytorch.py --export FOLDER
    python3 bench/peers/training_pytorch.py --network resnet20 [--threads 2] [--rounds 6] [--steps 10] [--channels-last] [--fused] [--items 64]
    dotnet run -c Release --project bench/Unmask.Benchmarks -- training-time FOLDER/resnet20.onnx 8 python3 bench/peers/training_pytorch.py --network resnet20 --serve

resnet20 is He et al.'s network for pictures of 32 pixels (3 stages of 3 blocks, 16 channels in the first; shortcuts that change shape are 1 x 1
convolutions with normalisation), trained with SGD and momentum in batches of 64. masker is a U-Net on the features of a frozen ResNet-18 at 224
pixels: the five taps pass 1 x 1 convolutions to 64 channels, then from the smallest up they are doubled in size, joined with the next and convolved
3 x 3, with batch normalisations; a sigmoid of the last makes a mask of 56 x 56, enlarged to the picture. It is trained with Adam in batches of 8 to
keep what the same frozen ResNet-18 recognises in picture times mask (cross-entropy, plus the mask's mean). Both begin with random weights, from
a seed: times do not depend on them. --export writes both as ONNX with free batch sizes, normalisations as they are, so that both sides run the
same arithmetic.

A step is a batch from memory, forward, backward, optimiser, running statistics, and reading the loss. --serve takes turns with another process: each
number read from standard input is that many steps, answered with seconds and seconds of processor time. --fused folds the normalisations of the
frozen network into its convolutions, once.
"""
import argparse
import statistics
import sys
import time
from pathlib import Path

import torch
import torchvision
from torch import nn
from torch.nn import functional


class Block(nn.Module):
    def __init__(self, before, channels, stride):
        super().__init__()
        self.branch = nn.Sequential(
            nn.Conv2d(before, channels, 3, stride, 1, bias=False), nn.BatchNorm2d(channels), nn.ReLU(),
            nn.Conv2d(channels, channels, 3, 1, 1, bias=False), nn.BatchNorm2d(channels))
        self.shortcut = nn.Sequential(nn.Conv2d(before, channels, 1, stride, bias=False), nn.BatchNorm2d(channels)) if before != channels or stride != 1 else None

    def forward(self, x):
        return functional.relu(self.branch(x) + (x if self.shortcut is None else self.shortcut(x)))


class ResNet20(nn.Module):
    size, classes, items = 32, 10, 64

    def __init__(self):
        super().__init__()
        blocks = [Block(16 << max(0, stage - (block == 0)), 16 << stage, 2 if stage and block == 0 else 1) for stage in range(3) for block in range(3)]
        self.body = nn.Sequential(nn.Conv2d(3, 16, 3, 1, 1, bias=False), nn.BatchNorm2d(16), nn.ReLU(), *blocks)
        self.head = nn.Linear(64, 10)

    def forward(self, x):
        return self.head(self.body(x).mean((2, 3)))

    def loss(self, x, target):
        return functional.cross_entropy(self(x), target)

    def optimizer(self):
        return torch.optim.SGD(self.parameters(), lr=0.001, momentum=0.9)


def fold(network):
    """Of every module with a convolution and a normalisation behind it: the normalisation into the convolution."""
    for module in network.modules():
        for conv, norm in [("conv1", "bn1"), ("conv2", "bn2"), ("0", "1")]:
            if isinstance(getattr(module, norm, None), nn.BatchNorm2d):
                setattr(module, conv, nn.utils.fusion.fuse_conv_bn_eval(getattr(module, conv), getattr(module, norm)))
                setattr(module, norm, nn.Identity())


class Up(nn.Module):
    """A tap to 64 channels; joined with the doubled result so far, if there is one."""

    def __init__(self, channels, joins):
        super().__init__()
        self.lateral = nn.Sequential(nn.Conv2d(channels, 64, 1, bias=False), nn.BatchNorm2d(64), nn.ReLU())
        self.join = nn.Sequential(nn.Conv2d(128, 64, 3, 1, 1, bias=False), nn.BatchNorm2d(64), nn.ReLU()) if joins else None

    def forward(self, tap, so_far):
        tap = self.lateral(tap)
        if self.join is None:
            return tap
        if so_far.shape[-1] != tap.shape[-1]:
            so_far = functional.interpolate(so_far, scale_factor=2.0, mode="bilinear", align_corners=False)
        return self.join(torch.cat([so_far, tap], 1))


class Masker(nn.Module):
    size, classes, items = 224, 1000, 8

    def __init__(self, fused=False):
        super().__init__()
        # A network with random statistics would give random numbers of any size: first some random pictures.
        frozen = torchvision.models.resnet18()
        frozen.train()
        with torch.no_grad():
            for _ in range(10):
                frozen(torch.randn(8, 3, 224, 224))
        frozen.eval()
        if fused:
            fold(frozen)
        for weight in frozen.parameters():
            weight.requires_grad_(False)
        self.frozen = frozen
        self.ups = nn.ModuleList(Up(channels, joins) for channels, joins in [(512, False), (256, True), (128, True), (64, True), (64, True)])
        self.mask = nn.Conv2d(64, 1, 3, 1, 1)

    def train(self, mode=True):
        super().train(mode)
        self.frozen.eval()
        return self

    def taps(self, x):
        net = self.frozen
        x = functional.relu(net.bn1(net.conv1(x)))
        taps = [net.maxpool(x)]
        for layer in (net.layer1, net.layer2, net.layer3, net.layer4):
            taps.append(layer(taps[-1]))
        return taps

    def forward(self, x):
        with torch.no_grad():
            taps = self.taps(x)
        so_far = None
        for up, tap in zip(self.ups, reversed(taps)):
            so_far = up(tap, so_far)
        mask = torch.sigmoid(self.mask(so_far))
        logits = self.frozen(x * functional.interpolate(mask, scale_factor=4.0, mode="nearest"))
        return logits, mask

    def loss(self, x, target):
        logits, mask = self(x)
        return functional.cross_entropy(logits, target) + 0.1 * mask.mean()

    def optimizer(self):
        return torch.optim.Adam([weight for weight in self.parameters() if weight.requires_grad], lr=0.001)


def make(name, fused=False):
    torch.manual_seed(0)
    network = ResNet20() if name == "resnet20" else Masker(fused)
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d) and module.weight.requires_grad:
            # Equal constants would become one in the ONNX file, and one weight.
            with torch.no_grad():
                for values in (module.weight, module.bias, module.running_mean, module.running_var):
                    values.add_(0.01 * torch.rand_like(values))
    return network


def export(folder):
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("resnet20", "masker"):
        network = make(name).eval()
        outputs = ["logits"] if name == "resnet20" else ["logits", "mask"]
        axes = {each: {0: "N"} for each in ["input", *outputs]}
        torch.onnx.export(
            network, torch.randn(2, 3, network.size, network.size), folder / f"{name}.onnx", opset_version=13, input_names=["input"], output_names=outputs,
            dynamic_axes=axes, training=torch.onnx.TrainingMode.PRESERVE, do_constant_folding=False)


class Steps:
    def __init__(self, arguments):
        self.network = make(arguments.network, arguments.fused).train()
        self.optimizer = self.network.optimizer()
        generator = torch.Generator().manual_seed(1)
        self.items = arguments.items or self.network.items
        self.pictures = torch.randn(4 * self.items, 3, self.network.size, self.network.size, generator=generator)
        self.targets = torch.randint(self.network.classes, (4 * self.items,), generator=generator)
        if arguments.channels_last:
            self.network = self.network.to(memory_format=torch.channels_last)
            self.pictures = self.pictures.contiguous(memory_format=torch.channels_last)
        self.generator = generator

    def run(self, count):
        start, processor = time.perf_counter(), time.process_time()
        for _ in range(count):
            batch = torch.randperm(len(self.targets), generator=self.generator)[:self.items]
            self.optimizer.zero_grad(set_to_none=True)
            loss = self.network.loss(self.pictures[batch], self.targets[batch])
            loss.backward()
            self.optimizer.step()
            float(loss)
        return time.perf_counter() - start, time.process_time() - processor


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--export", type=Path)
    parser.add_argument("--network", choices=["resnet20", "masker"], default="resnet20")
    parser.add_argument("--items", type=int, help="in a batch; default 64 and 8")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=6)
    parser.add_argument("--steps", type=int, default=10)
    parser.add_argument("--channels-last", action="store_true")
    parser.add_argument("--fused", action="store_true")
    parser.add_argument("--serve", action="store_true")
    arguments = parser.parse_args()
    if arguments.export:
        export(arguments.export)
        return
    torch.set_num_threads(arguments.threads)
    steps = Steps(arguments)
    steps.run(2)
    if arguments.serve:
        print("ready", flush=True)
        for line in sys.stdin:
            print(*steps.run(int(line)), flush=True)
        return
    spent = [steps.run(arguments.steps) for _ in range(arguments.rounds)]
    for kind, what in enumerate(("wall", "processor")):
        each = [1000 * one[kind] / arguments.steps for one in spent]
        print(f"{arguments.network}, {arguments.threads} threads: {what} {min(each):.1f} ({statistics.median(each):.1f}) ms a step", flush=True)


if __name__ == "__main__":
    main()
