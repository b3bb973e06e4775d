using Firn.Conda.Linking;

namespace Firn.Conda.Archives;

/// <summary>An entry point as <c>link.json</c> has it (conda common/path/python.py <c>parse_entry_point_def</c>).</summary>
/// <param name="Command">The script's name.</param>
/// <param name="Module">Dotted.</param>
/// <param name="Function">Dotted.</param>
internal sealed record EntryPointDefinition(string Command, string Module, string Function)
{
    /// <summary><c>command = module:function</c>; <see langword="null"/> where it is none, or would write other code into the script.</summary>
    public static EntryPointDefinition? Parse(string text)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        if (equals < 0)
        {
            return null;
        }

        var target = text[(equals + 1)..].Trim(' ', '\t', '\r', '\n', '"', '\'');
        var colon = target.LastIndexOf(':');
        if (colon < 0)
        {
            return null;
        }

        var definition = new EntryPointDefinition(
            text[..equals].Trim(), target[..colon].Trim(), target[(colon + 1)..].Trim());
        return CondaEntryPoint.IsCommand(definition.Command) && definition.For("bin/python").IsValid ? definition : null;
    }

    /// <summary>The script for an interpreter, in conda's text.</summary>
    /// <param name="interpreter">Relative to the prefix.</param>
    public CondaEntryPoint For(string interpreter) => new(Module, Function, interpreter, CondaEntryPointStyle.Conda);
}
