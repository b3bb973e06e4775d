using Firn.Common;
using Firn.Projects.Templates;

namespace Firn.Tests.Projects.Templates;

public sealed class EditorSettingsTests
{
    private const string Line = "\"python.defaultInterpreterPath\": \"P\"";

    [Theory]
    [InlineData(null, "{\n  " + Line + "\n}\n")]
    [InlineData("", "{\n  " + Line + "\n}\n")]
    [InlineData("{}", "{\n  " + Line + "\n}")]
    [InlineData("{\n  \"a\": 1\n}\n", "{\n  " + Line + ",\n  \"a\": 1\n}\n")]
    [InlineData("{\n  // mine\n  \"a\": {\"python.defaultInterpreterPath\": 1},\n}", "{\n  " + Line + ",\n  // mine\n  \"a\": {\"python.defaultInterpreterPath\": 1},\n}")]
    [InlineData("{\"python.defaultInterpreterPath\": \"old\" /* why */, \"b\": []}", "{" + Line + " /* why */, \"b\": []}")]
    [InlineData("{\"ü\": 1, \"python.defaultInterpreterPath\": [1, 2]}", "{\"ü\": 1, " + Line + "}")]
    [InlineData("{" + Line + "}", "{" + Line + "}")]
    public void One_value_is_put_in_and_the_rest_stays(string? settings, string expected) =>
        Assert.Equal(expected, EditorSettings.WithInterpreter(settings, "P"));

    [Fact]
    public void Windows_path_is_escaped() => Assert.Contains(
        "\"C:\\\\venv\\\\python.exe\"", EditorSettings.WithInterpreter(null, "C:\\venv\\python.exe"), StringComparison.Ordinal);

    [Theory]
    [InlineData("{\"a\": }")]
    [InlineData("{\"a\": 1} x")]
    [InlineData("[]")]
    [InlineData("{")]
    public void What_is_no_settings_is_refused(string settings) =>
        Assert.StartsWith(
            ".vscode/settings.json",
            Assert.Throws<FirnException>(() => EditorSettings.WithInterpreter(settings, "P")).Message,
            StringComparison.Ordinal);
}
