namespace Firn.Common;

/// <summary>Something that a reader met and that did not stop it: the capture lists it and goes on.</summary>
/// <param name="Code">What kind of problem, in kebab case and stable, for example <c>metadata-unreadable</c>.</param>
/// <param name="Path">The file or folder concerned, or <see langword="null"/> where there is none.</param>
/// <param name="Message">One line without a final period, for a person; never holds a credential.</param>
public sealed record Problem(string Code, string? Path, string Message)
{
    /// <summary>The line that is shown: the message, then the path it concerns.</summary>
    public override string ToString() => Path is null ? Message : $"{Message}: {Path}";
}
