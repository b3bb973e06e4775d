namespace Firn.Tests.Storage.Asimov;

/// <summary>
/// A real Python with PyYAML and a module that treats stores as asimov's does; with <c>FIRN_ASIMOV</c>, asimov's own.
/// </summary>
internal sealed class AsimovPython
{
    private const string Prelude = """
        import sys, types, json, yaml
        package = types.ModuleType("asimov")
        package.config = None
        sys.modules["asimov"] = package
        sys.dont_write_bytecode = True

        """;

    private readonly string _python;
    private readonly string _module;
    private readonly string _layout;

    /// <summary>Skips the test where there is no Python with PyYAML.</summary>
    /// <param name="version">0.4.0, or 0.3.4 with the older layout.</param>
    public AsimovPython(string version = "0.4.0")
    {
        _python = Find();
        var real = Environment.GetEnvironmentVariable("FIRN_ASIMOV");
        _module = string.IsNullOrEmpty(real)
            ? Path.Join(RepositoryFolder.Path, "tests", "Firn.Tests", "fixtures", "asimov")
            : Path.Join(real, version);
        // asimov's own modules have no such member, and take no notice of it.
        _layout = $"storage.Store.keeps_names = {(version == "0.4.0" ? "True" : "False")}";
    }

    /// <summary>Runs a script that may use <c>storage</c>, <c>json</c> and <c>yaml</c>, and gives what it prints.</summary>
    public string Run(string script, params string[] arguments) => Part.Run(
        _python, ["-c", $"{Prelude}sys.path.insert(0, {Quoted(_module)})\nimport storage\n{_layout}\n{script}", .. arguments]);

    private static string Quoted(string text) => $"'{text.Replace("\\", "\\\\").Replace("'", "\\'")}'";

    private static string Find()
    {
        foreach (var python in (string[])["/usr/bin/python3", "python3"])
        {
            try
            {
                Part.Run(python, "-c", "import yaml");
                return python;
            }
            catch (Exception exception) when (exception is System.ComponentModel.Win32Exception or Xunit.Sdk.TrueException)
            {
                // The next one.
            }
        }

        Skip.If(Environment.GetEnvironmentVariable("FIRN_REQUIRE_PARTS") != "1", "no python3 with PyYAML");
        throw new InvalidOperationException("no python3 with PyYAML; FIRN_REQUIRE_PARTS=1 says that no part may be missing");
    }
}
