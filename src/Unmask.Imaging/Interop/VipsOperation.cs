namespace Unmask.Imaging;

/// <summary>One call of a libvips operation: named, given its arguments one by one, run once, disposed.</summary>
/// <example><c>using var call = new VipsOperation("crop"); using var part = call.With("input", image).With("left", 3)….Run("out");</c></example>
internal sealed unsafe class VipsOperation : IDisposable
{
    private readonly string _name;
    private nint _operation;

    public VipsOperation(string name)
    {
        VipsLibrary.Ensure();
        _name = name;
        _operation = Vips.OperationNew(name);
        if (_operation == 0) throw VipsException.Take(name);
    }

    /// <summary>Whether this build of libvips has an operation of this name.</summary>
    public static bool Exists(string name)
    {
        VipsLibrary.Ensure();
        return Vips.TypeFind("VipsOperation", name) != 0;
    }

    public VipsOperation With(string argument, bool value)
    {
        var content = Begin(GValue.Boolean);
        GObject.ValueSetBoolean(&content, value ? 1 : 0);
        return Set(argument, &content);
    }

    /// <summary>Sets a whole number or an enumeration (GLib converts).</summary>
    public VipsOperation With(string argument, int value)
    {
        var content = Begin(GValue.Int);
        GObject.ValueSetInt(&content, value);
        return Set(argument, &content);
    }

    public VipsOperation With(string argument, double value)
    {
        var content = Begin(GValue.Double);
        GObject.ValueSetDouble(&content, value);
        return Set(argument, &content);
    }

    public VipsOperation With(string argument, string value)
    {
        var content = Begin(GValue.String);
        GObject.ValueSetString(&content, value);
        return Set(argument, &content);
    }

    public VipsOperation With(string argument, VipsHandle image)
    {
        var content = Begin(GValue.Object);
        var added = false;
        try
        {
            image.DangerousAddRef(ref added);
            GObject.ValueSetObject(&content, image.DangerousGetHandle());
            return Set(argument, &content);
        }
        finally
        {
            if (added) image.DangerousRelease();
        }
    }

    public VipsOperation With(string argument, ReadOnlySpan<double> values)
    {
        var content = Begin(GObject.TypeFromName("VipsArrayDouble"));
        fixed (double* first = values) Vips.SetArray(&content, first, values.Length);
        return Set(argument, &content);
    }

    /// <summary>Lends bytes to the operation: the caller keeps them pinned until all that came of it is disposed.</summary>
    public VipsOperation WithPinned(string argument, byte* bytes, int length)
    {
        var blob = Vips.BlobNew(0, bytes, (nuint)length);
        var content = Begin(GObject.TypeFromName("VipsBlob"));
        GObject.ValueSetBoxed(&content, blob);
        Vips.AreaUnref(blob);
        return Set(argument, &content);
    }

    /// <summary>Runs the operation and returns the image that it makes.</summary>
    /// <exception cref="VipsException">libvips refused.</exception>
    public VipsHandle Run(string output = "out")
    {
        Build();
        var content = Begin(GValue.Object);
        GObject.GetProperty(_operation, output, &content);
        var image = GObject.ValueGetObject(&content);
        if (image != 0) _ = GObject.Ref(image);
        GObject.ValueUnset(&content);
        return VipsHandle.Adopt(image, _name);
    }

    /// <summary>Runs the operation and returns the bytes that it makes.</summary>
    /// <exception cref="VipsException">libvips refused.</exception>
    public byte[] RunToBytes(string output = "buffer")
    {
        Build();
        var content = Begin(GObject.TypeFromName("VipsBlob"));
        GObject.GetProperty(_operation, output, &content);
        var data = Vips.BlobGet(GObject.ValueGetBoxed(&content), out var length);
        var bytes = new ReadOnlySpan<byte>(data, checked((int)length)).ToArray();
        GObject.ValueUnset(&content);
        return bytes;
    }

    public void Dispose()
    {
        if (_operation == 0) return;
        Vips.UnrefOutputs(_operation);
        GObject.Unref(_operation);
        _operation = 0;
    }

    private void Build()
    {
        fixed (nint* operation = &_operation)
            if (Vips.OperationBuild(operation) != 0) throw VipsException.Take(_name);
    }

    private VipsOperation Set(string argument, GValue* content)
    {
        GObject.SetProperty(_operation, argument, content);
        GObject.ValueUnset(content);
        return this;
    }

    private static GValue Begin(nuint type)
    {
        GValue value = default;
        _ = GObject.ValueInit(&value, type);
        return value;
    }
}
