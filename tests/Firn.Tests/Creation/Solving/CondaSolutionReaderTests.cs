using System.Text;
using System.Text.Json;
using Firn.Common;
using Firn.Creation.Solving;

namespace Firn.Tests.Creation.Solving;

public sealed class CondaSolutionReaderTests
{
    /// <summary>What conda 26.7.1 printed, shortened.</summary>
    private const string NotFound =
        "The following packages are not available from current channels:\n\n  - nosuch\n  - python=3.9\n\nCurrent channels:\n\n"
        + "  - http://127.0.0.1:8765/linux-64\n  - http://127.0.0.1:8765/noarch\n\nTo search for alternate channels ...\n";

    [Theory]
    [InlineData(
        NotFound, "PackagesNotFoundInChannelsError",
        "conda finds no solution: The following packages are not available from current channels: nosuch, python=3.9",
        "loosen the spec, or add a channel")]
    [InlineData("nothing provides pure >=9\nmore", null, "conda finds no solution: nothing provides pure >=9", "loosen the spec, or add a channel")]
    [InlineData("these conflict:\n\nOutput in format: x", null, "conda finds no solution: these conflict:", "loosen the spec, or add a channel")]
    [InlineData(
        "HTTP 000 CONNECTION FAILED for url <https://user:secret@h.example/t/tk-1/c/linux-64/repodata.json>\nElapsed: -\n", "CondaHTTPError",
        "conda cannot read a channel: HTTP 000 CONNECTION FAILED for url <https://h.example/c/linux-64/repodata.json>",
        "check the channel's address and the network")]
    public void A_refusal_says_what_is_missing_in_one_line(string message, string? name, string expected, string hint)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, string?> { ["message"] = message, ["exception_name"] = name });

        var refused = Assert.Throws<FirnException>(() => CondaSolutionReader.Read(json, "conda", "environment.yml"));

        Assert.Equal(expected, refused.Message);
        Assert.Equal(hint, refused.Hint);
    }

    [Fact]
    public void What_is_no_JSON_is_refused_by_name()
    {
        var refused = Assert.Throws<FirnException>(() => CondaSolutionReader.Read(Encoding.UTF8.GetBytes("Traceback"), "conda", "x"));

        Assert.StartsWith("what conda printed cannot be read", refused.Message, StringComparison.Ordinal);
    }
}
