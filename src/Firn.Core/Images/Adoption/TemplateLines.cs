using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text;
using Firn.Common;
using Firn.Images.Installations;
using Firn.Runs.Secrets;

namespace Firn.Images.Adoption;

/// <summary>A line of an installation's file.</summary>
/// <param name="Path">The file, relative to the installation.</param>
/// <param name="Number">Counted from 1.</param>
/// <param name="Text">Without the blanks around it, and without credentials.</param>
internal sealed record InstallationLine(string Path, int Number, string Text)
{
    /// <summary>A line as it may be shown: without credentials and values of variables with telling names.</summary>
    public static string Shown(string line) => SecretArguments.MaskText(Credentials.RemoveFromText(line.Trim()));
}

/// <summary>
/// Tells the lines of a checkout of the labs' template that are its user's from those that the template ever had: of those
/// there are digests, the first four bytes of the SHA-256 of each line of each commit up to aeff6f8 (2025-04-11), with single
/// blanks and without comments. Its placeholders stand in them as <c>@platform</c>, <c>@arch</c>, <c>@project</c>, <c>@package</c>.
/// </summary>
internal sealed class TemplateLines
{
    private static readonly Lazy<FrozenSet<string>> Known = new(Read);

    private readonly string _platform;
    private readonly string _processor;
    private readonly string? _project;
    private readonly string? _package;

    /// <summary>For an installation, whose names stand where the template has placeholders.</summary>
    public TemplateLines(Installation installation)
    {
        _platform = installation.Name[(installation.Name.IndexOf('-', StringComparison.Ordinal) + 1)..];
        _processor = _platform.Split('-')[0];
        (_project, _package) = (installation.Setting("PROJECT_NAME"), installation.Setting("PACKAGE_NAME"));
    }

    /// <summary>The lines that the template never had; blank lines and comments are nobody's.</summary>
    /// <param name="path">The file, relative to the installation.</param>
    /// <param name="text">Its text.</param>
    public ImmutableArray<InstallationLine> Own(string path, string text)
    {
        var own = ImmutableArray.CreateBuilder<InstallationLine>();
        var number = 0;
        foreach (var line in text.Split('\n'))
        {
            number++;
            var words = string.Join(' ', line.Split([' ', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries));
            if (words.Length > 0 && words[0] != '#' && !IsOfTemplate(words))
            {
                own.Add(new InstallationLine(path, number, InstallationLine.Shown(line)));
            }
        }

        return own.ToImmutable();
    }

    private bool IsOfTemplate(string line)
    {
        var general = line.Replace(_platform, "@platform", StringComparison.Ordinal).Replace(_processor, "@arch", StringComparison.Ordinal);
        return IsKnown(general)
            || (_project is not null && IsKnown(Named(general, _project, "@project")))
            || (_package is not null && IsKnown(Named(general, _package, "@package")));
    }

    private static string Named(string line, string name, string placeholder) => line.Replace(name, placeholder, StringComparison.Ordinal);

    private static bool IsKnown(string line) =>
        Known.Value.Contains(Sha256Digest.Of(Encoding.UTF8.GetBytes(line)).Hex[..8]);

    private static FrozenSet<string> Read()
    {
        using var stream = typeof(TemplateLines).Assembly.GetManifestResourceStream("template-lines")!;
        using var reader = new StreamReader(stream, Encoding.ASCII);
        return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).ToFrozenSet(StringComparer.Ordinal);
    }
}
