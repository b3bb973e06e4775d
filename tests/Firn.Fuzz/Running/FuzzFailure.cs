namespace Firn.Fuzz.Running;

/// <summary>An input that a parser does not stand.</summary>
/// <param name="Target">The target's name.</param>
/// <param name="Index">The number of the input.</param>
/// <param name="Reason">What happened.</param>
/// <param name="Input">The bytes, made as small as they get without losing the failure.</param>
internal sealed record FuzzFailure(string Target, long Index, string Reason, byte[] Input);
