namespace Firn.Storage.Checks;

/// <summary>How bad a finding is.</summary>
internal enum FindingLevel
{
    /// <summary>Nothing is lost and nothing fails: leftovers, foreign files.</summary>
    Warning,

    /// <summary>Something is missing or wrong, or will be.</summary>
    Damage,
}
