using Firn.EndToEnd.Support;
using Firn.EndToEnd.Support.Conda;

namespace Firn.EndToEnd.Restoring;

/// <summary>A capture on disk says what the environment says.</summary>
public sealed class RoundTripTests(PublishedFirn firn) : IClassFixture<PublishedFirn>
{
    [SkippableTheory]
    [InlineData("system")]
    [InlineData("3.11")]
    [InlineData("2.7")]
    public void Export_of_a_capture_equals_export_of_the_environment(string name)
    {
        using var folder = new TemporaryFolder();
        var python = RealPython.Of(name);
        var capture = folder.PathOf("capture");
        firn.Run("capture", python, "--output", capture).MustReturn(0);

        Assert.Equal(
            File.ReadAllText(capture + "/environment.json"),
            firn.Run("export", capture, "--format", "json").MustReturn(0).StandardOutput);
        Assert.Equal(
            File.ReadAllText(capture + "/environment-pip.txt"),
            firn.Run("export", capture, "--format", "pip").MustReturn(0).StandardOutput);
        MustBeEqual(capture, python, "pip", "requirements");
        firn.Run("diff", capture, python).MustReturn(0);
    }

    [SkippableFact]
    public void Export_of_a_conda_capture_equals_export_of_the_environment()
    {
        Part.LinuxX64();
        using var prefix = new CondaPrefix();
        var capture = prefix.Root + "/capture";
        firn.Run("capture", prefix.Prefix, "--output", capture).MustReturn(0);

        MustBeEqual(capture, prefix.Prefix, "pip", "requirements", "conda", "explicit", "environment.yml");
        Assert.Equal(
            File.ReadAllText(capture + "/environment-conda.txt"),
            firn.Run("export", prefix.Prefix, "--format", "conda").MustReturn(0).StandardOutput);
        Assert.Contains("@EXPLICIT\n", File.ReadAllText(capture + "/environment-conda-explicit.txt"));
        Assert.Contains("numbers=1.0=0\n", File.ReadAllText(capture + "/environment-conda.txt"));
    }

    [SkippableFact]
    public void Export_json_keeps_the_fields_of_a_later_firn()
    {
        using var environment = new PlainEnvironment();
        firn.Run("capture", environment.Prefix, "--output", environment.Output).MustReturn(0);
        var file = environment.Output + "/environment.json";
        var text = File.ReadAllText(file)
            .Replace("\"created_by\":", "\"a_later_field\": {\n    \"b\": [\n      1.50,\n      null,\n      \"é\\u001f\"\n    ]\n  },\n  \"created_by\":")
            .Replace("\"metadata\":", "\"later\": 12345678901234567890,\n      \"metadata\":");
        File.WriteAllText(file, text);

        var found = firn.Run("export", file, "--format", "json").MustReturn(0).StandardOutput;

        Assert.Contains("a_later_field", found);
        Assert.Contains("12345678901234567890", found);
        Assert.Contains("1.50", found);
        firn.Run("diff", file, environment.Prefix).MustReturn(0);
    }

    // The cycle of a document: what is exported is a capture again.
    [SkippableFact]
    public void Export_json_of_an_export_is_the_same()
    {
        using var folder = new TemporaryFolder();
        var first = firn.Run("export", RealPython.Of("system"), "--format", "json").MustReturn(0).StandardOutput;
        File.WriteAllText(folder.PathOf("a.json"), first);

        Assert.Equal(first, firn.Run("export", folder.PathOf("a.json"), "--format", "json").MustReturn(0).StandardOutput);
    }

    private void MustBeEqual(string capture, string environment, params string[] formats)
    {
        foreach (var format in formats)
        {
            Assert.Equal(
                firn.Run("export", environment, "--format", format).MustReturn(0).StandardOutput,
                firn.Run("export", capture, "--format", format).MustReturn(0).StandardOutput);
        }
    }
}
