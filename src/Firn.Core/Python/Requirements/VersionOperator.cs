namespace Firn.Python.Requirements;

/// <summary>How a specifier compares (PEP 440 "Version specifiers").</summary>
internal enum VersionOperator
{
    /// <summary><c>==</c>, also with <c>.*</c>.</summary>
    Equal,

    /// <summary><c>!=</c>, also with <c>.*</c>.</summary>
    NotEqual,

    /// <summary><c>===</c>: the same text.</summary>
    Arbitrary,

    /// <summary><c>~=</c>.</summary>
    Compatible,

    /// <summary><c>&lt;</c>.</summary>
    Less,

    /// <summary><c>&lt;=</c>.</summary>
    LessOrEqual,

    /// <summary><c>&gt;</c>.</summary>
    Greater,

    /// <summary><c>&gt;=</c>.</summary>
    GreaterOrEqual,
}
