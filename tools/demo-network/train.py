"""Trains the demonstration network from scratch and writes it as ONNX. See README.md beside this file."""

import argparse
import copy
import math
import time
from dataclasses import dataclass
from pathlib import Path

import torch
import torch.nn.functional as F

from augmentation import Views
from export import export, logits_of_file
from network import Network
from photos import Preprocessing, read_album

LABELS = ["cat", "dog"]
FOLDERS = ["cats", "dogs"]
CIFAR10 = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"]
PREPROCESSING = Preprocessing(size=128, crop=128, mean=(0.486, 0.448, 0.410), std=(0.254, 0.246, 0.247))


@dataclass(frozen=True)
class Recipe:
    """One course of training: SGD with Nesterov momentum, linear warm-up, then a cosine to zero."""

    epochs: int
    batch: int
    rate: float
    decay: float
    views: Views
    smoothing: float = 0.1
    mixup: float = 0.0
    averaging: float = 0.998

    def rate_at(self, step, steps):
        warm = max(1, steps // 20)
        return self.rate * (step / warm if step < warm else 0.5 + 0.5 * math.cos(math.pi * (step - warm) / (steps - warm)))


PRETRAINING = Recipe(epochs=4, batch=128, rate=0.1, decay=5e-4, smoothing=0.05,
                     views=Views(size=48, smallest_area=0.4, rotation=8, colour=0.3, occluded=0.25))
TRAINING = Recipe(epochs=48, batch=50, rate=0.03, decay=1e-3, smoothing=0.05, mixup=0.1,
                  views=Views(size=96, smallest_area=0.06, closeness=2, rotation=15, colour=0.35, occluded=0.3))
FINISHING = Recipe(epochs=16, batch=50, rate=0.01, decay=1e-3, smoothing=0.05, mixup=0.1,
                   views=Views(size=128, smallest_area=0.06, closeness=2, rotation=15, colour=0.35, occluded=0.3))


class Average:
    """Exponential moving average of weights and batch statistics; the network that is kept at the end."""

    def __init__(self, network, decay):
        self.network, self.decay, self.steps = copy.deepcopy(network), decay, 0

    @torch.no_grad()
    def update(self, network):
        self.steps += 1
        decay = min(self.decay, (1 + self.steps) / (10 + self.steps))
        for mine, its in zip(self.network.state_dict().values(), network.state_dict().values()):
            if mine.is_floating_point():
                mine.lerp_(its, 1 - decay)
            else:
                mine.copy_(its)


def loss_of(network, inputs, labels, recipe, reduced_precision):
    """Cross-entropy with label smoothing; with MixUp, each input is blended with another one of the batch."""
    blend = torch.distributions.Beta(recipe.mixup, recipe.mixup).sample() if recipe.mixup else torch.tensor(1.0)
    order = torch.randperm(len(inputs))
    inputs = (inputs * blend + inputs[order] * (1 - blend)).contiguous(memory_format=torch.channels_last)
    with torch.autocast("cpu", torch.bfloat16, enabled=reduced_precision):
        logits = network(inputs)
    losses = [F.cross_entropy(logits.float(), y, label_smoothing=recipe.smoothing) for y in (labels, labels[order])]
    return blend * losses[0] + (1 - blend) * losses[1]


def fit(network, album, recipe, reduced_precision, report):
    """Trains on the album; returns the averaged network."""
    network = network.train().to(memory_format=torch.channels_last)
    average = Average(network, recipe.averaging)
    weights = [p for p in network.parameters() if p.ndim > 1]
    others = [p for p in network.parameters() if p.ndim <= 1]
    optimizer = torch.optim.SGD([{"params": weights, "weight_decay": recipe.decay}, {"params": others}],
                                lr=recipe.rate, momentum=0.9, nesterov=True)
    canvas, sides = album.canvas()
    per_epoch = len(album) // recipe.batch
    for epoch in range(recipe.epochs):
        started, total = time.time(), 0.0
        order = torch.randperm(len(album))
        for i in range(per_epoch):
            for group in optimizer.param_groups:
                group["lr"] = recipe.rate_at(epoch * per_epoch + i, recipe.epochs * per_epoch)
            chosen = order[i * recipe.batch:(i + 1) * recipe.batch]
            inputs = recipe.views(canvas[chosen], sides[chosen], PREPROCESSING)
            loss = loss_of(network, inputs, album.labels[chosen], recipe, reduced_precision)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            optimizer.step()
            average.update(network)
            total += loss.item()
        report(epoch, total / per_epoch, time.time() - started, average.network)
    return average.network


@torch.no_grad()
def logits_of(network, inputs):
    network.eval()
    return torch.cat([network(part) for part in inputs.split(100)])


def accuracy(logits, labels):
    return (logits.argmax(1) == labels).float().mean().item()


def interval(share, n):
    """Wilson's 95 % interval of a share."""
    z = 1.959964
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return middle - half, middle + half


def reporter(course, epochs, inputs, labels, every):
    """Prints a line an epoch, and now and then the accuracy on photos that do not train (nothing is chosen by it)."""
    def report(epoch, loss, seconds, network):
        seen = epoch == epochs - 1 or (epoch + 1) % every == 0
        checked = f", accuracy {accuracy(logits_of(network, inputs), labels):.4f}" if seen else ""
        print(f"{course} {epoch + 1}/{epochs}: loss {loss:.4f}{checked}, {seconds:.0f} s", flush=True)
    return report


def course(name, network, recipe, data, arguments):
    """Trains, or takes what an earlier run kept of this course in --checkpoints.

    `data()` gives the album to learn from, then the inputs and labels that progress is told by.
    """
    kept = arguments.checkpoints and arguments.checkpoints / f"{name}.pt"
    if kept and kept.exists():
        network.load_state_dict(torch.load(kept))
        return network
    album, inputs, labels = data()
    report = reporter(name, recipe.epochs, inputs, labels, every=max(1, recipe.epochs // 4))
    network = fit(network, album, recipe, arguments.bfloat16, report)
    if kept:
        torch.save(network.state_dict(), kept)
    return network


def pretrained(arguments):
    """A network that tells the ten classes of CIFAR-10 apart."""
    def data():
        held = read_album(arguments.pretrain, "test", CIFAR10)
        enlarged = F.interpolate(held.canvas()[0].float(), size=PRETRAINING.views.size, mode="bilinear")
        return read_album(arguments.pretrain, "train", CIFAR10), PREPROCESSING.normalise(enlarged), held.labels
    return course("pre-training", Network(len(CIFAR10)), PRETRAINING, data, arguments)


def trained(network, arguments):
    """The classifier of cats and dogs, and the number of photos that it learned from."""
    torch.manual_seed(arguments.seed + 1)  # each course starts from its own seed, so that resuming changes nothing
    photos = read_album(arguments.data, "train", FOLDERS)
    order = torch.randperm(len(photos))
    held = photos.subset(order[:arguments.validation])
    train = photos.subset(order[arguments.validation:])
    data = lambda: (train, PREPROCESSING.batch(held.images), held.labels)
    network = course("training", network.with_new_head(len(LABELS)), TRAINING, data, arguments)
    torch.manual_seed(arguments.seed + 2)
    return course("finishing", network, FINISHING, data, arguments), len(train)


def parse():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", required=True, help="folder or archive: {train,test}/{cats,dogs}/*.jpg")
    parser.add_argument("--pretrain", help="folder or archive of CIFAR-10: {train,test}/CLASS/*.jpg (default: none)")
    parser.add_argument("--output", type=Path, default=Path("demo.onnx"), help="default: demo.onnx")
    parser.add_argument("--checkpoints", type=Path, help="existing folder that keeps the weights after each course (default: none)")
    parser.add_argument("--validation", type=int, default=200, help="training photos held back to watch training by")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--bfloat16", action="store_true", help="multiply in bfloat16 (much faster on some processors)")
    return parser.parse_args()


def main():
    arguments = parse()
    torch.manual_seed(arguments.seed)
    torch.set_num_threads(arguments.threads)
    network = pretrained(arguments) if arguments.pretrain else Network(len(LABELS))
    network, count = trained(network, arguments)

    test = read_album(arguments.data, "test", FOLDERS)
    inputs = PREPROCESSING.batch(test.images)
    logits = logits_of(network, inputs)
    right = accuracy(logits, test.labels)
    low, high = interval(right, len(test))
    told = f"{right:.2%} of {len(test)} test photos never trained on (95 % interval {low:.1%} to {high:.1%})"
    print(told)
    before = ", after CIFAR-10 (50000 pictures, ten classes)" if arguments.pretrain else ""
    export(network, PREPROCESSING, {
        "unmask.labels": "\n".join(LABELS),
        "unmask.accuracy": told,
        "unmask.trained_on": f"{count} photos of cats and dogs{before}",
    }, arguments.output)
    again = logits_of_file(arguments.output, inputs)
    print("ONNX Runtime is not installed for Python: the file was not run." if again is None else
          f"ONNX Runtime: accuracy {accuracy(again, test.labels):.2%}, "
          f"largest difference of a logit {(again - logits).abs().max():.2e}")


if __name__ == "__main__":
    main()
