namespace Firn.Cli.Commands;

/// <summary>Command line that re-invokes firn.</summary>
internal static class SelfCommand
{
    /// <summary>The program and the arguments before its own: <c>firn</c>, or <c>dotnet firn.dll</c>.</summary>
    public static IReadOnlyList<string> Command()
    {
        var program = Environment.ProcessPath ?? "firn";
        return Path.GetFileNameWithoutExtension(program) == "dotnet" ? [program, Environment.GetCommandLineArgs()[0]] : [program];
    }
}
