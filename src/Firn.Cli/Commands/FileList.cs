using System.Text;
using Firn.Common;

namespace Firn.Cli.Commands;

/// <summary>Reads the list of <c>--files-from</c>: paths separated by NUL, as <c>find -print0</c> writes them.</summary>
internal sealed class FileList(CommandContext context)
{
    private const int Limit = 256 * 1024 * 1024;
    private const string StandardInput = "-";
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The paths in the list.</summary>
    /// <exception cref="FirnException">It cannot be read, or is no such list.</exception>
    public IReadOnlyList<string> Read(string list)
    {
        var text = Decode(list == StandardInput ? ReadInput() : ReadFile(list), list);
        if (text.Contains('\n', StringComparison.Ordinal) && !text.Contains('\0', StringComparison.Ordinal))
        {
            throw new FirnException(
                $"the list {list} has lines and no NUL", "`find -print0` and `git ls-files -z` separate with NUL", ExitCodes.Usage);
        }

        var paths = new List<string>(text.Split('\0'));
        if (paths[^1].Length == 0)
        {
            paths.RemoveAt(paths.Count - 1);
        }

        return paths;
    }

    private static string Decode(byte[] bytes, string list)
    {
        try
        {
            return Strict.GetString(bytes);
        }
        catch (ArgumentException)
        {
            throw new FirnException(
                $"the list {list} holds a path that is not UTF-8", "give the file another name, or name its folder");
        }
    }

    private byte[] ReadFile(string list)
    {
        // Also a pipe: `--files-from <(find ...)`.
        try
        {
            using var file = new FileStream(Path.GetFullPath(list, context.Surroundings.CurrentDirectory), FileMode.Open, FileAccess.Read);
            return ReadAll(file, list);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new FirnException(
                $"cannot read the list {list}: {exception.Message.TrimEnd('.')}", "name a file, or - for standard input", innerException: exception);
        }
    }

    private byte[] ReadInput()
    {
        using var input = context.Console.OpenInput();
        return ReadAll(input, StandardInput);
    }

    private static byte[] ReadAll(Stream stream, string list)
    {
        using var content = new MemoryStream();
        var buffer = new byte[64 * 1024];
        while (stream.Read(buffer, 0, buffer.Length) is > 0 and var read)
        {
            content.Write(buffer, 0, read);
            if (content.Length > Limit)
            {
                throw new FirnException($"the list {list} is larger than {Limit / (1024 * 1024)} MiB", "name folders instead");
            }
        }

        return content.ToArray();
    }
}
