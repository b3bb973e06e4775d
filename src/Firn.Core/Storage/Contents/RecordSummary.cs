using System.Collections.Immutable;
using System.Text.Json;
using Firn.Common;
using Firn.Common.Json;
using Firn.Storage.Records;

namespace Firn.Storage.Contents;

/// <summary>What a record says that the store itself must know: its place in the chain, and what it keeps from gc.</summary>
internal sealed record RecordSummary
{

    public required int Number { get; init; }

    /// <summary>The digest of the record before; none in the first.</summary>
    public Sha256Digest? Previous { get; init; }

    public string? Subject { get; init; }

    public string? Name { get; init; }

    public string? EnvironmentId { get; init; }

    /// <summary>Whether it is a run that succeeded.</summary>
    public bool HasSucceeded { get; init; }

    /// <summary>For a tombstone the number of the record that no longer counts, else 0.</summary>
    public int Forgets { get; init; }

    /// <summary>Whether <c>store repair</c> put it where a record was lost: it forgets itself.</summary>
    public bool IsLost => Forgets == Number;

    /// <summary>The digest that the lost record had, where the one behind it tells.</summary>
    public Sha256Digest? Lost { get; init; }

    public ImmutableArray<RecordResource> Resources { get; init; } = [];

    /// <summary>Captures it names.</summary>
    public ImmutableArray<Sha256Digest> Captures { get; init; } = [];

    /// <summary>Archive documents it names.</summary>
    public ImmutableArray<Sha256Digest> Archives { get; init; } = [];

    /// <exception cref="FormatException">It is not a record, or of another schema.</exception>
    public static RecordSummary Read(ReadOnlyMemory<byte> json) => JsonFields.Read(json, Read);

    private static RecordSummary Read(JsonElement root)
    {
        var schema = root.RequiredText("schema");
        if (schema is not (RunRecord.Schema or ArchivedRecord.Schema))
        {
            throw new RecordSchemaException(schema);
        }

        var forgets = root.Number("forgets") is { } number and > 0 and <= int.MaxValue ? (int)number : 0;
        if (root.Text("kind") == RunKinds.Tombstone && forgets == 0)
        {
            throw new FormatException("a tombstone must name what it forgets");
        }

        var run = forgets == 0 && schema == RunRecord.Schema;
        return new RecordSummary
        {
            Number = root.Count("number"),
            Previous = Digest(root, "previous"),
            Subject = schema == RunRecord.Schema ? root.RequiredText("subject") : null,
            Name = schema == RunRecord.Schema ? root.RequiredText("name") : null,
            EnvironmentId = schema == ArchivedRecord.Schema ? root.RequiredText("environment_id") : null,
            HasSucceeded = run && root.Text("status") == "succeeded",
            Forgets = forgets,
            Lost = Digest(root, "lost"),
            Resources = run ? root.Objects("resources", ReadResource) : [],
            Captures = forgets > 0 ? [] : Digests(root, "capture"),
            Archives = forgets > 0 ? [] : Digests(root, "archive").AddRange(Digests(root, "code")),
        };
    }

    private static RecordResource ReadResource(JsonElement element) => new(
        element.RequiredText("name"),
        Digest(element, "sha256") ?? throw new FormatException("a resource has no sha256"),
        element.Number("size") is { } size and >= 0 ? size : throw new FormatException("a resource has no size"),
        element.Text("md5"),
        element.Text("uuid"));

    /// <summary>The digests of a member, of the record itself and of each of its environments.</summary>
    private static ImmutableArray<Sha256Digest> Digests(JsonElement root, string name)
    {
        var found = ImmutableArray.CreateBuilder<Sha256Digest>();
        if (Digest(root, name) is { } own)
        {
            found.Add(own);
        }

        foreach (var environment in root.Items("environments"))
        {
            if (Digest(environment, name) is { } digest)
            {
                found.Add(digest);
            }
        }

        return found.ToImmutable();
    }

    private static Sha256Digest? Digest(JsonElement element, string name)
    {
        if (element.Text(name) is not { } text)
        {
            return null;
        }

        return Sha256Digest.TryParse(text, out var digest) ? digest : throw new FormatException($"`{name}` is not a digest");
    }
}

/// <summary>A file of a run.</summary>
/// <param name="Name">Its name in the run, relative, with <c>/</c>.</param>
/// <param name="Digest">Its content.</param>
/// <param name="Size">Its length in bytes.</param>
/// <param name="Md5">For asimov: 32 hexadecimal digits.</param>
/// <param name="Uuid">For asimov: 32 hexadecimal digits.</param>
internal sealed record RecordResource(string Name, Sha256Digest Digest, long Size, string? Md5, string? Uuid);

/// <summary>A record is of a schema that this Firn does not know: a newer one's, or nobody's.</summary>
internal sealed class RecordSchemaException(string schema) : FormatException($"its schema is {schema}")
{
    public string Schema { get; } = schema;
}
