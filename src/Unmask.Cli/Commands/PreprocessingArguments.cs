using System.CommandLine;
using System.Globalization;

namespace Unmask.Cli.Commands;

/// <summary>The options that say how a picture becomes the model's input.</summary>
internal sealed class PreprocessingArguments
{
    private readonly Option<string?> _name = Arguments.Text("--preprocessing", "NAME", "How pictures are prepared: imagenet, tf (x/127.5-1), unit (x/255) or raw. Default: what the model's file says, else imagenet.");
    private readonly Option<string?> _mean = Arguments.Text("--mean", "A,B,C", "Subtracted after the division by --scale, a channel or one for all.");
    private readonly Option<string?> _std = Arguments.Text("--std", "A,B,C", "Divided by last, a channel or one for all.");
    private readonly Option<string?> _scale = Arguments.Text("--scale", "X", "What bytes are divided by first. Default 255.");
    private readonly Option<string?> _order = Arguments.Text("--channel-order", "ORDER", "rgb or bgr.");
    private readonly Option<string?> _resize = Arguments.Text("--resize", "HOW", "crop (shorter side, then the centre), stretch or pad.");
    private readonly Option<string?> _resizeTo = Arguments.Text("--resize-to", "N", "Pixels of the shorter side before the crop. Default: the crop's size / 0.875.");
    private readonly Option<string?> _size = Arguments.Text("--size", "N|HxW", "Size of the model's input, for models that take any.");

    public void AddTo(Command command)
    {
        AddAllButSizeTo(command);
        command.Add(_size);
    }

    /// <summary>Adds all but <c>--size</c>, which <c>train</c> has of its own.</summary>
    public void AddAllButSizeTo(Command command)
    {
        foreach (var option in (ReadOnlySpan<Option<string?>>)[_name, _mean, _std, _scale, _order, _resize, _resizeTo])
        {
            command.Add(option);
        }
    }

    /// <summary>Puts what was given into the model's options: a whole preprocessing, or changes to the one that the file declares.</summary>
    public ModelOptions Apply(ParseResult parsed, ModelOptions options)
    {
        var change = Changes(parsed, out bool ofValues, out bool any);
        var basis = parsed.GetValue(_name) is { } name ? Preprocessing.Named(name) : ofValues ? new Preprocessing() : null;
        return basis is not null ? options with { Preprocessing = change(basis) }
            : any ? options with { AdjustPreprocessing = change }
            : options;
    }

    private Func<Preprocessing, Preprocessing> Changes(ParseResult parsed, out bool ofValues, out bool any)
    {
        float[]? mean = Channels(parsed, _mean), std = Channels(parsed, _std), scale = parsed.Numbers(_scale);
        if (std?.Contains(0) == true)
        {
            throw Arguments.Bad(_std, parsed.GetValue(_std)!, "numbers other than 0");
        }

        if (scale is not null and not [> 0])
        {
            throw Arguments.Bad(_scale, parsed.GetValue(_scale)!, "one number above 0");
        }

        var order = parsed.Choice(_order, ("rgb", ChannelOrder.Rgb), ("bgr", ChannelOrder.Bgr));
        var fit = parsed.Choice(_resize, ("crop", Fit.Crop), ("stretch", Fit.Stretch), ("pad", Fit.Pad));
        int? resizeTo = parsed.Whole(_resizeTo, 1);
        var size = Size(parsed);
        bool values = mean is not null || std is not null || scale is not null;
        (ofValues, any) = (values, values || order is not null || fit is not null || resizeTo is not null || size is not null);
        return given => given with
        {
            Name = values || order is not null ? "custom" : given.Name,
            Mean = mean is null ? given.Mean : [.. mean],
            Std = std is null ? given.Std : [.. std],
            Scale = scale is null ? given.Scale : scale[0],
            ChannelOrder = order ?? given.ChannelOrder,
            Fit = fit ?? given.Fit,
            ResizeTo = resizeTo ?? given.ResizeTo,
            Size = size ?? given.Size,
        };
    }

    private static float[]? Channels(ParseResult parsed, Option<string?> option) => parsed.Numbers(option) switch
    {
        null => null,
        { Length: 1 or 3 } numbers => numbers,
        _ => throw Arguments.Bad(option, parsed.GetValue(option)!, "1 or 3 numbers"),
    };

    private (int Height, int Width)? Size(ParseResult parsed)
    {
        if (parsed.GetValue(_size) is not { } text)
        {
            return null;
        }

        int[] sides = [.. text.Split('x', 'X').Select(part => int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out int side) ? side : 0)];
        return sides.Length is 1 or 2 && sides.All(side => side is > 0 and <= 65536)
            ? (sides[0], sides[^1])
            : throw Arguments.Bad(_size, text, "a size in pixels, N or HEIGHTxWIDTH, for instance 224 or 240x320");
    }
}
