using System.Text;
using Firn.Common;
using Firn.Conda;
using Firn.Host.Loading;
using Firn.Python;
using Firn.Python.Distributions;

namespace Firn.Captures.Inspecting;

/// <summary>Computes the environment id by the rules of docs/formats/environment-id.md, which must not change.</summary>
internal static class EnvironmentIdentity
{
    private const string Prefix = "firn1:";

    /// <summary>The id of an interpreter with these packages, <c>firn1:sha256:HEX</c>.</summary>
    /// <param name="environment">The interpreter.</param>
    /// <param name="platform">Operating system and machine, for example <c>linux-x86_64</c>.</param>
    /// <param name="distributions">Those that Python would import, one for a canonical name.</param>
    /// <param name="condaPackages">The conda packages; empty where there is no conda.</param>
    public static string Compute(
        PythonEnvironment environment,
        string platform,
        IReadOnlyCollection<Distribution> distributions,
        IReadOnlyCollection<CondaPackage> condaPackages)
    {
        var lines = new List<string>(distributions.Count + condaPackages.Count);
        foreach (var package in condaPackages)
        {
            lines.Add(Line("conda", package.Name, package.Version, package.Build, package.Subdir, package.ContentDigest?.ToString()));
        }

        foreach (var distribution in distributions)
        {
            lines.Add(Line(
                "distribution", distribution.CanonicalName, distribution.Version, distribution.RecordedDigest?.ToString()));
        }

        var interpreter = Line(
            "interpreter",
            environment.Implementation,
            environment.PythonVersion,
            environment.FreeThreaded ? "t" : null,
            platform);
        return Prefix + DigestOf("firn-environment-id 1\n" + interpreter, lines);
    }

    /// <summary>The digest of a heading and lines sorted by their UTF-8 bytes.</summary>
    internal static Sha256Digest DigestOf(string heading, List<string> lines)
    {
        // UTF-8 sorts as code points do; ordinal UTF-16 differs only beyond the basic plane, which Field encodes.
        lines.Sort(StringComparer.Ordinal);
        return Sha256Digest.Of(Encoding.UTF8.GetBytes(heading + string.Concat(lines)));
    }

    internal static string Line(params string?[] fields)
    {
        var line = new StringBuilder();
        foreach (var field in fields)
        {
            _ = line.Length > 0 ? line.Append(' ') : line;
            Append(line, field);
        }

        return line.Append('\n').ToString();
    }

    /// <summary>A field with <c>%</c>, white space, control characters and all beyond the basic plane percent-encoded.</summary>
    private static void Append(StringBuilder line, string? field)
    {
        if (string.IsNullOrEmpty(field))
        {
            line.Append('-');
            return;
        }

        foreach (var rune in field.EnumerateRunes())
        {
            if (rune.Value == '%' || !rune.IsBmp || Rune.IsWhiteSpace(rune) || Rune.IsControl(rune))
            {
                line.Append(Uri.EscapeDataString(rune.ToString()));
            }
            else
            {
                line.Append((char)rune.Value);
            }
        }
    }
}

/// <summary>The id of the host's libraries under an environment (docs/formats/environment-id.md, invariant 5).</summary>
internal static class HostLibrariesIdentity
{
    private const string Prefix = "firnhost1:";

    public static string Compute(NativeLibraries libraries)
    {
        var lines = new List<string>();
        foreach (var library in libraries.Libraries)
        {
            if (!library.InEnvironment)
            {
                var package = library.SystemPackage is { } owner ? $"{owner.Name}={owner.Version}" : null;
                lines.Add(EnvironmentIdentity.Line(library.Soname, library.BuildId, package));
            }
        }

        return Prefix + EnvironmentIdentity.DigestOf("firn-host-libraries-id 1\n", lines);
    }
}
