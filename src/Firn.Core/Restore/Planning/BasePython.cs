namespace Firn.Restore.Planning;

/// <summary>The interpreter under a restored virtual environment.</summary>
/// <param name="Prefix">Its prefix, absolute.</param>
/// <param name="Executable">Its file, absolute.</param>
/// <param name="Version">Its full version.</param>
/// <param name="IsArchived">Whether it is restored too, into the environment's own folder.</param>
internal sealed record BasePython(string Prefix, string Executable, string Version, bool IsArchived);
