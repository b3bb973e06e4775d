using System.Text.RegularExpressions;
using Firn.Host.Loading;
using Firn.Tests.Host.Binaries;
using FsCheck;
using FsCheck.Fluent;

namespace Firn.Tests.Host.Loading;

public sealed class LdSoCacheTests
{
    private const string Path = "/etc/ld.so.cache";

    [SkippableFact]
    public void Read_this_machines_cache_agrees_with_ldconfig()
    {
        if (!File.Exists(Path))
        {
            RealTool.Missing("no ld.so.cache");
        }

        var ldconfig = File.Exists("/usr/sbin/ldconfig") ? "/usr/sbin/ldconfig" : "/sbin/ldconfig";
        var truth = Regex.Matches(RealTool.Run(ldconfig, "-p"), @"^\t(\S+) \(.*\) => (.*)$", RegexOptions.Multiline)
            .Select(match => $"{match.Groups[1].Value} {match.Groups[2].Value}").Order(StringComparer.Ordinal);

        var entries = LdSoCache.Read(Path).All
            .SelectMany(pair => pair.Value.Select(entry => $"{pair.Key} {entry.Path}")).Order(StringComparer.Ordinal);

        Assert.Equal(truth, entries);
    }

    [SkippableFact]
    public void Parse_new_format_after_the_old_one_finds_the_same()
    {
        if (!File.Exists(Path))
        {
            RealTool.Missing("no ld.so.cache");
        }

        var bytes = File.ReadAllBytes(Path);
        // An old header with three entries of 12 bytes: 16 + 36 = 52, aligned to 56.
        var old = new byte[56 + bytes.Length];
        "ld.so-1.7.0"u8.CopyTo(old);
        old[12] = 3;
        bytes.CopyTo(old, 56);

        Assert.Equal(LdSoCache.Parse(bytes).Count, LdSoCache.Parse(old).Count);
        Assert.NotEqual(0, LdSoCache.Parse(old).Count);
    }

    [Fact]
    public void Parse_anything_never_throws()
    {
        Prop.ForAll<byte[]>(bytes =>
        {
            byte[] file = [.. "glibc-ld.so.cache1.1"u8, .. bytes ?? []];
            return LdSoCache.Parse(file).Count >= 0;
        }).QuickCheckThrowOnFailure();
        Assert.Equal(0, LdSoCache.Parse([.. "glibc-ld.so.cache1.1"u8, .. Enumerable.Repeat((byte)0xff, 200)]).Count);
    }

    [Fact]
    public void Read_missing_cache_is_empty() => Assert.Equal(0, LdSoCache.Read("/nowhere/ld.so.cache").Count);
}
