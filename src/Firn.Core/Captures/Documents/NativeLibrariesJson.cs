using System.Text.Json;
using Firn.Common.Json;
using Firn.Host.Binaries;
using Firn.Host.Loading;
using Firn.Host.SystemPackages;

namespace Firn.Captures.Documents;

/// <summary>Native libraries in a document.</summary>
internal static class NativeLibrariesJson
{
    public static void Write(CanonicalJsonWriter json, NativeLibraries native)
    {
        json.StartObject("native_libraries");
        json.StartArray("libraries");
        foreach (var library in native.Libraries)
        {
            WriteLibrary(json, library);
        }

        json.EndArray();
        json.StartArray("objects");
        foreach (var file in native.Objects)
        {
            json.StartObject();
            json.String("build_id", file.BuildId);
            json.Strings("needed", file.Needed);
            json.String("owner", file.Owner);
            json.String("path", file.Path);
            json.EndObject();
        }

        json.EndArray();
        json.String("package_manager", native.PackageManager);
        json.String("required_glibc", native.RequiredGlibc?.ToString());
        json.StartArray("unresolved");
        foreach (var name in native.Unresolved)
        {
            json.StartObject();
            json.String("name", name.Name);
            json.Strings("needed_by", name.NeededBy);
            json.EndObject();
        }

        json.EndArray();
        json.EndObject();
    }

    public static NativeLibraries Read(JsonElement document)
    {
        if (document.Object("native_libraries") is not { } element)
        {
            return NativeLibraries.None;
        }

        return new NativeLibraries
        {
            Libraries = element.Objects("libraries", ReadLibrary),
            Objects = element.Objects("objects", file => new NativeObject(
                file.Text("path") ?? string.Empty, file.Text("owner"), file.Text("build_id"), file.Texts("needed"))),
            Unresolved = element.Objects("unresolved", name => new UnresolvedLibrary(
                name.Text("name") ?? string.Empty, name.Texts("needed_by"))),
            PackageManager = element.Text("package_manager"),
            RequiredGlibc = element.Text("required_glibc") is { } glibc ? GlibcVersion.Parse(glibc) : null,
        };
    }

    private static void WriteLibrary(CanonicalJsonWriter json, NativeLibrary library)
    {
        json.StartObject();
        json.String("build_id", library.BuildId);
        json.Boolean("in_environment", library.InEnvironment);
        json.Strings("needed_by", library.NeededBy);
        json.String("owner", library.Owner);
        json.String("path", library.Path);
        json.Boolean("preloaded", library.Preloaded ? true : null);
        json.String("role", library.Role);
        json.String("soname", library.Soname);
        if (library.SystemPackage is { } package)
        {
            json.StartObject("system_package");
            json.String("manager", package.Manager);
            json.String("name", package.Name);
            json.String("version", package.Version);
            json.EndObject();
        }

        json.EndObject();
    }

    private static NativeLibrary ReadLibrary(JsonElement element) => new()
    {
        Soname = element.RequiredText("soname"),
        Path = element.Text("path") ?? string.Empty,
        InEnvironment = element.Flag("in_environment") ?? false,
        Owner = element.Text("owner"),
        BuildId = element.Text("build_id"),
        NeededBy = element.Texts("needed_by"),
        Role = element.Text("role"),
        Preloaded = element.Flag("preloaded") ?? false,
        SystemPackage = element.Object("system_package") is { } package
            ? new SystemPackage(
                package.Text("manager") ?? string.Empty,
                package.Text("name") ?? string.Empty,
                package.Text("version") ?? string.Empty)
            : null,
    };
}
