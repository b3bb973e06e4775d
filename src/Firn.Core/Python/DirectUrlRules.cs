namespace Firn.Python;

/// <summary>How strictly a pip reads <c>direct_url.json</c>.</summary>
internal enum DirectUrlRules
{
    /// <summary>pip 20.1 to 22.3: <c>hash</c> is any text.</summary>
    AnyHash,

    /// <summary>pip 23.0 to 26.0: <c>hash</c> is <c>ALGORITHM=DIGEST</c>.</summary>
    FormattedHash,

    /// <summary>pip 26.1 and later: the rules of packaging.direct_url.</summary>
    Packaging,
}
