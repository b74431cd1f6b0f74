namespace Unmask.Tests.Support;

/// <summary>Comparison of arrays with a message that says where and by how much they differ.</summary>
internal static class Near
{
    public static void Equal(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual, double tolerance, string what)
    {
        Assert.True(expected.Length == actual.Length, $"{what}: {expected.Length} values expected, {actual.Length} found");
        double worst = 0;
        int at = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            double difference = Math.Abs((double)expected[i] - actual[i]);
            if (!(difference <= worst))
            {
                (worst, at) = (difference, i);
            }
        }

        Assert.True(worst <= tolerance, $"{what}: differs by {worst:g4} at {at} ({expected[at]} expected, {actual[at]} found), tolerance {tolerance:g3}");
    }
}
