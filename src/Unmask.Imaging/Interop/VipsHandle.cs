using System.Runtime.InteropServices;

namespace Unmask.Imaging;

/// <summary>Owns one reference to a libvips object (an image, a region). The only owner of native memory in this project.</summary>
internal sealed class VipsHandle : SafeHandle
{
    /// <summary>Needed by the marshaller; makes an invalid handle.</summary>
    public VipsHandle()
        : base(0, ownsHandle: true)
    {
    }

    private VipsHandle(nint instance)
        : base(0, ownsHandle: true) => SetHandle(instance);

    public override bool IsInvalid => handle == 0;

    /// <summary>Takes over a reference that a function returned; null means that the function failed.</summary>
    /// <exception cref="VipsException">The function failed.</exception>
    public static VipsHandle Adopt(nint instance, string what) =>
        instance == 0 ? throw VipsException.Take(what) : new VipsHandle(instance);

    protected override bool ReleaseHandle()
    {
        GObject.Unref(handle);
        return true;
    }
}
