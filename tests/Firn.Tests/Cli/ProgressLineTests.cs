using Firn.Cli.Output;

namespace Firn.Tests.Cli;

public sealed class ProgressLineTests : IDisposable
{
    private readonly Clock _clock = new();
    private readonly StringWriter _error = new();

    [Fact]
    public void A_terminal_gets_a_line_after_a_second_and_loses_it_at_the_end()
    {
        using var console = new CommandConsole(TextWriter.Null, _error, isErrorTerminal: () => true);
        using var progress = new ProgressLine(console, _clock, "Adding", 1000, 4 * 1024 * 1024);
        progress.Update(1, 1, 0);
        Assert.Equal(string.Empty, _error.ToString());

        _clock.Seconds = 2;
        progress.Update(500, 2 * 1024 * 1024, 3);
        progress.Update(501, 3 * 1024 * 1024, 3);
        Assert.Equal("\r\u001b[KAdding 500 of 1,000 files, 2.0 MiB of 4.0 MiB, 1.0 MiB/s, 3 already there", _error.ToString());

        progress.Dispose();
        Assert.EndsWith("there\r\u001b[K", _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_terminal_gets_nothing()
    {
        using var console = new CommandConsole(TextWriter.Null, _error);
        using (var progress = new ProgressLine(console, _clock, "Adding"))
        {
            _clock.Seconds = 100;
            progress.Update(1, 1, 1);
        }

        Assert.Equal(string.Empty, _error.ToString());
    }

    public void Dispose() => _error.Dispose();

    private sealed class Clock : TimeProvider
    {
        public double Seconds { get; set; }

        public override long TimestampFrequency => 1000;

        public override long GetTimestamp() => (long)(Seconds * 1000);
    }
}
