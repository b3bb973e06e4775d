namespace Firn.Captures.Differences;

/// <summary>What differs, in the order in which it is shown.</summary>
public enum DifferenceKind
{
    /// <summary>The interpreter, its version or its platform.</summary>
    Interpreter,

    /// <summary>A Python distribution.</summary>
    Package,

    /// <summary>A conda package.</summary>
    CondaPackage,

    /// <summary>A shared library that the environment is linked with.</summary>
    NativeLibrary,

    /// <summary>An environment variable of the allow-list.</summary>
    Variable,

    /// <summary>The machine.</summary>
    Host,
}
