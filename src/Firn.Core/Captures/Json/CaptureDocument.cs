using System.Text.Json;

namespace Firn.Captures.Json;

/// <summary>A capture that was read, with the document it was read from: fields that this version does not know stay in it.</summary>
internal sealed record CaptureDocument(Capture Capture, JsonElement Source);
