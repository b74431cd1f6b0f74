"""Extremal perturbation in plain PyTorch, written from the paper (Fong, Patrick, Vedaldi, ICCV 2019): for timing beside Unmask.

    python3 bench/peers/extremal_pytorch.py [--network resnet50] [--areas 0.1] [--threads 2] [--fused] [--steps 10 | --serve]

Nodes 7 pixels apart spread discs k(z) = exp(-2 max(0, z - 1/2)^2) of sigma 21; the mask is their smooth maximum over 81 nodes, on a canvas of
260 pixels for a picture of 224. The picture is seen at one of eight levels of blur; the penalty is the mean squared distance of the sorted canvas to
zeros and ones; gradient descent with momentum 0.9 dampened by 0.9; the picture is mirrored at every second step. The networks are those of
gradient_pytorch.py. --serve answers numbers of steps on standard input with their seconds and processor seconds; --steps prints them.
"""
import argparse
import math
import sys
import time

import torch
import torch.nn.functional as functional

from gradient_pytorch import TARGET, make

SIZE, STEP, SIGMA, LEVELS, MAX_BLUR = 224, 7, 21, 8, 20.0


class Discs:
    """Masks of nodes."""

    def __init__(self):
        self.padding, self.radius = 1 + math.ceil(2 * SIGMA / STEP), 1 + math.ceil(SIGMA / STEP)
        self.nodes = math.ceil(SIZE / STEP)
        self.middle = self.nodes + 2 * (self.padding - self.radius)
        self.canvas = STEP * self.middle - STEP + 1
        window = torch.arange(-self.radius, self.radius + 1)
        # From each of the pixels of a node to each of the nodes about it.
        away = torch.arange(STEP).view(-1, 1) - STEP * window.view(1, -1)
        distance = (away.view(STEP, 1, -1, 1) ** 2 + away.view(1, STEP, 1, -1) ** 2).float().sqrt() / SIGMA
        self.weights = torch.exp(-2 * (distance - 0.5).clamp(min=0) ** 2).view(1, STEP, STEP, -1, 1)

    def __call__(self, nodes):
        around = functional.unfold(nodes, 2 * self.radius + 1, padding=self.padding)
        values = self.weights * around.view(len(nodes), 1, 1, -1, self.middle ** 2)
        maxima = (values * torch.softmax(20 * values, dim=3)).sum(3)
        pixels = functional.pixel_shuffle(maxima.view(len(nodes), STEP * STEP, self.middle, self.middle), STEP)
        canvas = pixels[:, :, :self.canvas, :self.canvas]
        return canvas[:, :, SIGMA:SIGMA + SIZE, SIGMA:SIGMA + SIZE], canvas


def blurred(picture, sigma):
    if sigma == 0:
        return picture
    reach = math.ceil(4 * sigma)
    at = torch.arange(-reach, reach + 1).float()
    kernel = torch.exp(-at ** 2 / (2 * sigma ** 2))
    kernel = (kernel / kernel.sum()).repeat(3, 1)
    down = functional.conv2d(picture, kernel.view(3, 1, -1, 1), padding=(reach, 0), groups=3)
    return functional.conv2d(down, kernel.view(3, 1, 1, -1), padding=(0, reach), groups=3)


class Problem:
    """Masks of some areas for one picture."""

    def __init__(self, network, areas):
        self.network, self.discs = network, Discs()
        picture = torch.randn(1, 3, SIZE, SIZE, generator=torch.Generator().manual_seed(1))
        self.levels = torch.cat([blurred(picture, (1 - level / (LEVELS - 1)) * MAX_BLUR) for level in range(LEVELS)])
        self.nodes = torch.ones(len(areas), 1, self.discs.nodes, self.discs.nodes, requires_grad=True)
        count = self.discs.canvas ** 2
        self.ideal = torch.stack([(torch.arange(count) >= int(count * (1 - area))).float() for area in areas])
        self.descent = torch.optim.SGD([self.nodes], lr=0.01, momentum=0.9, dampening=0.9)
        self.done = 0

    def perturbed(self, masks):
        level = masks * (LEVELS - 1)
        lower = level.detach().floor().clamp(0, LEVELS - 2)
        part = level - lower
        index = lower.long().expand(-1, 3, -1, -1)
        return (1 - part) * self.levels.gather(0, index) + part * self.levels.gather(0, index + 1)

    def step(self):
        masks, canvas = self.discs(self.nodes)
        seen = self.perturbed(masks)
        score = self.network(seen.flip(3) if self.done % 2 == 0 else seen)[:, TARGET].sum()
        ordered = canvas.reshape(len(canvas), -1).sort(dim=1).values
        penalty = 300 * 1.0035 ** self.done * ((ordered - self.ideal) ** 2).mean(1).sum()
        loss = penalty - score
        self.descent.zero_grad()
        loss.backward()
        self.descent.step()
        with torch.no_grad():
            self.nodes.clamp_(0, 1)
        self.done += 1
        return float(loss)


def spent(problem, steps):
    start, processor = time.perf_counter(), time.process_time()
    for _ in range(steps):
        problem.step()
    return time.perf_counter() - start, time.process_time() - processor


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--network", default="resnet50")
    parser.add_argument("--areas", default="0.1")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--fused", action="store_true")
    parser.add_argument("--steps", type=int, default=10)
    parser.add_argument("--serve", action="store_true")
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    problem = Problem(make(arguments.network, arguments.fused), [float(area) for area in arguments.areas.split(",")])
    spent(problem, 3)
    if arguments.serve:
        print("ready", flush=True)
        for line in sys.stdin:
            print(*spent(problem, int(line)), flush=True)
        return
    for _ in range(3):
        wall, processor = spent(problem, arguments.steps)
        print(f"{1000 * wall / arguments.steps:.1f} ms a step; processor time {1000 * processor / arguments.steps:.1f}", flush=True)


if __name__ == "__main__":
    main()
