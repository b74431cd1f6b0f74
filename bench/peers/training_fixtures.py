"""Small trainings in plain PyTorch, to compare Unmask's with number by number: writes the files of tests/Golden/Training.

    python3 bench/peers/training_fixtures.py tests/Golden/Training

Of each network: NAME.onnx with its first weights, and NAME.npz with a batch, its loss, the gradient of every weight, and the weights after three
steps on this batch by each optimiser (the running statistics too). Weight decay, where there is one, acts on tensors of two axes and more.
"""
import sys
from pathlib import Path

import numpy
import torch
from torch import nn
from torch.nn import functional

OPTIMIZERS = {
    "momentum": lambda groups: torch.optim.SGD(groups(0), lr=0.05, momentum=0.9),
    "nesterov": lambda groups: torch.optim.SGD(groups(0.01), lr=0.05, momentum=0.9, nesterov=True),
    "adam": lambda groups: torch.optim.Adam(groups(0.01), lr=0.01),
    "adamw": lambda groups: torch.optim.AdamW(groups(0.1), lr=0.01),
}


class Residual(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(3, 16, 3, 1, 1, bias=False), nn.BatchNorm2d(16), nn.ReLU())
        self.first = nn.Sequential(nn.Conv2d(16, 16, 3, 1, 1, bias=False), nn.BatchNorm2d(16))
        self.second = nn.Sequential(nn.Conv2d(16, 16, 3, 2, 1, bias=False), nn.BatchNorm2d(16))
        self.shortcut = nn.Sequential(nn.Conv2d(16, 16, 1, 2, bias=False), nn.BatchNorm2d(16))
        self.head = nn.Linear(16, 4)

    def forward(self, x):
        x = self.stem(x)
        x = functional.relu(self.first(x) + x)
        x = functional.relu(self.second(x) + self.shortcut(x))
        return self.head(x.mean((2, 3)))


class Text(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(20, 8)
        self.conv = nn.Conv1d(8, 12, 3, padding=1)
        self.head = nn.Linear(12, 3)

    def forward(self, ids):
        x = self.embedding(ids).transpose(1, 2)
        return self.head(functional.relu(self.conv(x)).amax(2))


class Decoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.down = nn.Conv2d(2, 8, 3, 2, 1)
        self.up = nn.ConvTranspose2d(8, 8, 4, 2, 1)
        self.narrow = nn.Conv2d(8, 6, 1)
        self.last = nn.Conv2d(6, 1, 3, 1, 1)

    def forward(self, x):
        x = torch.tanh(self.up(functional.leaky_relu(self.down(x))))
        x = functional.interpolate(self.narrow(x), scale_factor=2.0, mode="bilinear", align_corners=False)
        return torch.sigmoid(self.last(x))


def cases():
    def images(n, c, size):
        return torch.randn(n, c, size, size)
    yield "residual", Residual(), images(8, 3, 12), torch.randint(4, (8,)), functional.cross_entropy
    mlp = nn.Sequential(nn.Linear(6, 10), nn.ReLU(), nn.Linear(10, 8), nn.Tanh(), nn.Linear(8, 3))
    yield "mlp", mlp, torch.randn(12, 6), torch.randint(3, (12,)), functional.cross_entropy
    yield "text", Text(), torch.randint(20, (10, 9)), torch.randint(3, (10,)), functional.cross_entropy
    norm = nn.Sequential(nn.Linear(5, 12), nn.LayerNorm(12), nn.GELU(), nn.Linear(12, 2))
    yield "layernorm", norm, torch.randn(9, 5), torch.randn(9, 2), functional.mse_loss
    yield "decoder", Decoder(), images(4, 2, 8), torch.rand(4, 1, 16, 16), functional.mse_loss


def groups_of(network):
    weights = list(network.parameters())
    return lambda decay: [{"params": [w for w in weights if w.dim() > 1], "weight_decay": decay}, {"params": [w for w in weights if w.dim() <= 1], "weight_decay": 0.0}]


def main():
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(3)
    for name, network, x, target, objective in cases():
        with torch.no_grad():
            for module in network.modules():
                if isinstance(module, (nn.BatchNorm2d, nn.LayerNorm)):
                    # Equal constants would become one in the ONNX file.
                    for values in module.state_dict().values():
                        if values.dtype == torch.float32:
                            values.add_(0.3 * torch.rand_like(values))
        start = {key: value.clone() for key, value in network.state_dict().items()}
        axes = {"x": {0: "N"}, "output": {0: "N"}}
        torch.onnx.export(network.eval(), x, folder / f"{name}.onnx", opset_version=17, input_names=["x"], output_names=["output"], dynamic_axes=axes,
                          training=torch.onnx.TrainingMode.PRESERVE, do_constant_folding=False)
        arrays = {"x": x, "target": target}
        network.train()
        loss = objective(network(x), target)
        loss.backward()
        arrays["loss"] = loss
        arrays.update({f"gradient.{key}": weight.grad.clone() for key, weight in network.named_parameters()})
        for which, make in OPTIMIZERS.items():
            network.load_state_dict(start)
            optimizer = make(groups_of(network))
            for _ in range(3):
                optimizer.zero_grad()
                objective(network(x), target).backward()
                optimizer.step()
            arrays.update({f"{which}.{key}": value.clone() for key, value in network.state_dict().items() if value.dtype == torch.float32})
        numpy.savez_compressed(folder / f"{name}.npz", **{key: value.detach().numpy() for key, value in arrays.items()})


if __name__ == "__main__":
    main()
