using System.Collections.Immutable;
using System.Globalization;
using Firn.Host.Binaries;
using Firn.Host.Machine;

namespace Firn.Python.Candidates;

/// <summary>The platforms whose wheels a machine takes, the best first (packaging: tags.py, _manylinux.py, _musllinux.py).</summary>
internal static class PlatformTags
{
    // The last release of glibc 2 that packaging steps back to would matter with a glibc 3 only.
    private const int MaxMinor = 999;

    /// <summary>Those of a Linux.</summary>
    /// <param name="machine"><c>x86_64</c>, <c>aarch64</c>, ...</param>
    /// <param name="libc">The C library that the interpreter is linked against; <see langword="null"/> where that is unknown.</param>
    public static ImmutableArray<string> Linux(string machine, LibcFacts? libc)
    {
        var tags = ImmutableArray.CreateBuilder<string>();
        ImmutableArray<string> machines = machine == "armv8l" ? ["armv8l", "armv7l"] : [machine];
        foreach (var name in machines)
        {
            AddLibc(tags, name, libc);
        }

        foreach (var name in machines)
        {
            tags.Add("linux_" + name);
        }

        return tags.DrainToImmutable();
    }

    /// <summary>Those of a macOS.</summary>
    /// <param name="major">The first number of its version.</param>
    /// <param name="minor">The second.</param>
    /// <param name="machine"><c>arm64</c> or <c>x86_64</c>.</param>
    public static ImmutableArray<string> MacOs(int major, int minor, string machine)
    {
        var tags = ImmutableArray.CreateBuilder<string>();
        if (major == 10)
        {
            for (var older = Math.Min(minor, MaxMinor); older >= 0; older--)
            {
                AddFormats(tags, 10, older, machine);
            }
        }

        for (var older = Math.Min(major, MaxMinor); older > 10; older--)
        {
            AddFormats(tags, older, 0, machine);
        }

        // macOS 11 runs what was built for 10.4 to 10.16; on ARM only the universal2 ones.
        for (var older = 16; major >= 11 && older > 3; older--)
        {
            if (machine == "x86_64")
            {
                AddFormats(tags, 10, older, machine);
            }
            else
            {
                tags.Add(Mac(10, older, "universal2"));
            }
        }

        return tags.DrainToImmutable();
    }

    private static void AddLibc(ImmutableArray<string>.Builder tags, string machine, LibcFacts? libc)
    {
        if (libc is null || GlibcVersion.Parse(FirstTwo(libc.Version)) is not { } version || version.Minor > MaxMinor)
        {
            return;
        }

        if (libc.Name == "musl")
        {
            for (var minor = version.Minor; minor >= 0; minor--)
            {
                tags.Add(string.Create(CultureInfo.InvariantCulture, $"musllinux_{version.Major}_{minor}_{machine}"));
            }
        }
        else if (libc.Name == "glibc" && version.Major == 2)
        {
            AddGlibc(tags, machine, version.Minor);
        }
    }

    /// <summary>PEP 600, and the older names: manylinux2014 (PEP 599), 2010 (PEP 571), 1 (PEP 513).</summary>
    private static void AddGlibc(ImmutableArray<string>.Builder tags, string machine, int newest)
    {
        var oldest = machine is "x86_64" or "i686" ? 5 : 17;
        for (var minor = newest; minor >= oldest; minor--)
        {
            tags.Add(string.Create(CultureInfo.InvariantCulture, $"manylinux_2_{minor}_{machine}"));
            var older = minor switch { 17 => "manylinux2014", 12 => "manylinux2010", 5 => "manylinux1", _ => null };
            if (older is not null)
            {
                tags.Add($"{older}_{machine}");
            }
        }
    }

    /// <summary>packaging: _mac_binary_formats, of the two machines that still run.</summary>
    private static void AddFormats(ImmutableArray<string>.Builder tags, int major, int minor, string machine)
    {
        if (machine is not ("x86_64" or "arm64") || (machine == "x86_64" && major == 10 && minor < 4))
        {
            return;
        }

        tags.Add(Mac(major, minor, machine));
        if (machine == "x86_64")
        {
            tags.Add(Mac(major, minor, "intel"));
            tags.Add(Mac(major, minor, "fat64"));
            tags.Add(Mac(major, minor, "fat32"));
        }

        tags.Add(Mac(major, minor, "universal2"));
        if (machine == "x86_64")
        {
            tags.Add(Mac(major, minor, "universal"));
        }
    }

    private static string Mac(int major, int minor, string format) =>
        string.Create(CultureInfo.InvariantCulture, $"macosx_{major}_{minor}_{format}");

    private static string FirstTwo(string? version)
    {
        var parts = (version ?? string.Empty).Split('.', 3);
        return parts.Length < 2 ? string.Empty : $"{parts[0]}.{parts[1]}";
    }
}
