using System.Text;
using Firn.Captures.Archives.Planning;
using Firn.Common;
using Firn.Common.Files;
using Firn.Conda.Linking;
using Firn.Python.Environments;
using Firn.Python.Installation;

namespace Firn.Captures.Archives.Making;

/// <summary>Reads the files whose text goes into the document.</summary>
internal static class DocumentTexts
{
    /// <summary>More than any launcher, activation script or <c>.pth</c> file has.</summary>
    private const int Limit = 4 * 1024 * 1024;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The text with tokens for the folders; <see langword="null"/> where the file is no text.</summary>
    public static string? Read(InstalledTree tree, TreeFile file)
    {
        var content = SteadyRead.Whole(tree.SourceOf(file), Limit);
        if (content.Status == FileReadStatus.TooLarge)
        {
            return null;
        }

        if (!content.IsComplete)
        {
            throw new FirnException($"cannot read {tree.PathOf(file)}: {content.Reason}", "check its permissions");
        }

        var bytes = file.Path == "conda-meta/history" ? CondaHistoryText.WithoutCredentials(content.Bytes) : content.Bytes;
        if (file.Path.EndsWith(".pth", StringComparison.Ordinal))
        {
            bytes = WithCleanPaths(bytes, Path.GetDirectoryName(tree.PathOf(file))!, tree.AddedPaths);
        }

        var tokens = file.Path == PyvenvConfiguration.FileName ? tree.ConfigurationTokens : tree.TextTokens;
        var replaced = PrefixText.Replace(bytes, tokens);
        return Decode(replaced is null ? bytes : replaced.Content);
    }

    /// <summary>Whether a file is kept from whoever archives.</summary>
    public static bool IsDenied(string path)
    {
        using var opened = BoundedFile.Open(path, out var status);
        return status == FileReadStatus.Denied;
    }

    /// <summary>A launcher: what follows the lines that name the interpreter, or all of it where they are not known.</summary>
    public static ArchivedLauncher? ReadLauncher(InstalledTree tree, PlannedMember launcher)
    {
        var content = SteadyRead.Whole(tree.SourceOf(launcher.File), Limit);
        if (!content.IsComplete)
        {
            return null;
        }

        var line = tree.LauncherInterpreters.Read(content.Bytes);
        var body = Decode(line is null ? content.Bytes : content.Bytes[line.BodyStart..]);
        return body is null
            ? null
            : new ArchivedLauncher(launcher.BundlePath, line is null ? null : "bin/" + line.Interpreter, body);
    }

    /// <summary>
    /// The lines of a <c>.pth</c> file with the folders outside of the prefix absolute and clean, so that tokens can stand
    /// for them: <c>../../../dev/project</c> leads elsewhere from another prefix.
    /// </summary>
    private static ReadOnlySpan<byte> WithCleanPaths(ReadOnlySpan<byte> bytes, string folder, IReadOnlySet<string> added)
    {
        if (added.Count == 0)
        {
            return bytes;
        }

        var text = new StringBuilder();
        var isChanged = false;
        var rest = Encoding.UTF8.GetString(bytes).AsSpan();
        while (rest.Length > 0)
        {
            var end = rest.IndexOf('\n');
            var line = end < 0 ? rest : rest[..end];
            rest = end < 0 ? [] : rest[(end + 1)..];
            var path = PythonPaths.TrimEnd(line);
            var isPath = path.Length > 0 && path[0] != '#' && !path.StartsWith("import ", StringComparison.Ordinal)
                && !path.StartsWith("import\t", StringComparison.Ordinal);
            if (isPath && PythonPaths.Absolute(folder, path.ToString()) is { } full && added.Contains(full)
                && !path.SequenceEqual(full))
            {
                text.Append(full);
                isChanged = true;
            }
            else
            {
                text.Append(line);
            }

            text.Append(end < 0 ? string.Empty : "\n");
        }

        return isChanged ? Encoding.UTF8.GetBytes(text.ToString()) : bytes;
    }

    private static string? Decode(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IndexOf((byte)0) >= 0)
        {
            return null;
        }

        try
        {
            return Strict.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}
