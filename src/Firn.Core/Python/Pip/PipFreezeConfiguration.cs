using System.Collections.Immutable;
using Firn.Common;

namespace Firn.Python.Pip;

/// <summary>
/// The options that <c>pip freeze</c> takes from variables and configuration files, beside those of its command line (pip:
/// commands/freeze.py; cli/parser.py _update_defaults: words of a list are added, of an option without value each is a
/// truth value). An option that the release does not know is passed over, as pip does.
/// </summary>
internal sealed class PipFreezeConfiguration
{
    private readonly PipFreezeOptions _options;
    private readonly PipSettings _settings;
    private readonly PipRules _rules;
    private string? _refusal;

    private PipFreezeConfiguration(PipFreezeOptions options)
    {
        _options = options;
        _settings = new PipSettings(options.SystemContext, options.Prefix == "/" ? null : options.Prefix, "freeze");
        _rules = PipRules.For(options.PipVersion, options.Major, options.Minor);
    }

    /// <summary>
    /// Adds what is configured. Where pip would refuse its configuration and list nothing, that is a problem, and the
    /// options stay as they are.
    /// </summary>
    public static PipFreezeOptions Apply(PipFreezeOptions options, List<Problem> problems)
    {
        var configuration = new PipFreezeConfiguration(options);
        var configured = configuration.Read();
        if (configuration._refusal is not { } refusal)
        {
            return configured;
        }

        problems.Add(new Problem(
            "pip-configuration-refused", options.Prefix, $"pip freeze stops at its configuration here: {refusal}; it is listed without"));
        return options;
    }

    private PipFreezeOptions Read()
    {
        var configured = _options with
        {
            All = _options.All | Flag("all"),
            Local = _options.Local | Flag("local"),
            User = _options.User | Flag("user"),
            ExcludeEditable = _options.ExcludeEditable | Flag("exclude-editable"),
            Exclude = _rules.KnowsExclude ? [.. Words("exclude"), .. _options.Exclude] : _options.Exclude,
            RequirementFiles = [.. Words("requirement").Select(FullPath), .. _options.RequirementFiles],
            FindLinks = Words("find-links"),
        };
        if (_rules.KnowsPath && Words("path") is { IsEmpty: false } paths)
        {
            configured = configured with { Paths = [.. paths.Select(FullPath), .. _options.Paths ?? []] };
            if (configured.User || configured.Local)
            {
                _refusal ??= "'path' is not to be combined with 'user' or 'local'";
            }
        }

        if (!_rules.IgnoresRequiredEnvironment && _options.Prefix == _options.BasePrefix
            && (Flag("require-virtualenv") || Flag("require-venv")))
        {
            _refusal ??= "'require-virtualenv' is set, and this is not a virtual environment";
        }

        return configured;
    }

    private bool Flag(string name)
    {
        if (_settings.Value(name) is not { } text)
        {
            return false;
        }

        var value = PythonBoolean.Parse(text);
        _refusal ??= value is null ? $"'{name}' is neither true nor false" : null;
        return value ?? false;
    }

    private ImmutableArray<string> Words(string name) => _settings.Words(name) ?? [];

    private string FullPath(string path) => Path.GetFullPath(
        path == "~" || path.StartsWith("~/", StringComparison.Ordinal) ? _options.SystemContext.HomeDirectory + path[1..] : path,
        _options.SystemContext.CurrentDirectory);
}
