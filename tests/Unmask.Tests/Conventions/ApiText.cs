using System.Reflection;
using System.Text;
using ClrMethod = System.Reflection.MethodInfo;

namespace Unmask.Tests.Conventions;

/// <summary>Writes an assembly's public interface as text, one line a member, in an order that does not depend on the compiler.</summary>
internal static class ApiText
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly NullabilityInfoContext Nullability = new();

    public static string Of(Assembly assembly)
    {
        var text = new StringBuilder();
        foreach (var type in assembly.GetExportedTypes().OrderBy(type => type.FullName, StringComparer.Ordinal))
        {
            text.Append(Header(type)).Append('\n');
            foreach (string member in Members(type).Order(StringComparer.Ordinal))
            {
                text.Append("    ").Append(member).Append('\n');
            }

            text.Append('\n');
        }

        return text.ToString();
    }

    private static string Header(Type type)
    {
        string kind = type.IsEnum ? "enum" : typeof(Delegate).IsAssignableFrom(type) ? "delegate" : type.IsInterface ? "interface"
            : type.IsValueType ? "struct" : type is { IsAbstract: true, IsSealed: true } ? "static class" : type.IsAbstract ? "abstract class" : type.IsSealed ? "sealed class" : "class";
        string[] bases = [.. new[] { type.BaseType }.Where(parent => parent is not null && parent != typeof(object) && parent != typeof(ValueType) && parent != typeof(Enum)).Concat(OwnInterfaces(type)).Select(parent => Name(parent!))];
        return $"{kind} {type.Namespace}.{Name(type)}{(bases.Length == 0 || type.IsEnum ? "" : $" : {string.Join(", ", bases)}")}";
    }

    private static IEnumerable<Type> OwnInterfaces(Type type) =>
        type.GetInterfaces().Except(type.BaseType?.GetInterfaces() ?? []).OrderBy(each => each.FullName, StringComparer.Ordinal);

    private static IEnumerable<string> Members(Type type) => type.IsEnum
        ? type.GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => $"{field.Name} = {Convert.ToInt64(field.GetRawConstantValue(), System.Globalization.CultureInfo.InvariantCulture)}")
        : type.GetConstructors(Declared).Where(IsVisible).Select(each => $"new({Parameters(each)})")
            .Concat(type.GetMethods(Declared).Where(each => IsVisible(each) && IsWritten(each)).Select(Method))
            .Concat(type.GetProperties(Declared).Where(each => each.GetAccessors(nonPublic: true).Any(IsVisible)).Select(Property))
            .Concat(type.GetFields(Declared).Where(each => each.IsPublic || each.IsFamily).Select(each => $"{(each.IsLiteral ? "const" : each.IsStatic ? "static readonly" : "field")} {Name(each.FieldType)} {each.Name}{(each.IsLiteral ? $" = {each.GetRawConstantValue()}" : "")}"));

    private static bool IsVisible(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    /// <summary>Neither an accessor nor something that the compiler makes for every record.</summary>
    private static bool IsWritten(ClrMethod method) =>
        (!method.IsSpecialName || (method.Name.StartsWith("op_", StringComparison.Ordinal) && method.Name is not ("op_Equality" or "op_Inequality")))
        && method.Name is not ("<Clone>$" or "PrintMembers" or "GetHashCode" or "Equals" or "ToString" or "Deconstruct");

    private static string Method(ClrMethod method) =>
        $"{Modifier(method)}{Name(method.ReturnType)}{Question(Nullability.Create(method.ReturnParameter))} {method.Name}{Generic(method.IsGenericMethod ? method.GetGenericArguments() : [])}({Parameters(method)})";

    private static string Property(PropertyInfo property)
    {
        var accessors = property.GetAccessors(nonPublic: true).Where(IsVisible).ToArray();
        string set = property.SetMethod is not { } setter || !IsVisible(setter) ? ""
            : setter.ReturnParameter.GetRequiredCustomModifiers().Any(each => each.Name == "IsExternalInit") ? " init;" : " set;";
        bool required = property.IsDefined(typeof(System.Runtime.CompilerServices.RequiredMemberAttribute), inherit: false);
        string index = property.GetIndexParameters() is { Length: > 0 } indices ? $"[{string.Join(", ", indices.Select(Parameter))}]" : "";
        return $"{Modifier(accessors[0])}{(required ? "required " : "")}{Name(property.PropertyType)}{Question(Nullability.Create(property))} {property.Name}{index} {{{(property.GetMethod is { } get && IsVisible(get) ? " get;" : "")}{set} }}";
    }

    private static string Modifier(ClrMethod method) =>
        (method.IsFamily ? "protected " : "") + (method.IsStatic ? "static "
            : method.DeclaringType!.IsInterface || !method.IsVirtual || method.IsFinal ? ""
            : method.GetBaseDefinition() != method ? "override " : method.IsAbstract ? "abstract " : "virtual ");

    private static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(Parameter));

    private static string Parameter(ParameterInfo parameter) =>
        $"{(parameter.IsOut ? "out " : parameter.ParameterType.IsByRef ? "ref " : "")}{Name(parameter.ParameterType)}{Question(Nullability.Create(parameter))} {parameter.Name}"
        + (parameter.HasDefaultValue ? $" = {(parameter.DefaultValue is { } value ? Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture) : "default")}" : "");

    private static string Question(NullabilityInfo nullability) => nullability is { Type.IsValueType: false, ReadState: NullabilityState.Nullable } ? "?" : "";

    private static string Generic(Type[] arguments) => arguments.Length == 0 ? "" : $"<{string.Join(", ", arguments.Select(Name))}>";

    private static string Name(Type type)
    {
        if (type.HasElementType)
        {
            return Name(type.GetElementType()!) + (type.IsArray ? $"[{new string(',', type.GetArrayRank() - 1)}]" : type.IsPointer ? "*" : "");
        }

        if (Nullable.GetUnderlyingType(type) is { } underlying)
        {
            return $"{Name(underlying)}?";
        }

        string simple = type.Name.Split('`')[0];
        // A nested type repeats its owner's arguments; they are written once, behind the last name.
        return (type is { IsNested: true, IsGenericParameter: false } ? $"{type.DeclaringType!.Name.Split('`')[0]}." : "") + simple + Generic(type.GetGenericArguments());
    }
}
