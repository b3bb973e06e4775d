using System.Collections.Immutable;
using System.Text.Json;
using Firn.Common;
using Firn.Common.Json;
using Firn.Conda;
using Firn.Conda.Locks;

namespace Firn.Creation.Solving;

/// <summary>
/// Reads <c>create --dry-run --json</c> of conda, mamba and micromamba. Newer ones give whole records in <c>LINK</c>, older
/// ones only in <c>FETCH</c>, which leaves out what is in the solver's cache: it is given an empty one.
/// </summary>
internal static class CondaSolutionReader
{
    /// <exception cref="FirnException">It is no solution, or says why there is none.</exception>
    public static ImmutableArray<LockedCondaPackage> Read(ReadOnlyMemory<byte> output, string solver, string origin) => JsonFields.Read(
        output,
        root => root.Flag("success") == false || root.Object("actions") is not { } actions
            ? throw Refusal(root, solver)
            : Read(actions, origin),
        (reason, exception) => new FirnException(
            $"what {solver} printed cannot be read: {reason}",
            "use a newer micromamba, mamba or conda", innerException: exception));

    private static ImmutableArray<LockedCondaPackage> Read(JsonElement actions, string origin)
    {
        var fetched = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var item in actions.Items("FETCH"))
        {
            fetched[KeyOf(item)] = item;
        }

        var packages = ImmutableArray.CreateBuilder<LockedCondaPackage>();
        foreach (var item in actions.Items("LINK"))
        {
            var full = item.Text("url") is not null && (item.Text("sha256") ?? item.Text("md5")) is not null
                ? item
                : fetched.GetValueOrDefault(KeyOf(item));
            if (full.ValueKind != JsonValueKind.Object || full.Text("url") is not { } url)
            {
                throw new FormatException($"it does not say where {KeyOf(item)} comes from");
            }

            packages.Add(Of(full, url, origin));
        }

        return packages.ToImmutable();
    }

    private static LockedCondaPackage Of(JsonElement item, string url, string origin)
    {
        var line = ExplicitFileReader.Read(
            System.Text.Encoding.UTF8.GetBytes($"@EXPLICIT\n{url}\n"), origin, NoContext);
        var parsed = line.Packages is [var one] ? one : throw new FormatException($"{CondaUrl.RemoveCredentials(url)} is not a package");
        return parsed with
        {
            Origin = origin,
            Sha256 = item.Text("sha256"),
            Md5 = item.Text("md5"),
            Size = item.Number("size"),
            Depends = item.Texts("depends"),
            Constrains = item.Texts("constrains"),
            Timestamp = item.Number("timestamp"),
            License = item.Text("license"),
            Noarch = item.Text("noarch"),
            PythonSitePackagesPath = item.Text("python_site_packages_path"),
        };
    }

    private static SystemContext NoContext { get; } = new()
    {
        Variables = new Dictionary<string, string>(StringComparer.Ordinal),
        HomeDirectory = "/",
        CurrentDirectory = "/",
    };

    private static string KeyOf(JsonElement item) =>
        $"{item.Text("name")}-{item.Text("version")}-{item.Text("build_string") ?? item.Text("build")}";

    private static FirnException Refusal(JsonElement root, string solver)
    {
        // A channel that does not answer is another matter than specs that nothing satisfies.
        var isNetwork = root.Text("exception_name")?.Contains("HTTP", StringComparison.Ordinal) == true;
        return new FirnException(
            $"{solver} {(isNetwork ? "cannot read a channel" : "finds no solution")}: {Summary(root.Text("message") ?? root.Text("error") ?? "it says no more")}",
            isNetwork ? "check the channel's address and the network" : "loosen the spec, or add a channel");
    }

    /// <summary>
    /// The first line of a message; where that announces a list, with what is in it. conda names the packages that it does
    /// not find in such a one, and goes on with its channels.
    /// </summary>
    private static string Summary(string text)
    {
        const int MaxCount = 10;
        var lines = text.Trim().Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var summary = lines[0];
        if (summary.EndsWith(':'))
        {
            var items = lines.Skip(1).TakeWhile(static line => line.StartsWith("- ", StringComparison.Ordinal))
                .Select(static line => line[2..]).Take(MaxCount);
            summary = $"{summary} {string.Join(", ", items)}".TrimEnd();
        }

        return Credentials.RemoveFromText(summary);
    }
}
