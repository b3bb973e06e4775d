using System.Text;
using System.Text.Json;
using Firn.Common.Files;
using Firn.Conda.Relocation;

namespace Firn.Tests.Conda.Relocation;

/// <summary>Contents that hold a placeholder in all the ways that matter, made by chance from a fixed seed.</summary>
internal sealed class ReplacementVectors(int seed)
{
    public const string Placeholder = "/opt/ph_placehold_placehold";
    private readonly Random _random = new(seed);

    public byte[] Next(bool isBinary, bool hasWide)
    {
        var output = new MemoryStream();
        if (!isBinary && _random.Next(2) == 0)
        {
            output.Write(Pick("#!", "#! "));
            output.Write(Pick(Placeholder + "/bin/python", Placeholder + "/bin/perl -w", Placeholder + "/bin/python3.11 -s -E"));
            if (_random.Next(4) == 0)
            {
                return output.ToArray();
            }

            // A first line that goes on would lose its folder to env, and nothing could bring it back.
            output.WriteByte((byte)'\n');
        }

        for (var pieces = _random.Next(12); pieces > 0; pieces--)
        {
            var encoding = PrefixEncoding.All[hasWide ? _random.Next(PrefixEncoding.All.Count) : 0];
            output.Write(_random.Next(6) switch
            {
                0 or 1 => encoding.Encode(Placeholder + (_random.Next(2) == 0 ? "/lib" : ":")),
                2 => new byte[_random.Next(1, 5)],
                3 => [(byte)'\n'],
                4 => encoding.Encode("/share"),
                _ => Noise(),
            });
        }

        return output.ToArray();
    }

    public static string Case(string tool, bool isBinary, string prefix, byte[] data) => JsonSerializer.Serialize(new
    {
        tool,
        mode = isBinary ? "binary" : "text",
        placeholder = Placeholder,
        prefix,
        data = Convert.ToHexString(data),
    });

    public static byte[] Bytes(ByteSource source)
    {
        var output = new MemoryStream();
        source.CopyTo(bytes => output.Write(bytes));
        return output.ToArray();
    }

    private byte[] Noise()
    {
        var noise = new byte[_random.Next(7)];
        _random.NextBytes(noise);
        return noise;
    }

    private byte[] Pick(params string[] texts) => Encoding.UTF8.GetBytes(texts[_random.Next(texts.Length)]);
}
