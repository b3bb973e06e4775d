namespace Firn.Conda.Linking;

/// <summary>A spot in an installed file where the placeholder may have stood before the prefix did.</summary>
/// <param name="Start">Where the prefix starts.</param>
/// <param name="Length">Its bytes.</param>
/// <param name="Original">What would have stood there.</param>
/// <param name="String">The NUL-ended string it lies in; <see langword="null"/> in text.</param>
/// <param name="IsBounded">Whether the path ends there, or goes on with <c>/</c>: not the start of a longer name.</param>
internal sealed record PrefixSite(long Start, int Length, ReadOnlyMemory<byte> Original, PaddedString? String, bool IsBounded);
