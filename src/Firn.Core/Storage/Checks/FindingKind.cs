namespace Firn.Storage.Checks;

/// <summary>A kind of finding; docs/troubleshooting.md has a line for each.</summary>
/// <param name="Code">Kebab case, stable.</param>
/// <param name="Level">How bad it is.</param>
/// <param name="Repair">The command that mends it; <c>STORE</c> stands for the store.</param>
internal sealed record FindingKind(string Code, FindingLevel Level, string Repair);
