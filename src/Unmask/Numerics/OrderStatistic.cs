namespace Unmask;

/// <summary>The k-th smallest of many numbers.</summary>
internal static class OrderStatistic
{
    /// <summary>Finds it in linear time on average (Hoare's selection). The numbers are put into another order.</summary>
    /// <param name="numbers">At least one; no NaN.</param>
    /// <param name="rank">0 for the smallest.</param>
    public static float Of(Span<float> numbers, int rank)
    {
        int low = 0, high = numbers.Length - 1;
        while (low < high)
        {
            var (left, right) = Partition(numbers, low, high);
            (low, high) = rank <= right ? (low, right) : rank >= left ? (left, high) : (rank, rank);
        }

        return numbers[rank];
    }

    /// <summary>Brings what is at most the pivot to the front of a part and what is at least the pivot to its back.</summary>
    /// <returns>Where the back begins, and where the front ends.</returns>
    private static (int Left, int Right) Partition(Span<float> numbers, int low, int high)
    {
        float pivot = numbers[low + ((high - low) / 2)];
        int left = low, right = high;
        while (left <= right)
        {
            while (numbers[left] < pivot)
            {
                left++;
            }

            while (numbers[right] > pivot)
            {
                right--;
            }

            if (left <= right)
            {
                (numbers[left], numbers[right]) = (numbers[right], numbers[left]);
                (left, right) = (left + 1, right - 1);
            }
        }

        return (left, right);
    }
}
