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
            float pivot = numbers[low + ((high - low) / 2)];
            int i = low, j = high;
            while (i <= j)
            {
                while (numbers[i] < pivot)
                {
                    i++;
                }

                while (numbers[j] > pivot)
                {
                    j--;
                }

                if (i <= j)
                {
                    (numbers[i], numbers[j]) = (numbers[j], numbers[i]);
                    i++;
                    j--;
                }
            }

            if (rank <= j)
            {
                high = j;
            }
            else if (rank >= i)
            {
                low = i;
            }
            else
            {
                break;
            }
        }

        return numbers[rank];
    }
}
