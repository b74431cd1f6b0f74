"""Random views of photos, made a batch at a time. All randomness comes from torch's seeded generator."""

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F


def uniform(n, low, high):
    return torch.rand(n) * (high - low) + low


@dataclass(frozen=True)
class Views:
    """What a random view of a photo may be. Areas are fractions of the photo, angles are degrees.

    Areas are spread evenly between `smallest_area` and 1 when `closeness` is 1; above 1, close-ups are more frequent.
    """

    size: int
    smallest_area: float
    rotation: float
    colour: float
    occluded: float
    closeness: float = 1

    def crop(self, canvas, sides):
        """Random resized crops, mirrored half of the time: uint8 [N,3,S,S] to float [N,3,size,size] in 0..255."""
        n = len(canvas)
        height, width = sides[:, 0], sides[:, 1]
        area = (self.smallest_area + (1 - self.smallest_area) * torch.rand(n) ** self.closeness) * height * width
        ratio = torch.exp(uniform(n, -math.log(4 / 3), math.log(4 / 3)))
        h = torch.minimum((area / ratio).sqrt(), height)
        w = torch.minimum((area * ratio).sqrt(), width)
        y = torch.rand(n) * (height - h) + h / 2
        x = torch.rand(n) * (width - w) + w / 2
        angle = uniform(n, -self.rotation, self.rotation) * math.pi / 180
        mirror = torch.where(torch.rand(n) < 0.5, -1.0, 1.0)
        side = canvas.shape[-1]
        rows = [torch.stack([mirror * torch.cos(angle) * w, -torch.sin(angle) * h, 2 * x - side], 1),
                torch.stack([mirror * torch.sin(angle) * w, torch.cos(angle) * h, 2 * y - side], 1)]
        grid = F.affine_grid(torch.stack(rows, 1) / side, [n, 3, self.size, self.size], align_corners=False)
        # The black margin of the canvas must not show in rotated views: stay inside each photo.
        limit = torch.stack([2 * width - 1 - side, 2 * height - 1 - side], 1).view(n, 1, 1, 2) / side
        grid = torch.minimum(grid, limit).clamp(min=-1 + 1 / side)
        return F.grid_sample(canvas.float(), grid, mode="bilinear", align_corners=False)

    def recolour(self, pixels):
        """Random brightness, contrast and saturation; one in ten views loses its colour."""
        n = len(pixels)
        factor = lambda: uniform(n, 1 - self.colour, 1 + self.colour).view(n, 1, 1, 1)
        saturation = torch.where(torch.rand(n, 1, 1, 1) < 0.1, torch.zeros(n, 1, 1, 1), factor())
        luma = (pixels * torch.tensor([0.299, 0.587, 0.114]).view(1, 3, 1, 1)).sum(1, keepdim=True)
        pixels = luma + (pixels - luma) * saturation
        middle = luma.mean((2, 3), keepdim=True)
        return ((middle + (pixels - middle) * factor()) * factor()).clamp(0, 255)

    def occlude(self, inputs):
        """Hides random smooth patches of some views behind the mean colour, which is 0 in normalised units.

        So the network has seen the kind of input that perturbation methods will show it.
        """
        n = len(inputs)
        cells = int(torch.randint(3, 9, ()))
        keep = uniform(n, 0.35, 0.9).view(n, 1, 1, 1)
        coarse = (torch.rand(n, 1, cells + 1, cells + 1) < keep).float()
        step = math.ceil(self.size / cells)
        smooth = F.interpolate(coarse, size=(cells + 1) * step, mode="bilinear", align_corners=False)
        top, left = (int(torch.randint(0, step, ())) for _ in range(2))
        mask = smooth[:, :, top:top + self.size, left:left + self.size]
        chosen = torch.rand(n, 1, 1, 1) < self.occluded
        return torch.where(chosen, inputs * mask, inputs)

    def __call__(self, canvas, sides, preprocessing):
        pixels = self.recolour(self.crop(canvas, sides))
        return self.occlude(preprocessing.normalise(pixels))
