using System.Runtime.InteropServices;

namespace Unmask.Imaging;

/// <summary>The functions of GLib's object system that Unmask calls; libvips' file exports them.</summary>
internal static unsafe partial class GObject
{
    [LibraryImport(VipsLibrary.Name, EntryPoint = "g_free")]
    public static partial void Free(nint memory);

    [LibraryImport(VipsLibrary.Name, EntryPoint = "g_object_ref")]
    public static partial nint Ref(nint instance);

    [LibraryImport(VipsLibrary.Name, EntryPoint = "g_object_unref")]
    public static partial void Unref(nint instance);

    [LibraryImport(VipsLibrary.Name, EntryPoint = "g_object_set_property", StringMarshalling = StringMarshalling.Utf8)]
    public static partial void SetProperty(nint instance, string name, GValue* value);

    [LibraryImport(VipsLibrary.Name, EntryPoint = "g_object_get_property", StringMarshalling = StringMarshalling.Utf8)]
    public static partial void GetProperty(nint instance, string name, GValue* value);

    [LibraryImport(VipsLibrary.Name, EntryPoint = "g_type_from_name", StringMarshalling = StringMarshalling.Utf8)]
    public static partial nuint TypeFromName(string name);

    [LibraryImport(VipsLibrary.Name, EntryPoint = "g_value_init")]
    public static partial GValue* ValueInit(GValue* value, nuint type);

    [LibraryImport(VipsLibrary.Name, EntryPoint = "g_value_unset")]
    public static partial void ValueUnset(GValue* value);

    [LibraryImport(VipsLibrary.Name, EntryPoint = "g_value_set_int")]
    public static partial void ValueSetInt(GValue* value, int content);

    [LibraryImport(VipsLibrary.Name, EntryPoint = "g_value_set_boolean")]
    public static partial void ValueSetBoolean(GValue* value, int content);

    [LibraryImport(VipsLibrary.Name, EntryPoint = "g_value_set_double")]
    public static partial void ValueSetDouble(GValue* value, double content);

    [LibraryImport(VipsLibrary.Name, EntryPoint = "g_value_set_string", StringMarshalling = StringMarshalling.Utf8)]
    public static partial void ValueSetString(GValue* value, string content);

    [LibraryImport(VipsLibrary.Name, EntryPoint = "g_value_set_object")]
    public static partial void ValueSetObject(GValue* value, nint content);

    [LibraryImport(VipsLibrary.Name, EntryPoint = "g_value_set_boxed")]
    public static partial void ValueSetBoxed(GValue* value, nint content);

    [LibraryImport(VipsLibrary.Name, EntryPoint = "g_value_get_object")]
    public static partial nint ValueGetObject(GValue* value);

    [LibraryImport(VipsLibrary.Name, EntryPoint = "g_value_get_boxed")]
    public static partial nint ValueGetBoxed(GValue* value);

    [LibraryImport(VipsLibrary.Name, EntryPoint = "g_log_set_handler", StringMarshalling = StringMarshalling.Utf8)]
    public static partial uint LogSetHandler(string domain, int levels, delegate* unmanaged[Cdecl]<byte*, int, byte*, void*, void> handler, nint data);
}

/// <summary>GLib's tagged value: a type and 16 bytes of content.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct GValue
{
    // G_TYPE_MAKE_FUNDAMENTAL shifts the number of a fundamental type by two.
    public const nuint Boolean = 5 << 2;
    public const nuint Int = 6 << 2;
    public const nuint Double = 15 << 2;
    public const nuint String = 16 << 2;
    public const nuint Object = 20 << 2;

    private nuint _type;
    private long _content0;
    private long _content1;
}
