namespace Firn.Cli.Commands;

/// <summary>What is done with the link scripts of conda packages.</summary>
internal enum LinkScriptsChoice
{
    /// <summary>They are not run, and the exit code says that the environment is only partly done.</summary>
    Report,

    /// <summary>They are not run, which is what the user wants.</summary>
    Skip,

    /// <summary>They are run in the new prefix.</summary>
    Run,
}
