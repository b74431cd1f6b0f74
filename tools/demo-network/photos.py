"""Reads labelled photos from a folder or an archive, and turns them into what the network sees."""

import io
import tarfile
import zipfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import numpy as np
import torch
from PIL import Image

PHOTO_SUFFIXES = {".jpg", ".jpeg", ".png"}


@dataclass(frozen=True)
class Preprocessing:
    """Shorter side to `size`, central square of `crop`, then (x / 255 - mean) / std for each of R, G, B."""

    size: int
    crop: int
    mean: tuple
    std: tuple

    def facts(self):
        return {"resize": "shorter", "size": self.size, "crop": self.crop,
                "mean": list(self.mean), "std": list(self.std), "scale": 255}

    def normalise(self, pixels):
        """[N,3,H,W] in 0..255 to the units of the network's input."""
        mean, std = (torch.tensor(v).view(1, 3, 1, 1) for v in (self.mean, self.std))
        return (pixels / 255 - mean) / std

    def square(self, image):
        """The part of a photo that the network sees: uint8 [crop,crop,3]."""
        scale = self.size / min(image.size)
        width, height = (max(self.size, round(side * scale)) for side in image.size)
        left, top = (width - self.crop) // 2, (height - self.crop) // 2
        resized = image.resize((width, height), Image.BILINEAR)
        return np.asarray(resized.crop((left, top, left + self.crop, top + self.crop)))

    def batch(self, images):
        stacked = np.stack([self.square(image) for image in images])
        return self.normalise(torch.from_numpy(stacked).permute(0, 3, 1, 2).float())


@dataclass(frozen=True)
class Album:
    """Decoded photos with their class index, in an order that does not depend on the file system."""

    names: list
    images: list
    labels: torch.Tensor

    def __len__(self):
        return len(self.images)

    def subset(self, indices):
        return Album([self.names[i] for i in indices], [self.images[i] for i in indices], self.labels[indices])

    def canvas(self, limit=256):
        """All photos in the top left corners of one uint8 tensor [N,3,S,S], and their (height, width) as float [N,2].

        Of the few photos with a side above `limit`, the central part is taken.
        """
        arrays = [torch.from_numpy(np.array(_centre(image, limit))) for image in self.images]
        side = max(max(array.shape) for array in arrays)
        pixels = torch.zeros(len(self), 3, side, side, dtype=torch.uint8)
        for row, array in zip(pixels, arrays):
            row[:, :array.shape[0], :array.shape[1]] = array.permute(2, 0, 1)
        return pixels, torch.tensor([array.shape[:2] for array in arrays]).float()


def _centre(image, limit):
    width, height = (min(side, limit) for side in image.size)
    left, top = (image.width - width) // 2, (image.height - height) // 2
    return image.crop((left, top, left + width, top + height))


def read_album(source, split, folders):
    """The photos of SPLIT/FOLDER/*.jpg; the place of FOLDER in `folders` is the class index."""
    found = sorted((path, data) for path, data in _photos(Path(source))
                   if len(path.parts) >= 3 and path.parts[-3] == split and path.parts[-2] in folders)
    if not found:
        raise SystemExit(f"{source} holds no photo of {split}/{{{','.join(folders)}}}/*.jpg.")
    images = [Image.open(io.BytesIO(data)).convert("RGB") for _, data in found]
    labels = torch.tensor([folders.index(path.parts[-2]) for path, _ in found])
    return Album([str(path) for path, _ in found], images, labels)


def _photos(source):
    """(path, bytes) of every photo of a folder, .zip or .tar file."""
    if source.is_dir():
        entries = ((PurePosixPath(f.relative_to(source).as_posix()), f.read_bytes)
                   for f in source.rglob("*") if f.is_file())
        yield from ((path, read()) for path, read in entries if path.suffix.lower() in PHOTO_SUFFIXES)
    elif zipfile.is_zipfile(source):
        with zipfile.ZipFile(source) as archive:
            for name in archive.namelist():
                if PurePosixPath(name).suffix.lower() in PHOTO_SUFFIXES:
                    yield PurePosixPath(name), archive.read(name)
    elif source.exists() and tarfile.is_tarfile(source):
        with tarfile.open(source) as archive:
            for member in archive:
                if PurePosixPath(member.name).suffix.lower() in PHOTO_SUFFIXES:
                    yield PurePosixPath(member.name), archive.extractfile(member).read()
    else:
        raise SystemExit(f"{source} is neither a folder nor a .zip or .tar file.")
