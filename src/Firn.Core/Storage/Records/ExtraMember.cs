using System.Text.Json;

namespace Firn.Storage.Records;

/// <summary>A member of a document's object that this version does not know.</summary>
internal sealed record ExtraMember(string Name, JsonElement Value);
