using System.Collections.Immutable;
using System.Security.Cryptography;
using Firn.Common;
using Firn.Fetching;

namespace Firn.Tests.Fetching;

/// <summary>What the tests of fetching share.</summary>
internal static class FetchSamples
{
    /// <summary>Bytes that look like no others.</summary>
    public static byte[] Bytes(int length)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        return bytes;
    }

    public static FileHash Sha256(byte[] content) =>
        new(FileHash.Sha256, Convert.ToHexStringLower(SHA256.HashData(content)));

    /// <summary>Quick tries, so that a test of retries takes no second.</summary>
    public static FetchOptions Options => new()
    {
        FirstDelay = TimeSpan.FromMilliseconds(1),
        StallTimeout = TimeSpan.FromSeconds(20),
        ConnectTimeout = TimeSpan.FromSeconds(20),
    };

    /// <summary>A machine with nothing but a home.</summary>
    public static SystemContext SystemContext(TemporaryFolder home, params (string Name, string Value)[] variables) => new()
    {
        Variables = variables.ToDictionary(pair => pair.Name, pair => pair.Value, StringComparer.Ordinal),
        HomeDirectory = home.Path,
        CurrentDirectory = home.Path,
    };

    public static FetchRequest Request(string url, byte[] content) =>
        new() { Url = url, Hashes = [Sha256(content)], Size = content.Length };

    public static FetchRequest Request(string url, params FileHash[] hashes) =>
        new() { Url = url, Hashes = [.. hashes] };

    public static ImmutableArray<string> FilesIn(string folder) =>
        Directory.Exists(folder) ? [.. Directory.EnumerateFileSystemEntries(folder)] : [];
}
