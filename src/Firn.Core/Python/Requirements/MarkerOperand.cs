namespace Firn.Python.Requirements;

/// <summary>One side of a comparison: a variable, or a text.</summary>
/// <param name="Variable">The variable; <see cref="MarkerVariable.None"/> for a text.</param>
/// <param name="Text">The text, without its quotes.</param>
internal sealed record MarkerOperand(MarkerVariable Variable, string Text)
{
    /// <summary>The variable of that name, old names included; None where there is none (packaging: _tokenizer.py VARIABLE).</summary>
    public static MarkerVariable Named(ReadOnlySpan<char> name) => name switch
    {
        "os_name" or "os.name" => MarkerVariable.OsName,
        "sys_platform" or "sys.platform" => MarkerVariable.SysPlatform,
        "platform_machine" or "platform.machine" => MarkerVariable.PlatformMachine,
        "platform_python_implementation" or "platform.python_implementation" or "python_implementation" =>
            MarkerVariable.PlatformPythonImplementation,
        "platform_release" => MarkerVariable.PlatformRelease,
        "platform_system" => MarkerVariable.PlatformSystem,
        "platform_version" or "platform.version" => MarkerVariable.PlatformVersion,
        "python_version" => MarkerVariable.PythonVersion,
        "python_full_version" => MarkerVariable.PythonFullVersion,
        "implementation_name" => MarkerVariable.ImplementationName,
        "implementation_version" => MarkerVariable.ImplementationVersion,
        "extra" => MarkerVariable.Extra,
        "extras" => MarkerVariable.Extras,
        "dependency_groups" => MarkerVariable.DependencyGroups,
        _ => MarkerVariable.None,
    };
}
