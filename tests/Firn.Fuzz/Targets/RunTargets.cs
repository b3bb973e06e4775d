using Firn.Common;
using Firn.Runs.Code;
using Firn.Runs.Observation;

namespace Firn.Fuzz.Targets;

/// <summary>The documents of runs: whatever is read must be written so that it reads again, to the same bytes.</summary>
internal static class RunTargets
{
    public static IEnumerable<FuzzTarget> Create()
    {
        yield return new FuzzTarget
        {
            Name = "observation",
            Seeds = [new FuzzSeed("observation", ObservationDocument.Write(Observation()))],
            Tokens = [.. Tokens.Json, "\"processes\""u8.ToArray(), "\"is_observed\""u8.ToArray(), "9223372036854775807"u8.ToArray()],
            Run = static input => Twice(input, static bytes => ObservationDocument.Write(ObservationDocument.Read(bytes, "observation.json"))),
        };
        yield return new FuzzTarget
        {
            Name = "run-code",
            Seeds = [new FuzzSeed("code", Code().Write())],
            Tokens = [.. Tokens.Json, "\"../x\""u8.ToArray(), "\"link\""u8.ToArray(), "sha256:"u8.ToArray(), "\"/\""u8.ToArray()],
            Run = static input => Twice(input, static bytes => CodeDocument.Read(bytes, "code").Write()),
        };
    }

    private static void Twice(byte[] input, Func<byte[], byte[]> read)
    {
        var first = read(input);
        if (!first.AsSpan().SequenceEqual(read(first)))
        {
            throw new InvalidOperationException("what was written reads as something else");
        }
    }

    private static RunObservation Observation() => ObservationDocument.Read(
        """
        {"schema":"firn.observation/1","mode":"report","openmp_runtimes":["/usr/lib/libgomp.so.1"],"outside":[{"kind":"module","name":"snow","path":"/lab/snow.py","shadows":"snow"}],
        "processes":[{"arguments":["python","-I"],"executable":"/usr/bin/python3","why":"-I"}],"unused":["pip"],"used":[{"captured":"1.0","name":"snow","version":"1.1"}]}
        """u8.ToArray(), "seed");

    private static CodeDocument Code() => new(
        [
            new CodeFile("a/b.py", CodeFileKind.File, Sha256Digest.Of("x"u8), 1, null),
            new CodeFile("link", CodeFileKind.Link, null, 0, "../elsewhere"),
            new CodeFile("run.sh", CodeFileKind.Executable, Sha256Digest.Of("y"u8), 1, null),
        ],
        [new CodeLeftOut("big.bin", "it is larger than 100 MiB")]);
}
