"""A small residual network made of plain operators: Conv, Relu, Add, GlobalAveragePool, Flatten, Gemm."""

import torch.nn as nn
import torch.nn.functional as F

WIDTHS = (32, 32, 64, 128)


class Residual(nn.Module):
    """Two 3x3 convolutions and a shortcut, which is a 1x1 convolution where the shape changes."""

    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.norm1 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.norm2 = nn.BatchNorm2d(outputs)
        self.shortcut = nn.Identity() if stride == 1 and inputs == outputs else nn.Sequential(
            nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))

    def forward(self, x):
        y = F.relu(self.norm1(self.conv1(x)))
        return F.relu(self.norm2(self.conv2(y)) + self.shortcut(x))


class Network(nn.Module):
    """[N,3,S,S] to logits [N,classes]; the last feature map is [N,128,S/16,S/16]."""

    def __init__(self, classes):
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(3, WIDTHS[0], 3, 2, 1, bias=False), nn.BatchNorm2d(WIDTHS[0]), nn.ReLU())
        self.stages = nn.Sequential(*(
            nn.Sequential(Residual(before, width, 2), Residual(width, width, 1))
            for before, width in zip(WIDTHS, WIDTHS[1:])))
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.head = nn.Linear(WIDTHS[-1], classes)
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, mode="fan_out")

    def forward(self, x):
        return self.head(self.pool(self.stages(self.stem(x))).flatten(1))

    def with_new_head(self, classes):
        """The same features, untrained last layer."""
        fresh = Network(classes)
        kept = {k: v for k, v in self.state_dict().items() if not k.startswith("head.")}
        fresh.load_state_dict(kept, strict=False)
        return fresh
