namespace Firn.EndToEnd.Support;

/// <summary>How an index tells what it has.</summary>
public enum IndexPages
{
    /// <summary>PEP 503, as folders of files are served: no digests.</summary>
    Html,

    /// <summary>PEP 503 with the digest of each file.</summary>
    HtmlWithDigests,

    /// <summary>PEP 691: digests and sizes.</summary>
    Json,
}
