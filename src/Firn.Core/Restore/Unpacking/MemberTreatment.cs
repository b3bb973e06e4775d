namespace Firn.Restore.Unpacking;

/// <summary>What a restore does to a member of a bundle.</summary>
internal enum MemberTreatment
{
    /// <summary>It is written as it is.</summary>
    Plain,

    /// <summary>It is a distribution's RECORD, and gets the rows of this installation.</summary>
    Record,

    /// <summary>It is a script that begins with <c>#!python</c>, and gets this installation's interpreter.</summary>
    Script,

    /// <summary>It holds Firn's own placeholder of the prefix.</summary>
    Prefix,

    /// <summary>It holds the placeholder of a conda package.</summary>
    Placeholder,
}
