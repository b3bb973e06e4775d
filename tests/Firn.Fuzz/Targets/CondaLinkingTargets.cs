using System.Text;
using Firn.Common;
using Firn.Common.Files;
using Firn.Conda.Linking;
using Firn.Conda.Packages;
using Firn.Conda.Prefixes;
using Firn.Conda.Relocation;

namespace Firn.Fuzz.Targets;

/// <summary>What archives and restored environments read of conda packages: records, contents with prefixes, scripts.</summary>
internal static class CondaLinkingTargets
{
    private const string Placeholder = "/opt/placehold_placehold";
    private const string Prefix = "/opt/conda";

    public static IEnumerable<FuzzTarget> Create()
    {
        yield return new FuzzTarget
        {
            Name = "conda-link-record",
            Seeds = SeedFolder.Load("conda-record"),
            Tokens = Tokens.CondaRecord,
            Run = ReadRecord,
        };
        yield return new FuzzTarget
        {
            Name = "conda-prefix-replacement",
            Seeds =
            [
                new FuzzSeed("text", Encoding.UTF8.GetBytes($"#!{Prefix}/bin/python -s\r\n'{Placeholder}'\n{Prefix}-envs")),
                new FuzzSeed("shell", Encoding.UTF8.GetBytes($"#!/bin/sh\n'''exec' \"{Prefix}/bin/python\" \"$0\" \"$@\" #'''\n")),
                new FuzzSeed("binary", Encoding.UTF8.GetBytes($"x\0{Prefix}/lib:{Placeholder}\0\0\0{Prefix}\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0")),
                new FuzzSeed("wide", Encoding.Unicode.GetBytes($"{Prefix}/lib\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0{Placeholder}\0")),
            ],
            Tokens =
            [
                Encoding.UTF8.GetBytes(Placeholder), Encoding.UTF8.GetBytes(Prefix), Encoding.Unicode.GetBytes(Prefix),
                Encoding.BigEndianUnicode.GetBytes(Placeholder), Encoding.UTF32.GetBytes(Prefix), new byte[14], new byte[56],
                [.. "#!/usr/bin/env "u8], [.. "#!/bin/sh\n'''exec' \""u8], [.. "\" \"$0\" \"$@\" #'''"u8],
            ],
            Run = ReplaceBothWays,
            Cost = 10,
        };
        yield return new FuzzTarget
        {
            Name = "conda-entry-point",
            Seeds =
            [
                new FuzzSeed("conda", Script(CondaEntryPointStyle.Conda)), new FuzzSeed("rattler", Script(CondaEntryPointStyle.Rattler)),
            ],
            Tokens = [.. (byte[][])[[.. "#!/opt/conda/bin/python3"u8], [.. "\n    sys.exit("u8], [.. "\n\tsys.exit("u8], [.. "()\n"u8]]],
            Run = ReadScript,
        };
    }

    private static byte[] Script(CondaEntryPointStyle style) =>
        Encoding.UTF8.GetBytes(new CondaEntryPoint("pkg.cli", "main.run", "bin/python3.11", style).Script(Prefix));

    private static void ReadScript(byte[] input)
    {
        var script = Encoding.UTF8.GetString(input);
        if (CondaEntryPoint.Parse(script, Prefix) is { } entryPoint && !entryPoint.IsValid)
        {
            throw new InvalidOperationException("an entry point with invalid names was accepted");
        }

        _ = CondaHistoryCredentials.WithoutCredentials(input);
    }

    private static void ReadRecord(byte[] input)
    {
        if (CondaFileRecordReader.Read(input, out _) is not { } record)
        {
            return;
        }

        foreach (var entry in record.Entries)
        {
            if (!CondaPaths.IsAllowed(entry.Path))
            {
                throw new InvalidOperationException($"a hostile path was accepted: {entry.Path}");
            }
        }

        _ = CondaLinkScripts.Of(record);
        _ = CondaPrefixLength.LongestFor(record);
        _ = CondaRecordWriter.WithoutCredentials(record);
        var written = CondaRecordWriter.Write(record, new Dictionary<string, CondaRestoredFile>(), isLinked: false);
        if (CondaFileRecordReader.Read(written, out var error) is null)
        {
            throw new InvalidOperationException($"the record that was written cannot be read: {error}");
        }
    }

    /// <summary>The input is a published file, and then an installed one that somebody changed.</summary>
    private static void ReplaceBothWays(byte[] input)
    {
        foreach (var isBinary in (ReadOnlySpan<bool>)[false, true])
        {
            var placeholder = new CondaPlaceholder(Placeholder, isBinary);
            using var published = new MemoryByteSource(input);
            var installed = CondaPrefixReplacement.Replace(published, placeholder, Prefix, "x");
            if (isBinary && installed.Length != published.Length)
            {
                throw new InvalidOperationException("a binary file changed its length");
            }

            var search = new PlaceholderRecovery([Prefix]);
            _ = search.Find(installed, placeholder, Sha256Digest.Of(input));
            _ = search.Find(published, placeholder, published: null);
        }
    }
}
