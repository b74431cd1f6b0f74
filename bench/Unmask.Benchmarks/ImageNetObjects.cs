using Unmask.Imaging;

namespace Unmask.Benchmarks;

/// <summary>Which object on a photo an ImageNet classifier recognises best.</summary>
internal static class ImageNetObjects
{
    /// <summary>The category on the photo that the model recognises best, and the class by which it does; class −1 when no category has a class.</summary>
    public static (int Category, int Class) BestOf(Image mask, Dictionary<int, string> names, Prediction prediction)
    {
        var map = ClassMap.For(prediction.Labels, prediction.ClassCount);
        var present = new HashSet<int>();
        for (int i = 0; i < mask.Pixels.Length; i += 3)
        {
            present.Add(mask.Pixels[i]);
        }

        (int Category, int Class) best = (0, -1);
        foreach (int category in present.Order())
        {
            foreach (int index in map.ClassesOf(names.GetValueOrDefault(category, "")))
            {
                if (best.Class < 0 || prediction.Probability(index) > prediction.Probability(best.Class))
                {
                    best = (category, index);
                }
            }
        }

        return best;
    }
}
