using Unmask.WhiteBox;

namespace Unmask.Perturbations;

/// <summary>The smallest blurred disc about the centre whose removal makes an input as good as its in-fill: where meaningful perturbation starts.</summary>
internal sealed class DiscSearch(PerturbationEngine engine, PerturbationRecipe recipe)
{
    // In pixels of a picture of 224; larger and smaller pictures are searched in proportion.
    private const int LargestRadius = 170;
    private const int RadiusStep = 5;
    private const double BlurSigma = 10;
    private const double UsualSize = 224;

    // What may be left of the score, of the part that the in-fill does not explain.
    private const double Left = 1e-2;

    /// <summary>Replaces parameters by the disc's, if there is one.</summary>
    public void Find(MaskProblem problem, Span<float> parameters, CancellationToken cancel)
    {
        var (rows, columns) = engine.Shapes.Cells.Places("start=circle") is var (down, across) ? (engine.Shapes.Cells.Sizes[down - 1], engine.Shapes.Cells.Sizes[across - 1]) : default;
        var (height, width) = problem.Site.Layout.Spatial;
        double scale = Math.Min(height, width) / UsualSize;
        float[][] discs = [.. Enumerable.Range(0, (LargestRadius / RadiusStep) + 1).Select(i => Disc(i * RadiusStep * scale, height, width, rows, columns, BlurSigma * scale))];
        float[] nothing = new float[rows * columns], all = [.. Enumerable.Repeat(1f, rows * columns)];
        double[] scores = Scores(problem, [nothing, all, .. discs], parameters.Length, cancel);
        int found = Array.FindIndex(scores, 2, score => (score - scores[1]) / (scores[0] - scores[1]) < Left);
        if (found < 0)
        {
            return;
        }

        bool marksRemoved = recipe.Sides[0].Complement || recipe.Sides[0].Weight < 0;
        for (int i = 0; i < parameters.Length; i++)
        {
            float removed = discs[found - 2][i % (rows * columns)];
            parameters[i] = marksRemoved ? removed : 1 - removed;
        }
    }

    /// <summary>The scores of the first side where discs are removed.</summary>
    private double[] Scores(MaskProblem problem, float[][] removed, int length, CancellationToken cancel)
    {
        float[][] parameters = [.. removed.Select(disc =>
        {
            float[] own = new float[(length + 15) / 16 * 16];
            for (int i = 0; i < length; i++)
            {
                own[i] = recipe.Sides[0].Complement ? disc[i % disc.Length] : 1 - disc[i % disc.Length];
            }

            return own;
        })];
        double[][] none = [.. removed.Select(_ => new double[recipe.Terms.Length])];
        return [.. engine.Evaluate([.. removed.Select(_ => problem)], parameters, none, 0, cancel).Select(found => found.ViewScores[0])];
    }

    private static float[] Disc(double radius, int height, int width, int rows, int columns, double sigma)
    {
        float[] disc = new float[height * width];
        for (int place = 0; place < disc.Length; place++)
        {
            double y = (place / width) + 0.5 - (height / 2.0), x = (place % width) + 0.5 - (width / 2.0);
            disc[place] = (y * y) + (x * x) <= radius * radius ? 1 : 0;
        }

        double[] blurred = new GaussianBlur(new(AxisOrder.ChannelsFirst, [1, height, width]), zeroOutside: true).Run(disc, sigma);
        float[] cells = new float[rows * columns];
        for (int cell = 0; cell < cells.Length; cell++)
        {
            int y = (int)(((cell / columns) + 0.5) * height / rows), x = (int)(((cell % columns) + 0.5) * width / columns);
            cells[cell] = (float)blurred[(y * width) + x];
        }

        return cells;
    }
}
