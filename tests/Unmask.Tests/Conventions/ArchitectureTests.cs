using System.Reflection;
using Unmask.Graphs;
using Unmask.Imaging;
using Unmask.Runtime;

namespace Unmask.Tests.Conventions;

/// <summary>The decisions about structure, checked.</summary>
public sealed class ArchitectureTests
{
    private static readonly Assembly Graphs = typeof(Graph).Assembly;
    private static readonly Assembly Runtime = typeof(Session).Assembly;
    private static readonly Assembly Imaging = typeof(Image).Assembly;
    private static readonly Assembly Science = typeof(Model).Assembly;

    [Fact]
    public void Dependencies_point_one_way()
    {
        Assert.Equal([], OwnReferences(Graphs));
        Assert.Equal(["Unmask.Graphs"], OwnReferences(Runtime));
        Assert.Equal([], OwnReferences(Imaging));
        Assert.Equal(["Unmask.Graphs", "Unmask.Imaging", "Unmask.Runtime"], OwnReferences(Science));
    }

    [Fact]
    public void Types_of_native_libraries_and_of_the_file_format_stop_at_their_project()
    {
        foreach (var assembly in new[] { Graphs, Runtime, Imaging, Science })
        {
            foreach (var type in assembly.GetExportedTypes())
            {
                Assert.All(SignatureTypes(type), used => Assert.False(IsForeign(used), $"{type} shows {used} in public"));
            }
        }
    }

    [Fact]
    public void Only_the_runtime_touches_onnx_runtime()
    {
        foreach (var assembly in new[] { Graphs, Imaging, Science })
        {
            Assert.DoesNotContain(assembly.GetReferencedAssemblies(), reference => reference.Name!.Contains("OnnxRuntime", StringComparison.Ordinal));
        }
    }

    private static string[] OwnReferences(Assembly assembly) =>
        [.. assembly.GetReferencedAssemblies().Select(reference => reference.Name!).Where(name => name.StartsWith("Unmask", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    private static bool IsForeign(Type type) =>
        type.Namespace is { } name && (name.StartsWith("Microsoft.ML", StringComparison.Ordinal) || name.StartsWith("Google", StringComparison.Ordinal) || name.Contains(".Interop", StringComparison.Ordinal) || name.EndsWith(".Schema", StringComparison.Ordinal));

    private static IEnumerable<Type> SignatureTypes(Type type)
    {
        const BindingFlags Public = BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
        var parts = type.GetMethods(Public).SelectMany(method => method.GetParameters().Select(parameter => parameter.ParameterType).Append(method.ReturnType))
            .Concat(type.GetConstructors(Public).SelectMany(constructor => constructor.GetParameters()).Select(parameter => parameter.ParameterType))
            .Concat(type.GetProperties(Public).Select(property => property.PropertyType))
            .Concat(type.GetFields(Public).Select(field => field.FieldType))
            .Concat(type.GetInterfaces());
        return (type.BaseType is null ? parts : parts.Append(type.BaseType)).SelectMany(Flatten);
    }

    private static IEnumerable<Type> Flatten(Type type) => type.IsGenericType ? type.GetGenericArguments().SelectMany(Flatten).Append(type)
        : type.HasElementType ? Flatten(type.GetElementType()!)
        : [type];
}
