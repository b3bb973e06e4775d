using Firn.Common.Json;
using Firn.Host.Binaries;
using Firn.Host.Loading;
using Firn.Host.SystemPackages;

namespace Firn.Captures.Documents;

/// <summary>Native libraries in a document.</summary>
internal static class NativeLibrariesJson
{
    public static NativeLibraries Table(JsonMembers json, NativeLibraries? native) => new()
    {
        Libraries = json.Objects("libraries", native?.Libraries, Library),
        Objects = json.Objects("objects", native?.Objects, File),
        PackageManager = json.Text("package_manager", native?.PackageManager),
        RequiredGlibc = json.Text("required_glibc", native?.RequiredGlibc?.ToString()) is { } glibc ? GlibcVersion.Parse(glibc) : null,
        Unresolved = json.Objects("unresolved", native?.Unresolved, Unresolved),
    };

    private static NativeLibrary Library(JsonMembers json, NativeLibrary? library) => new()
    {
        BuildId = json.Text("build_id", library?.BuildId),
        InEnvironment = json.Flag("in_environment", library?.InEnvironment) ?? false,
        NeededBy = json.Texts("needed_by", library?.NeededBy),
        Owner = json.Text("owner", library?.Owner),
        Path = json.Text("path", library?.Path) ?? string.Empty,
        Preloaded = json.Mark("preloaded", library?.Preloaded),
        Role = json.Text("role", library?.Role),
        Soname = json.RequiredText("soname", library?.Soname),
        SystemPackage = json.Object("system_package", library?.SystemPackage, Package),
    };

    private static SystemPackage Package(JsonMembers json, SystemPackage? package) => new(
        Manager: json.Text("manager", package?.Manager) ?? string.Empty,
        Name: json.Text("name", package?.Name) ?? string.Empty,
        Version: json.Text("version", package?.Version) ?? string.Empty);

    private static NativeObject File(JsonMembers json, NativeObject? file) => new(
        BuildId: json.Text("build_id", file?.BuildId),
        Needed: json.Texts("needed", file?.Needed),
        Owner: json.Text("owner", file?.Owner),
        Path: json.Text("path", file?.Path) ?? string.Empty);

    private static UnresolvedLibrary Unresolved(JsonMembers json, UnresolvedLibrary? library) => new(
        Name: json.Text("name", library?.Name) ?? string.Empty,
        NeededBy: json.Texts("needed_by", library?.NeededBy));
}
