using Unmask.Probing;
using Unmask.Tests.Support;

namespace Unmask.Tests.WhiteBox;

/// <summary>Layers that are found by themselves, on networks of all kinds.</summary>
public sealed class LayerRoleTests
{
    public static TheoryData<string, string> ReferenceNetworks => new()
    {
        // Module names of PyTorch, or the name in the file where no module makes it; before pooling, after the activation, and in the transformer before the last attention.
        { "cnn_relu", "relu2" },
        { "cnn_vgg", "relu3" },
        { "resnet_bn", "layer2.relu2" },
        { "resnet_bn_unfolded", "layer2.relu2" },
        { "mobile", "act3" },
        { "densenet_like", "/Concat_2_output_0" },
        { "vit_tiny", "blocks.1.ln1" },
    };

    [SharedTheory]
    [MemberData(nameof(ReferenceNetworks))]
    public void The_last_activations_with_places_are_found(string model, string module)
    {
        using var loaded = ReferenceCases.Load(model);
        Assert.Equal(module[0] == '/' ? module : ReferenceMaps.LayerOf(model, module), Cut.LastSpatial.Resolve(loaded).Single().Value);
    }

    [SharedFact]
    public void Real_networks_have_their_layers()
    {
        Assert.Equal(("/Relu_1_output_0", 13), Found("squeezenet_v1.1_224", OutputKind.Logits));
        Assert.Equal(("/l.4/n2/LayerNormalization_output_0", 8), Found("vit_cifar10", OutputKind.Logits));
        Assert.Equal(("relu_281", 17), Found("deeplabv3_mnv2_dm05_voc_257", OutputKind.Segmentation));
        Assert.Equal(("/stage4/stage4.3/Concat_output_0", 11), Found("yolo_fastestv2_coco_352", OutputKind.Detections));
    }

    [SharedFact]
    public void The_class_token_belongs_to_no_place()
    {
        using var model = Model.Load(Path.Combine(Shared.Models, "vit_cifar10.onnx"));
        var input = model.Prepare(Unmask.Graphs.TensorData.Adopt(LinearModels.Values(3 * 32 * 32, 1), 1, 3, 32, 32))[0];
        var tokens = new InputGradient(model, new() { Layer = Cut.LastSpatial, Reduction = ChannelReduction.Sum }).Explain(input);
        Assert.Equal((8, 8, GridAxes.Tokens, 1), (tokens.Layer!.Grid!.Height, tokens.Layer.Grid.Width, tokens.Layer.Grid.Axes, tokens.Layer.Grid.Prefix));
        float[] values = tokens.ToArray();
        int features = values.Length / 65;
        // The corner of the picture lies outside all centres of the grid, so it shows the first place as it is.
        Assert.Equal(values.AsSpan(features, features).ToArray().Sum(), tokens.ToMap()[0, 0], 4);
    }

    private static (string Layer, int Side) Found(string file, OutputKind kind)
    {
        using var model = Model.Load(Path.Combine(Shared.Models, $"{file}.onnx"), new() { OutputKind = kind });
        string layer = Cut.LastSpatial.Resolve(model).Single().Value;
        int[] sizes = [.. model.Graph!.ShapeOf(layer)!.Skip(1).Select(axis => (int)axis.Size!.Value)];
        return (layer, model.OnnxCore.Layers.GridOf(layer, sizes)!.Height);
    }
}
