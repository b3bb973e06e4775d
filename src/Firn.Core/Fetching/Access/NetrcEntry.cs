namespace Firn.Fetching.Access;

/// <summary>What a netrc file says of one machine.</summary>
/// <param name="Machine">The host, or <c>default</c>.</param>
/// <param name="Login">Empty where the file has none.</param>
/// <param name="Account">Empty where the file has none.</param>
/// <param name="Password">Empty where the file has none.</param>
internal sealed record NetrcEntry(string Machine, string Login, string Account, string Password)
{
    /// <summary>Shows no credentials.</summary>
    public override string ToString() => Machine;
}
