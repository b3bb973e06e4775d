using System.Text.Json;

namespace Firn.EndToEnd.Support;

/// <summary>The study as the system's Python runs it, run once: what another run must be equal to.</summary>
public sealed class StudyOnSystemPython : IDisposable
{
    private readonly Lazy<BackdoorStudy> _study = new(() =>
    {
        var study = new BackdoorStudy(RealPython.Of("system"));
        study.RunAll();
        return study;
    });

    /// <summary>A document of the run directory.</summary>
    internal JsonElement Read(string name) => _study.Value.Read(name);

    /// <summary>All that the scripts wrote: path, then SHA-256.</summary>
    internal SortedDictionary<string, string> Outputs() => _study.Value.Outputs();

    public void Dispose()
    {
        if (_study.IsValueCreated)
        {
            _study.Value.Dispose();
        }
    }
}
