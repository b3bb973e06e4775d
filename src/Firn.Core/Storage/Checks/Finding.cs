namespace Firn.Storage.Checks;

/// <summary>Something in a store that is not as it must be.</summary>
/// <param name="Kind">What kind.</param>
/// <param name="Path">The file or folder, relative to the store.</param>
/// <param name="Message">What it means, one line without a final period.</param>
internal sealed record Finding(FindingKind Kind, string Path, string Message)
{
    /// <summary>The digits of an object or bundle that is concerned.</summary>
    public string? Hex { get; init; }

    /// <summary>The record's number, for findings on records.</summary>
    public int Number { get; init; }

    /// <summary>A command for this very finding, where the kind's would be too general.</summary>
    public string? Command { get; init; }

    /// <summary>The command that mends it, as it can be typed.</summary>
    public string Repair(string store) =>
        (Command ?? Kind.Repair).Replace("STORE", ShellText.Quote(store), StringComparison.Ordinal);
}
