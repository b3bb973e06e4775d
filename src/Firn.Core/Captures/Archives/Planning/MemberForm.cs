namespace Firn.Captures.Archives.Planning;

/// <summary>How the bytes of a file become those in a bundle.</summary>
internal enum MemberForm
{
    /// <summary>As they are.</summary>
    AsIs,

    /// <summary>A wheel's script: the line that names the interpreter back to <c>#!python</c>.</summary>
    Script,

    /// <summary>A text in which the prefix becomes the placeholder wherever it stands.</summary>
    PrefixText,

    /// <summary>A text in which the prefix becomes the placeholder, if it is a script: many programs are not.</summary>
    PrefixScript,
}
