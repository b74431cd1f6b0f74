namespace Unmask.WhiteBox;

/// <summary>
/// How much each token of a stream has of each token of another, followed from the first attention to the last: Chefer et al., ICCV 2021, §3.
/// </summary>
internal sealed class RelevanceStreams
{
    private readonly Dictionary<(int Of, int From), TokenMatrix> _relevance = [];

    /// <summary>Every token begins as itself (eq. 1 and 2): R_ss = I, R_sq = 0.</summary>
    public RelevanceStreams(IReadOnlyDictionary<int, int> sizes)
    {
        foreach (var (stream, size) in sizes)
        {
            _relevance[(stream, stream)] = TokenMatrix.Identity(size);
        }
    }

    /// <summary>What a stream has of another; <c>null</c>: nothing.</summary>
    public TokenMatrix? Of(int stream, int from) => _relevance.GetValueOrDefault((stream, from));

    /// <summary>Self-attention (eq. 6 and 7): R_ss ← R_ss + Ā R_ss, R_sq ← R_sq + Ā R_sq.</summary>
    public void Attend(int stream, TokenMatrix attention)
    {
        foreach (var key in _relevance.Keys.Where(key => key.Of == stream).ToList())
        {
            _relevance[key] = _relevance[key].Plus(attention.Times(_relevance[key]));
        }
    }

    /// <summary>Cross-attention (eq. 10 and 11): R_sq ← R_sq + N(R_ss)ᵀ Ā N(R_qq), R_ss ← R_ss + Ā R_qs.</summary>
    public void Attend(int stream, int other, TokenMatrix attention)
    {
        var gained = Normalised(_relevance[(stream, stream)]).Transposed().Times(attention).Times(Normalised(_relevance[(other, other)]));
        if (Of(other, stream) is { } back)
        {
            _relevance[(stream, stream)] = _relevance[(stream, stream)].Plus(attention.Times(back));
        }

        _relevance[(stream, other)] = Of(stream, other)?.Plus(gained) ?? gained;
    }

    /// <summary>N(R) = I + (R − I with rows of sum 1): eq. 8 and 9.</summary>
    private static TokenMatrix Normalised(TokenMatrix relevance)
    {
        var others = new TokenMatrix(relevance.Rows, relevance.Columns).Plus(relevance);
        for (int i = 0; i < others.Rows; i++)
        {
            others[i, i] -= 1;
        }

        return TokenMatrix.Identity(relevance.Rows).Plus(others.WithUnitRows());
    }
}
