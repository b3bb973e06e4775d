using System.Text;
using Firn.Common;
using Firn.Conda.Locks;

namespace Firn.Tests.Conda.Locks;

/// <summary>What the tests of locks share.</summary>
internal static class LockSamples
{
    public const string Sha256 = "72d143408507043628b32bed089730b6d5f5445eccc44b59911ec9f262e365e7";
    public const string Md5 = "1bbc659ca658bfd49a481b5ef7a0f40f";

    public static SystemContext SystemContext(params (string Name, string Value)[] variables) => new()
    {
        Variables = variables.ToDictionary(pair => pair.Name, pair => pair.Value, StringComparer.Ordinal),
        HomeDirectory = "/home/user",
        CurrentDirectory = "/work/here",
    };

    public static ExplicitFile Explicit(string text, params (string Name, string Value)[] variables) =>
        ExplicitFileReader.Read(Encoding.UTF8.GetBytes(text), "x.txt", SystemContext(variables));

    public static CondaLock CondaLock(string text, params (string Name, string Value)[] variables) =>
        CondaLockReader.Read(Encoding.UTF8.GetBytes(text), "conda-lock.yml", SystemContext(variables));

    public static EnvironmentSpec Environment(string text, string platform = "linux-64") =>
        EnvironmentYamlReader.Read(Encoding.UTF8.GetBytes(text), "environment.yml", platform, SystemContext());
}
