namespace Firn.EndToEnd.Support;

/// <summary>How a failure must look: what and where, then what to do, and nothing that a terminal would obey.</summary>
internal static class CleanFailure
{
    public static void Check(ProcessResult result, int exitCode)
    {
        result.MustReturn(exitCode);
        MustBeClean(result);
        var lines = result.StandardError.Split('\n');
        var first = Array.FindIndex(lines, line => line.StartsWith("error: ", StringComparison.Ordinal));
        Assert.True(first >= 0 && lines.Length == first + 3, result.StandardError);
        Assert.All(lines[..first], line => Assert.StartsWith("warning: ", line));
        Assert.StartsWith("hint: ", lines[first + 1]);
        Assert.NotEqual("error: ", lines[first].TrimEnd() + " ");
    }

    /// <summary>No stack trace and no control character, in either stream.</summary>
    public static void MustBeClean(ProcessResult result)
    {
        foreach (var text in new[] { result.StandardOutput, result.StandardError })
        {
            Assert.DoesNotContain("   at ", text);
            Assert.DoesNotContain("Unhandled", text);
            Assert.DoesNotContain(text, character => char.IsControl(character) && character is not '\n' and not '\t');
            Assert.DoesNotContain('\u202e', text);
        }
    }
}
