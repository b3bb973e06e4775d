using System.Collections.Immutable;
using System.Globalization;
using Firn.Common;

namespace Firn.Host.Machine;

/// <summary>
/// The virtual packages of a machine for one platform (CEP 30; conda plugins/virtual_packages). A variable
/// <c>CONDA_OVERRIDE_NAME</c> sets the version, and takes the package away where it is empty.
/// </summary>
internal static class VirtualPackages
{
    /// <param name="host">The machine.</param>
    /// <param name="platform">The platform of the environment, for example <c>linux-64</c>.</param>
    /// <param name="systemContext">Its variables may override.</param>
    public static ImmutableArray<VirtualPackage> Detect(HostFacts host, string platform, SystemContext systemContext)
    {
        var found = ImmutableArray.CreateBuilder<VirtualPackage>();
        var system = platform.Split('-')[0];
        if (system is "linux" or "osx" or "freebsd" or "emscripten")
        {
            found.Add(new VirtualPackage("__unix", "0"));
        }

        var isNative = system == SystemOf(host);
        switch (system)
        {
            case "linux":
                found.Add(new VirtualPackage("__linux", Kernel(systemContext, isNative ? host.Kernel.Release : null)));
                Add("__glibc", "GLIBC", isNative ? Glibc(host.Libc) : "2.17");
                break;
            case "osx":
                Add("__osx", "OSX", isNative ? Parts(host.OperatingSystem.VersionId, 2) ?? "0" : "0");
                break;
            case "win":
                Add("__win", "WIN", isNative ? Parts(host.Kernel.Release, 3) ?? "0" : "0");
                break;
        }

        Add("__cuda", "CUDA", isNative ? CudaVersions.Of(host.Gpu.NvidiaDriver) : null);
        AddProcessor(found, host, platform, systemContext);
        return found.DrainToImmutable();

        void Add(string name, string variable, string? version)
        {
            if (Override(systemContext, variable) is { } given)
            {
                version = given.Length == 0 ? null : IsVersion(given) ? given : version;
            }

            if (version is not null)
            {
                found.Add(new VirtualPackage(name, version));
            }
        }
    }

    private static void AddProcessor(
        ImmutableArray<VirtualPackage>.Builder found, HostFacts host, string platform, SystemContext systemContext)
    {
        if (Override(systemContext, "ARCHSPEC") is { } given)
        {
            if (IsBuild(given))
            {
                found.Add(new VirtualPackage("__archspec", "1", given));
            }

            return;
        }

        found.Add(MicroArchitectures.Of(host.Cpu, platform) is { } name
            ? new VirtualPackage("__archspec", "1", name)
            : new VirtualPackage("__archspec", "0", MicroArchitectures.OfPlatform(platform)));
    }

    private static string SystemOf(HostFacts host) => host.Kernel.Name switch
    {
        "Linux" => "linux",
        "Darwin" => "osx",
        "Windows" => "win",
        "FreeBSD" => "freebsd",
        _ => string.Empty,
    };

    /// <summary>Without what a distribution adds; always there (conda: linux.py <c>linux_version_validate</c>).</summary>
    private static string Kernel(SystemContext systemContext, string? release)
    {
        var text = Override(systemContext, "LINUX") ?? release;
        return Parts(text, 4, atLeast: 2) ?? Parts(release, 4, atLeast: 2) ?? "0";
    }

    /// <summary>musl is none; where the version is unknown, conda's oldest is assumed (CEP 30).</summary>
    private static string? Glibc(LibcFacts? libc) =>
        libc is { Name: "glibc" } ? Parts(libc.Version, 2) ?? "2.17" : null;

    /// <summary>The first numbers of a dotted text.</summary>
    private static string? Parts(string? text, int most, int atLeast = 1)
    {
        var end = 0;
        var count = 0;
        for (var i = 0; text is not null && count < most;)
        {
            var start = i;
            while (i < text.Length && char.IsAsciiDigit(text[i]))
            {
                i++;
            }

            if (i == start)
            {
                break;
            }

            end = i;
            count++;
            if (i >= text.Length || text[i] != '.')
            {
                break;
            }

            i++;
        }

        return count >= atLeast ? text![..end] : null;
    }

    private static string? Override(SystemContext systemContext, string name) =>
        systemContext.Variables.TryGetValue("CONDA_OVERRIDE_" + name, out var value) ? value.Trim() : null;

    private static bool IsVersion(string text) =>
        text.Length <= 64 && char.IsAsciiDigit(text[0]) && IsMadeOf(text, ".!+_");

    private static bool IsBuild(string text) => text.Length is > 0 and <= 64 && IsMadeOf(text, "._+");

    private static bool IsMadeOf(string text, string others)
    {
        foreach (var c in text)
        {
            if (!char.IsAsciiLetterOrDigit(c) && !others.Contains(c, StringComparison.Ordinal))
            {
                return false;
            }
        }

        return true;
    }
}

/// <summary>A trait of the machine that packages of conda may require as if it were a package (CEP 30).</summary>
/// <param name="Name">For example <c>__glibc</c>.</param>
/// <param name="Version">For example <c>2.36</c>; <c>0</c> where it is unknown.</param>
/// <param name="Build"><c>0</c>, but the processor's name for <c>__archspec</c>.</param>
internal sealed record VirtualPackage(string Name, string Version, string Build = "0")
{
    public override string ToString() => Build == "0" ? $"{Name} {Version}" : $"{Name} {Version} {Build}";
}

/// <summary>
/// The CUDA that a driver of NVIDIA supports, which <c>cuDriverGetVersion</c> would tell; nobody's library is loaded to
/// ask it. The branches are those of NVIDIA's release notes (CUDA Toolkit, table "CUDA Toolkit and Corresponding Driver
/// Versions").
/// </summary>
internal static class CudaVersions
{
    private static readonly (int Driver, string Cuda)[] Branches =
    [
        (580, "13.0"), (575, "12.9"), (570, "12.8"), (565, "12.7"), (560, "12.6"), (555, "12.5"), (550, "12.4"),
        (545, "12.3"), (535, "12.2"), (530, "12.1"), (525, "12.0"), (520, "11.8"), (515, "11.7"), (510, "11.6"),
        (495, "11.5"), (470, "11.4"), (465, "11.3"), (460, "11.2"), (455, "11.1"), (450, "11.0"), (440, "10.2"),
        (418, "10.1"), (410, "10.0"), (396, "9.2"), (390, "9.1"), (384, "9.0"), (375, "8.0"), (352, "7.5"),
    ];

    /// <summary>The version; of a driver newer than the table, the newest it has; <see langword="null"/> without a driver.</summary>
    public static string? Of(string? driver)
    {
        if (driver is null)
        {
            return null;
        }

        var dot = driver.IndexOf('.', StringComparison.Ordinal);
        var text = dot < 0 ? driver : driver[..dot];
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var major))
        {
            return null;
        }

        foreach (var (branch, cuda) in Branches)
        {
            if (major >= branch)
            {
                return cuda;
            }
        }

        return null;
    }
}
