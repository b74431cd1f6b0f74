"""The published RISE algorithm in plain PyTorch, written from the paper: for timing beside Unmask on the same machine in the same run.

    python3 bench/peers/rise_pytorch.py [--masks 4000] [--threads 2] [--batch 100] [--export mobilenet_v2.onnx]

Masks are generated first (s x s grids, bilinear to (s + 1) cells, random crops), then multiplied with the picture and run in batches,
and the map is one matrix product of scores and masks. The network is torchvision's MobileNetV2 with random weights (the time does not
depend on them); --export writes the same network as ONNX, so that both sides run the same arithmetic.
"""
import argparse
import time

import torch
import torch.nn.functional as F
import torchvision


def make_masks(count, cells, p, size, generator):
    cell = size // cells
    masks = torch.empty(count, 1, size, size)
    for i in range(count):
        grid = (torch.rand(1, 1, cells, cells, generator=generator) < p).float()
        full = F.interpolate(grid, size=((cells + 1) * cell,) * 2, mode="bilinear", align_corners=False)
        y, x = torch.randint(0, cell + 1, (2,), generator=generator).tolist()
        masks[i] = full[0, :, y:y + size, x:x + size]
    return masks


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--masks", type=int, default=4000)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--batch", type=int, default=100)
    parser.add_argument("--export")
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    torch.manual_seed(0)
    model = torchvision.models.mobilenet_v2().eval()
    if arguments.export:
        names = dict(input_names=["input"], output_names=["logits"], dynamic_axes={"input": {0: "N"}, "logits": {0: "N"}})
        torch.onnx.export(model, torch.randn(1, 3, 224, 224), arguments.export, opset_version=13, **names)
        return
    picture = torch.randn(1, 3, 224, 224)
    generator = torch.Generator().manual_seed(1)
    with torch.no_grad():
        model(picture)
        start = time.perf_counter()
        masks = make_masks(arguments.masks, 7, 0.5, 224, generator)
        generated = time.perf_counter()
        scores = torch.cat([torch.softmax(model(picture * batch), 1) for batch in masks.split(arguments.batch)])
        saliency = scores[:, :1].T @ masks.view(arguments.masks, -1) / arguments.masks / 0.5
        end = time.perf_counter()
    print(f"PyTorch {torch.__version__}, {arguments.threads} threads, batch {arguments.batch}: {arguments.masks} masks in {end - start:.2f} s "
          f"({generated - start:.2f} s of it making masks), {1000 * (end - generated) / arguments.masks:.3f} ms a mask without that; {saliency.shape[1]} pixels")


if __name__ == "__main__":
    main()
