using System.Text;
using Firn.Captures.Verification;
using Firn.Common;
using Firn.Common.Bundles;
using Firn.Restore.Caching;

namespace Firn.Fuzz.Targets;

/// <summary>What restores leave for themselves and for verifications: the cache's lists, and the note in the prefix.</summary>
internal static class RestoreTargets
{
    private const int DigestLength = 32;

    public static IEnumerable<FuzzTarget> Create(ScratchFolder scratch)
    {
        var listing = Listing();
        yield return new FuzzTarget
        {
            Name = "unpacked-listing",
            Seeds = [new FuzzSeed("listing", listing, ListingReader.Mark.Length)],
            Tokens = [[2, 1, 0, 0, 0], [3], [0], [255, 255, 255, 255], [255, 255, 255, 127]],
            Run = ReadListing,
        };
        yield return new FuzzTarget
        {
            Name = "restore-note",
            Seeds =
            [
                new FuzzSeed("restore.json", Encoding.UTF8.GetBytes($$"""
                    {
                      "schema": "firn.restore/1",
                      "relocated": {
                        "lib/libpython3.12.so": {
                          "published": "{{Sha256Digest.Of([])}}",
                          "sha256": "{{Sha256Digest.Of([1])}}"
                        }
                      }
                    }
                    """)),
            ],
            Tokens = [.. Tokens.Json, "\"../x\""u8.ToArray(), "\"/x\""u8.ToArray(), "sha256:"u8.ToArray()],
            Run = input =>
            {
                scratch.Write($"note/{RestoreNote.FileName}", input);
                _ = RestoreNote.Read(scratch["note"], out _)?.DigestsBelow(scratch["note"]);
            },
        };
    }

    private static byte[] Listing()
    {
        var writer = new ListingWriter();
        writer.Folder("bin");
        writer.File("demo", isExecutable: true, 12, 315532800, 4711);
        var treated = new BundleEntry { Path = "bin/tool", Size = 5, PrefixOffsets = [0, 3], Placeholder = new PrefixPlaceholder(true, "/opt") };
        writer.Treated("tool", treated, 315532800, 4712);
        writer.Link("lib/link", "../bin/demo");
        writer.EmptyFolder("share/empty");
        return writer.Finish();
    }

    /// <summary>With the digest as it is, which almost always refuses it, and then with the right one.</summary>
    private static void ReadListing(byte[] input)
    {
        Walk(ListingReader.TryOpen(input));
        if (input.Length <= ListingReader.Mark.Length + DigestLength)
        {
            return;
        }

        byte[] body = [.. input.AsSpan(0, input.Length - DigestLength)];
        body[^1] = (byte)ListingItemKind.End;
        Walk(ListingReader.TryOpen((byte[])[.. body, .. Convert.FromHexString(Sha256Digest.Of(body).Hex)])
            ?? throw new InvalidOperationException("a list with its own digest was refused"));
    }

    private static void Walk(ListingReader? listing)
    {
        try
        {
            while (listing is not null && listing.Next() is var item && item != ListingItemKind.End)
            {
                _ = listing.Name;
                if (item == ListingItemKind.Treated)
                {
                    _ = listing.TreatedEntry(listing.Name);
                }
            }
        }
        catch (FormatException)
        {
            // What it throws for what no writer wrote.
        }
    }
}
