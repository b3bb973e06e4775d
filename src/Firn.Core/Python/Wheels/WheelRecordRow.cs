namespace Firn.Python.Wheels;

/// <summary>What RECORD says of a file.</summary>
/// <param name="Hash">As recorded, <c>sha256=DIGEST</c>; empty where none is.</param>
/// <param name="Size">In bytes; -1 where none is.</param>
internal readonly record struct WheelRecordRow(string Hash, long Size)
{
    /// <summary>Whether only rows under other spellings of its path tell this: a row of its own is added without a word.</summary>
    public bool IsUnderOtherName { get; init; }

    /// <summary>Whether another row than its own has the hash.</summary>
    public bool HasNoHash { get; init; }

    /// <summary>The hash in the row that an installation has for it.</summary>
    public string WrittenHash => IsUnderOtherName || HasNoHash ? string.Empty : Hash;

    /// <summary>The size there.</summary>
    public long WrittenSize => IsUnderOtherName ? -1 : Size;
}
