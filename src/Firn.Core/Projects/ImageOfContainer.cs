using Firn.Common;

namespace Firn.Projects;

/// <summary>
/// The image of the container that this process is in, where firn outside has started it: what is asked for is about the
/// environment in the image then, whatever the project says.
/// </summary>
/// <param name="Id">The image's id, <c>sha256:HEX</c>.</param>
/// <param name="Name">As it was named.</param>
internal sealed record ImageOfContainer(string Id, string Name)
{
    /// <summary>The variable that says so.</summary>
    public const string Variable = "FIRN_IMAGE";

    /// <summary>The variable's value.</summary>
    public string Text => $"{Id} {Name}";

    /// <summary>The prefix of the environment, or the name of its interpreter.</summary>
    public static string Environment(SystemContext systemContext) =>
        systemContext.Variable("VIRTUAL_ENV") ?? systemContext.Variable("CONDA_PREFIX") ?? "python3";

    /// <summary>The image; <see langword="null"/> where this process is in none that firn has started.</summary>
    public static ImageOfContainer? Of(SystemContext systemContext) =>
        systemContext.Variable(Variable)?.Split(' ', 2) is [var id, var name] ? new ImageOfContainer(id, name) : null;
}
