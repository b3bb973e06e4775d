using System.Text;
using Firn.Captures.Archives.Planning;
using Firn.Common;
using Firn.Common.Files;
using Firn.Conda.Linking;
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
        var replaced = PrefixText.Replace(bytes, tree.TextTokens);
        return Decode(replaced is null ? bytes : replaced.Content);
    }

    /// <summary>A launcher: what follows the lines that name the interpreter, or all of it where they are not known.</summary>
    public static ArchivedLauncher? ReadLauncher(InstalledTree tree, PlannedMember launcher)
    {
        var content = SteadyRead.Whole(tree.SourceOf(launcher.File), Limit);
        if (!content.IsComplete)
        {
            return null;
        }

        var line = tree.Interpreters.Read(content.Bytes);
        var body = Decode(line is null ? content.Bytes : content.Bytes[line.BodyStart..]);
        return body is null
            ? null
            : new ArchivedLauncher(launcher.BundlePath, line is null ? null : "bin/" + line.Interpreter, body);
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
