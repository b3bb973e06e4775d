using Firn.Common;
using Firn.Common.Bundles;
using Firn.Common.Files;

namespace Firn.Tests.Common.Files;

public sealed class ConsistentReadTests
{
    private const int Length = 4 * 1024 * 1024;

    [Theory]
    [InlineData("whole")]
    [InlineData("plain")]
    [InlineData("bundle")]
    public void What_is_written_to_meanwhile_is_refused_or_read_as_one_state(string way)
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("data.bin", new byte[Length]);
        using var writer = new InPlaceWriter(path, Length);
        for (var i = 0; i < 5; i++)
        {
            try
            {
                Assert.True(InPlaceWriter.IsState(Read(way, path)));
            }
            catch (FirnException exception)
            {
                Assert.Contains("changed while it was read", exception.Message, StringComparison.Ordinal);
                Assert.True(exception.MayPass);
            }
        }
    }

    [Fact]
    public void What_was_changed_just_now_is_read_when_a_tick_has_passed()
    {
        using var folder = new TemporaryFolder();
        for (byte i = 0; i < 20; i++)
        {
            var path = folder.Write("data.bin", [i, i, i]);
            Assert.Equal([i, i, i], ConsistentRead.Whole(path, 100).Bytes.ToArray());
        }
    }

    [Theory]
    [InlineData(-1000)]
    [InlineData(1000)]
    public void A_time_that_somebody_set_is_not_waited_for(int hours)
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("data.bin", "x");
        File.SetLastWriteTimeUtc(path, DateTime.UtcNow.AddHours(hours));

        Assert.True(ConsistentRead.Whole(path, 100).IsComplete);
    }

    [SkippableFact]
    public void Who_may_write_to_a_file_is_seen_as_long_as_he_may()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "told on Linux");
        using var folder = new TemporaryFolder();
        var path = folder.Write("data.bin", new byte[4096]);
        using var handle = BoundedFile.Open(path, out _)!;
        var descriptor = (int)handle.DangerousGetHandle();
        Assert.False(ConsistentRead.IsOpenForWriting(descriptor));
        using (new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            Assert.True(ConsistentRead.IsOpenForWriting(descriptor));
        }

        Assert.False(ConsistentRead.IsOpenForWriting(descriptor));
        using (new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite))
        {
            Assert.False(ConsistentRead.IsOpenForWriting(descriptor));
        }
    }

    private static byte[] Read(string way, string path)
    {
        if (way == "whole")
        {
            return ConsistentRead.Whole(path, Length).Bytes.ToArray();
        }

        var bytes = new byte[Length];
        if (way == "bundle")
        {
            var output = new OutputBuffer(new byte[Length + 1024], null);
            using var sink = new BundleSink(output);
            sink.Start(Length);
            BundleContent.OfFile(path, Length).WriteTo(sink);
            return output.Pending.ToArray();
        }

        using var file = SequentialFile.OpenSteady(path);
        for (var at = 0; at < Length;)
        {
            at += file.Read(bytes.AsSpan(at, Math.Min(65536, Length - at)));
        }

        file.MustBeSteady();
        return bytes;
    }

    /// <summary>
    /// Overwrites a file over and over, each time with another byte, piece by piece in an order in which nobody reads: what is
    /// read while it writes is not a state that the file ever had.
    /// </summary>
    private sealed class InPlaceWriter : IDisposable
    {
        /// <summary>A page: between two pages of one write the kernel may hold the writer for longer than a tick, and says nothing of it.</summary>
        private const int Piece = 4096;

        private const int Step = 37;
        private readonly Thread _thread;
        private bool _stop;

        public InPlaceWriter(string path, int length)
        {
            _thread = new Thread(() =>
            {
                using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
                var piece = new byte[Piece];
                var pieces = length / Piece;
                for (byte value = 1; !Volatile.Read(ref _stop); value++)
                {
                    Array.Fill(piece, value);
                    for (var i = 0; i < pieces; i++)
                    {
                        RandomAccess.Write(file, piece, (long)(i * Step % pieces) * Piece);
                    }
                }
            });
            _thread.Start();
        }

        /// <summary>Whether the file had these bytes at one time.</summary>
        public static bool IsState(byte[] bytes)
        {
            var pieces = bytes.Length / Piece;
            var written = 0;
            var newest = bytes[0];
            for (var i = 0; i < pieces; i++)
            {
                var at = i * Step % pieces * Piece;
                var value = bytes[at];
                if (bytes.AsSpan(at, Piece).ContainsAnyExcept(value))
                {
                    return false;
                }

                written += value == newest && written == i ? 1 : 0;
                if (value != (written > i ? newest : (byte)(newest - 1)))
                {
                    return false;
                }
            }

            return true;
        }

        public void Dispose()
        {
            Volatile.Write(ref _stop, true);
            _thread.Join();
        }
    }
}
