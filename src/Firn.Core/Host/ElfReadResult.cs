namespace Firn.Host;

/// <summary>An image, or why there is none.</summary>
/// <param name="Status">How reading ended.</param>
/// <param name="Image">The image where the status is Read.</param>
/// <param name="Message">What is wrong with the file, for a person.</param>
internal sealed record ElfReadResult(ElfStatus Status, ElfImage? Image, string? Message);
