namespace Unmask.Imaging;

/// <summary>Gaussian blur by libvips.</summary>
internal static unsafe class GaussianBlur
{
    // The kernel is cut where it falls below this part of its peak: 3 standard deviations.
    private const double SmallestAmplitude = 0.011;

    public static Image Run(Image image, double sigmaPixels) =>
        VipsCalls.Run(() =>
        {
            fixed (byte* pixels = image.Pixels)
            {
                using var picture = Encoder.Borrow(pixels, image.Width, image.Height, 3);
                using var blur = new VipsOperation("gaussblur").With("in", picture).With("sigma", sigmaPixels)
                    .With("min-ampl", SmallestAmplitude).With("precision", VipsArgument.PrecisionFloat);
                using var blurred = blur.Run();
                using var round = new VipsOperation("round").With("in", blurred).With("round", 0);
                using var rounded = round.Run();
                using var cast = new VipsOperation("cast").With("in", rounded).With("format", (int)VipsBandFormat.Byte);
                using var bytes = cast.Run();
                return Decoder.Read(bytes);
            }
        });
}
