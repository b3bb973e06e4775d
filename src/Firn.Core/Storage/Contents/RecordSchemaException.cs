namespace Firn.Storage.Contents;

/// <summary>A record is of a schema that this Firn does not know: a newer one's, or nobody's.</summary>
internal sealed class RecordSchemaException(string schema) : FormatException($"its schema is {schema}")
{
    public string Schema { get; } = schema;
}
