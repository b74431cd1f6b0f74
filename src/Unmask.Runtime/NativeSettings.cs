using Unmask.Graphs;
using Ort = Microsoft.ML.OnnxRuntime;

namespace Unmask.Runtime;

/// <summary>Options as ONNX Runtime wants them.</summary>
internal static class NativeSettings
{
    /// <summary>The settings of a session.</summary>
    /// <param name="options">What was asked for.</param>
    /// <param name="graph">The graph; <c>null</c>: a file that is compiled as it is.</param>
    public static Ort.SessionOptions Of(SessionOptions options, Graph? graph)
    {
        var settings = new Ort.SessionOptions
        {
            IntraOpNumThreads = options.Threads,
            InterOpNumThreads = 1,
            ExecutionMode = Ort.ExecutionMode.ORT_SEQUENTIAL,
            GraphOptimizationLevel = options.Optimize ? Ort.GraphOptimizationLevel.ORT_ENABLE_ALL : Ort.GraphOptimizationLevel.ORT_DISABLE_ALL,
            LogSeverityLevel = Ort.OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL,
        };
        if (options.Threads > 1)
        {
            // Spinning threads collapse as soon as anything else uses a core.
            settings.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        }

        if (Processor.SaturatesByteProducts)
        {
            // Weights of graphs in int8 become unsigned, so that sums are exact. Not elsewhere: it costs MobileNetV2 1.8 times the time where VNNI is there.
            settings.AddSessionConfigEntry("session.x64quantprecision", "1");
        }

        if (graph is not null && ExternalFolder(graph) is { } folder)
        {
            settings.AddSessionConfigEntry("session.model_external_initializers_file_folder_path", folder);
        }

        if (options.ProfileTo is { } prefix)
        {
            settings.ProfileOutputPathPrefix = prefix;
            settings.EnableProfiling = true;
        }

        Providers.Append(settings, options.Provider);
        return settings;
    }

    /// <summary>The folder that the graph's external data is relative to; <c>null</c> without external data.</summary>
    private static string? ExternalFolder(Graph graph)
    {
        foreach (var constant in graph.Constants.Values)
        {
            if (constant.External is { } external)
            {
                return external.Path[..^external.Location.Length];
            }
        }

        return null;
    }
}
