
namespace Firn.Common.Yaml;

/// <summary>The file that a document was read from, for messages.</summary>
/// <param name="Name">As messages name it, for example <c>firn.yaml</c>.</param>
/// <param name="Guide">The page that describes the file.</param>
internal sealed record YamlSource(string Name, string Guide)
{
    /// <summary>What is wrong and where: <c>NAME:LINE:COLUMN: what</c>.</summary>
    /// <param name="at">Where.</param>
    /// <param name="what">One line without a final period.</param>
    /// <param name="hint">What to do; without it, the guide is named.</param>
    public FirnException Failure(YamlNode at, string what, string? hint = null) =>
        Failure(at.Line, at.Column, what, hint);

    public FirnException Failure(long line, long column, string what, string? hint = null, Exception? inner = null) =>
        new($"{Name}:{line}:{column}: {what}", hint ?? $"see {Guide}", innerException: inner);
}
