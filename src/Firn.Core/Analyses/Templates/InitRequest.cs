namespace Firn.Analyses.Templates;

/// <summary>What <c>firn init</c> is asked for beside <c>firn.yaml</c>.</summary>
/// <param name="WithWorkflow">A workflow of GitHub's.</param>
/// <param name="Devcontainer">A development container.</param>
/// <param name="WithEditor">The settings of VS Code.</param>
internal sealed record InitRequest(bool WithWorkflow, DevcontainerKind Devcontainer, bool WithEditor);
