using System.Globalization;

namespace Unmask;

/// <summary>Where the parameters of an optimised mask start.</summary>
public abstract record MaskStart
{
    private protected MaskStart()
    {
    }

    /// <summary>1 everywhere: all is kept.</summary>
    public static MaskStart Ones { get; } = new LevelStart(1);

    /// <summary>0 everywhere: of masks, all is replaced; of logits, every cell is ½.</summary>
    public static MaskStart Zeros { get; } = new LevelStart(0);

    /// <summary>Uniform between 0 and 1, drawn from the seed.</summary>
    public static MaskStart Random { get; } = new RandomStart();

    /// <summary>
    /// The smallest blurred disc about the centre whose removal takes the score to within a hundredth of that of the in-fill; at random where no disc does. Needs two spatial axes and
    /// masks on a grid.
    /// </summary>
    /// <remarks>Source: Fong and Vedaldi, «Interpretable explanations of black boxes by meaningful perturbation», ICCV 2017, their repository.</remarks>
    public static MaskStart Circle { get; } = new CircleStart();

    /// <summary>How it is written in options and results; <see cref="Parse"/> understands it.</summary>
    public abstract string Name { get; }

    /// <summary>Whether the model must be asked.</summary>
    internal virtual bool SearchesDisc => false;

    /// <summary>The same number everywhere.</summary>
    public static MaskStart Level(float value) => new LevelStart(value);

    /// <summary>Given parameters, as many as one problem has.</summary>
    public static MaskStart Given(float[] values, string name) => new GivenStart(values, name);

    /// <summary>Reads <c>ones</c>, <c>zeros</c>, <c>random</c>, <c>circle</c>, a number, or the path of a <c>.npy</c> file.</summary>
    /// <exception cref="FormatException">The text is none of these.</exception>
    public static MaskStart Parse(string text) => text switch
    {
        "ones" => Ones,
        "zeros" => Zeros,
        "random" => Random,
        "circle" => Circle,
        _ when float.TryParse(text, CultureInfo.InvariantCulture, out float level) => Level(level),
        _ when text.EndsWith(".npy", StringComparison.OrdinalIgnoreCase) => Given(Npy.ReadFloats(text).Values, text),
        _ => throw new FormatException($"\"{text}\" is no start. Known: ones, zeros, random, circle, a number, a .npy file."),
    };

    /// <summary>Writes the parameters of a problem.</summary>
    /// <param name="parameters">One mask behind another.</param>
    /// <param name="problem">The problem's number.</param>
    /// <param name="variant">The problem's variant, from 0.</param>
    /// <param name="seed">The seed.</param>
    internal abstract void Write(Span<float> parameters, long problem, int variant, ulong seed);

    /// <inheritdoc/>
    public sealed override string ToString() => Name;

    private sealed record LevelStart(float Value) : MaskStart
    {
        public override string Name => Value switch { 0 => "zeros", 1 => "ones", _ => Value.ToString(CultureInfo.InvariantCulture) };

        internal override void Write(Span<float> parameters, long problem, int variant, ulong seed) => parameters.Fill(Value);
    }

    private record RandomStart : MaskStart
    {
        public override string Name => "random";

        internal override void Write(Span<float> parameters, long problem, int variant, ulong seed)
        {
            var random = Rng.At(seed, Perturbations.RandomItems.Start(problem));
            foreach (ref float value in parameters)
            {
                value = random.NextSingle();
            }
        }
    }

    private sealed record CircleStart : RandomStart
    {
        public override string Name => "circle";

        internal override bool SearchesDisc => true;
    }

    private sealed record GivenStart(float[] Values, string Source) : MaskStart
    {
        public override string Name => Source;

        internal override void Write(Span<float> parameters, long problem, int variant, ulong seed)
        {
            if (Values.Length % parameters.Length != 0 || Values.Length == 0)
            {
                throw new UnmaskException($"The start {Source} has {Values.Length} numbers; a problem has {parameters.Length} parameters. Give as many, or one set for each variant (area).");
            }

            Values.AsSpan(variant % (Values.Length / parameters.Length) * parameters.Length, parameters.Length).CopyTo(parameters);
        }
    }
}
