using System.Runtime.InteropServices;

namespace Unmask.Imaging;

/// <summary>The functions of libvips that Unmask calls. No variadic ones: operations are built through their properties.</summary>
internal static unsafe partial class Vips
{
    [LibraryImport(VipsLibrary.Name, EntryPoint = "vips_init", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Init(string program);

    [LibraryImport(VipsLibrary.Name, EntryPoint = "vips_version")]
    public static partial int Version(int part);

    [LibraryImport(VipsLibrary.Name, EntryPoint = "vips_cache_set_max")]
    public static partial void CacheSetMax(int operations);

    [LibraryImport(VipsLibrary.Name, EntryPoint = "vips_concurrency_set")]
    public static partial void ConcurrencySet(int threads);

    [LibraryImport(VipsLibrary.Name, EntryPoint = "vips_tracked_get_allocs")]
    public static partial int TrackedAllocations();

    [LibraryImport(VipsLibrary.Name, EntryPoint = "vips_object_map")]
    public static partial nint MapObjects(delegate* unmanaged[Cdecl]<nint, nint, nint, nint> visit, nint a, nint b);

    [LibraryImport(VipsLibrary.Name, EntryPoint = "vips_type_find", StringMarshalling = StringMarshalling.Utf8)]
    public static partial nuint TypeFind(string baseName, string nickname);

    [LibraryImport(VipsLibrary.Name, EntryPoint = "vips_operation_new", StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint OperationNew(string name);

    [LibraryImport(VipsLibrary.Name, EntryPoint = "vips_cache_operation_buildp")]
    public static partial int OperationBuild(nint* operation);

    [LibraryImport(VipsLibrary.Name, EntryPoint = "vips_object_unref_outputs")]
    public static partial void UnrefOutputs(nint operation);

    [LibraryImport(VipsLibrary.Name, EntryPoint = "vips_image_new_from_memory")]
    public static partial nint ImageFromMemory(void* pixels, nuint bytes, int width, int height, int bands, VipsBandFormat format);

    [LibraryImport(VipsLibrary.Name, EntryPoint = "vips_image_get_width")]
    public static partial int Width(VipsHandle image);

    [LibraryImport(VipsLibrary.Name, EntryPoint = "vips_image_get_height")]
    public static partial int Height(VipsHandle image);

    [LibraryImport(VipsLibrary.Name, EntryPoint = "vips_image_get_bands")]
    public static partial int Bands(VipsHandle image);

    [LibraryImport(VipsLibrary.Name, EntryPoint = "vips_image_get_format")]
    public static partial VipsBandFormat Format(VipsHandle image);

    [LibraryImport(VipsLibrary.Name, EntryPoint = "vips_image_get_interpretation")]
    public static partial VipsInterpretation Interpretation(VipsHandle image);

    [LibraryImport(VipsLibrary.Name, EntryPoint = "vips_image_get_orientation")]
    public static partial int Orientation(VipsHandle image);

    [LibraryImport(VipsLibrary.Name, EntryPoint = "vips_image_hasalpha")]
    public static partial int HasAlpha(VipsHandle image);

    [LibraryImport(VipsLibrary.Name, EntryPoint = "vips_image_get_typeof", StringMarshalling = StringMarshalling.Utf8)]
    public static partial nuint TypeOf(VipsHandle image, string field);

    [LibraryImport(VipsLibrary.Name, EntryPoint = "vips_image_get_blob", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int GetBlob(VipsHandle image, string field, out nint data, out nuint length);

    [LibraryImport(VipsLibrary.Name, EntryPoint = "vips_image_set_blob_copy", StringMarshalling = StringMarshalling.Utf8)]
    public static partial void SetBlob(VipsHandle image, string field, nint data, nuint length);

    [LibraryImport(VipsLibrary.Name, EntryPoint = "vips_image_set_int", StringMarshalling = StringMarshalling.Utf8)]
    public static partial void SetInt(VipsHandle image, string field, int value);

    [LibraryImport(VipsLibrary.Name, EntryPoint = "vips_region_new")]
    public static partial nint RegionNew(VipsHandle image);

    [LibraryImport(VipsLibrary.Name, EntryPoint = "vips_region_fetch")]
    public static partial nint RegionFetch(VipsHandle region, int left, int top, int width, int height, out nuint length);

    [LibraryImport(VipsLibrary.Name, EntryPoint = "vips_blob_new")]
    public static partial nint BlobNew(nint free, void* data, nuint length);

    [LibraryImport(VipsLibrary.Name, EntryPoint = "vips_blob_get")]
    public static partial void* BlobGet(nint blob, out nuint length);

    [LibraryImport(VipsLibrary.Name, EntryPoint = "vips_area_unref")]
    public static partial void AreaUnref(nint area);

    [LibraryImport(VipsLibrary.Name, EntryPoint = "vips_value_set_array_double")]
    public static partial void SetArray(GValue* value, double* array, int length);

    [LibraryImport(VipsLibrary.Name, EntryPoint = "vips_error_buffer_copy")]
    private static partial nint ErrorBufferCopy();

    [LibraryImport(VipsLibrary.Name, EntryPoint = "vips_error_clear")]
    private static partial void ErrorClear();

    /// <summary>Takes everything out of libvips' error buffer, which is one for the whole process (see <see cref="VipsCalls"/>).</summary>
    public static string TakeError()
    {
        var copy = ErrorBufferCopy();
        ErrorClear();
        var text = Marshal.PtrToStringUTF8(copy) ?? "";
        GObject.Free(copy);
        return text.Trim();
    }
}

/// <summary>VipsBandFormat: the type of one sample.</summary>
internal enum VipsBandFormat
{
    Byte = 0,
    SignedByte = 1,
    UnsignedShort = 2,
    Short = 3,
    UnsignedInt = 4,
    Int = 5,
    Float = 6,
    Complex = 7,
    Double = 8,
    DoubleComplex = 9,
}

/// <summary>VipsInterpretation: what the samples mean. Only those that Unmask names.</summary>
internal enum VipsInterpretation
{
    Multiband = 0,
    BlackAndWhite = 1,
    Lab = 13,
    Cmyk = 15,
    Srgb = 22,
    Rgb16 = 25,
    Grey16 = 26,
    LinearRgb = 28,
}
