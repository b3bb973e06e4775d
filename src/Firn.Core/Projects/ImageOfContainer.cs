using Firn.Common;

namespace Firn.Projects;

/// <summary>
/// The image of the container that this process is in, where firn outside has started it: what is asked for is about the
/// environment in the image then, whatever the project says.
/// </summary>
/// <param name="Id">The image's id, <c>sha256:HEX</c>.</param>
/// <param name="Engine">What runs the container: <c>docker 28.2.2</c>.</param>
/// <param name="Name">As it was named.</param>
internal sealed record ImageOfContainer(string Id, string Engine, string Name)
{
    /// <summary>The variable that says so.</summary>
    public const string Variable = "FIRN_IMAGE";

    /// <summary>The variable's value.</summary>
    public string Text => $"{Id} {Engine.Replace(' ', '/')} {Name}";

    /// <summary>The prefix of the environment, or the name of its interpreter.</summary>
    public static string Environment(SystemContext systemContext) =>
        systemContext.Variable("VIRTUAL_ENV") ?? systemContext.Variable("CONDA_PREFIX") ?? "python3";

    /// <summary>The image; <see langword="null"/> where this process is in none that firn has started.</summary>
    public static ImageOfContainer? Of(SystemContext systemContext) =>
        systemContext.Variable(Variable)?.Split(' ', 3) is [var id, var engine, var name] ? new ImageOfContainer(id, engine.Replace('/', ' '), name) : null;
}
