namespace Firn.Python.Indexes;

/// <summary>One <c>--no-binary</c> or <c>--only-binary</c>.</summary>
/// <param name="IsNoBinary">Which of the two.</param>
/// <param name="Value">Names between commas, <c>:all:</c> or <c>:none:</c>.</param>
internal sealed record FormatChange(bool IsNoBinary, string Value);
