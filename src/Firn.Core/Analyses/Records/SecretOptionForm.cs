namespace Firn.Analyses.Records;

/// <summary>How the value of a <see cref="SecretOption"/> is written.</summary>
internal enum SecretOptionForm
{
    /// <summary>In the same word, or as the next.</summary>
    Either,

    /// <summary>In the same word; alone, it asks.</summary>
    Attached,

    /// <summary>As the next word.</summary>
    Next,
}
