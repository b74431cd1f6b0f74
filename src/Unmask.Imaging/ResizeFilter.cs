namespace Unmask.Imaging;

/// <summary>How a new size's pixels are made of the old ones. With antialiasing these are Pillow's and torchvision's filters of the same names.</summary>
public enum ResizeFilter
{
    /// <summary>The nearest pixel; never antialiased.</summary>
    Nearest,

    /// <summary>The mean of the area that a new pixel covers.</summary>
    Box,

    /// <summary>A triangle, one pixel to each side. What most classifiers were trained with.</summary>
    Bilinear,

    /// <summary>A cubic with a = −1/2, two pixels to each side.</summary>
    Bicubic,

    /// <summary>A windowed sinc, three pixels to each side. The sharpest.</summary>
    Lanczos,
}
