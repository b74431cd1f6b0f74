namespace Unmask.Tests.Models;

public sealed class PreprocessingTests
{
    [Fact]
    public void Its_text_tells_apart_whatever_prepares_pictures_otherwise()
    {
        var one = Preprocessing.ImageNet;
        Preprocessing[] others =
        [
            one with { Name = "other" }, one with { Fit = Fit.Pad }, one with { Size = (64, 64) }, one with { ResizeTo = 72 }, one with { Scale = 1 },
            one with { Mean = [0.5f, 0.456f, 0.406f] }, one with { Std = [0.229f, 0.224f, 0.5f] }, one with { ChannelOrder = ChannelOrder.Bgr },
        ];
        Assert.Equal(others.Length + 1, others.Append(one).Select(each => each.ToString()).Distinct().Count());
        Assert.Equal(typeof(Preprocessing).GetProperties().Count(property => property.CanWrite), others.Length);
        Assert.Equal("imagenet (Crop to the model's size of ÷ 0.875, Rgb; ÷ 255, − 0.485 0.456 0.406, ÷ 0.229 0.224 0.225)", one.ToString());
    }
}
