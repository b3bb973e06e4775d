namespace Firn.Python.Wheels;

/// <summary>A command that a wheel declares (Entry points specification, "Use for scripts").</summary>
/// <param name="Name">The command.</param>
/// <param name="Module">What to import, dotted.</param>
/// <param name="Attribute">What to call in it, dotted.</param>
/// <param name="IsGui">Whether it is under <c>[gui_scripts]</c>; only Windows makes a difference.</param>
internal sealed record WheelEntryPoint(string Name, string Module, string Attribute, bool IsGui);
