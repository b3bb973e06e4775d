using System.Runtime.Versioning;
using System.Text;

namespace Firn.EndToEnd.Support.Conda;

/// <summary>
/// The system's Python as a conda package that starts: the program, and the part of its library that small programs need.
/// </summary>
[UnsupportedOSPlatform("windows")]
internal static class CondaPython
{
    /// <summary>What lies in the package: these modules and all that they import.</summary>
    private const string Question =
        "import sys, os, json, site, runpy, compileall, zipimport, encodings.ascii, encodings.latin_1\n"
        + "print('%d.%d.%d' % sys.version_info[:3])\n"
        + "for module in list(sys.modules.values()):\n"
        + "    file = getattr(module, '__file__', None)\n"
        + "    if file and file.startswith('/usr/lib/python3.'): print(file)\n";

    private static readonly Lazy<CondaPackageFile> Once = new(() => Make());

    public static CondaPackageFile Package => Once.Value;

    /// <summary>The same with further modules of the standard library, and what these import.</summary>
    public static CondaPackageFile With(params IEnumerable<string> modules) => Make(modules);

    /// <summary>For example <c>python3.11</c>.</summary>
    public static string Folder => "python" + Package.Version[..Package.Version.LastIndexOf('.')];

    /// <summary>Its site-packages, relative to a prefix.</summary>
    public static string SitePackages => $"lib/{Folder}/site-packages";

    private static CondaPackageFile Make(params IEnumerable<string> modules)
    {
        var python = RealPython.Of("system");
        var lines = new ProcessRunner().Run(python, "-I", "-c", string.Concat(modules.Select(module => $"import {module}\n")) + Question).MustReturn(0).StandardOutput
            .Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var series = "python" + lines[0][..lines[0].LastIndexOf('.')];
        var members = new List<CondaMember>
        {
            new($"bin/{series}") { Content = File.ReadAllBytes($"/usr/bin/{series}"), IsExecutable = true },
            CondaMember.Link("bin/python3", series),
            CondaMember.Link("bin/python", series),
            // Debian's Python, whose site module is frozen into the program, looks into dist-packages.
            CondaMember.Link($"lib/{series}/dist-packages", "site-packages"),
            CondaMember.Text($"lib/{series}/_sysconfigdata__linux_x86_64-linux-gnu.py", $"build_time_vars = {{'prefix': '{CondaPackageFile.Padded}'}}\n"),
        };
        foreach (var file in lines[1..].Distinct())
        {
            members.Add(new CondaMember($"lib/{series}/{file.Split('/', 5)[4]}") { Content = File.ReadAllBytes(file) });
        }

        return new CondaPackageFile("python", lines[0], "h0_0_cpython") { Members = members };
    }
}

/// <summary>A program that gcc builds, with the padded prefix in it, as conda-build's packages have them.</summary>
[UnsupportedOSPlatform("windows")]
internal static class CondaProgram
{
    private static readonly Lazy<byte[]> Once = new(Build);

    /// <summary>Prints the prefix that it was installed to, and a search path of two folders in it.</summary>
    public static byte[] Content => Once.Value;

    private static byte[] Build()
    {
        var source = SharedFolder.PathOf("prefix.c");
        Directory.CreateDirectory(SharedFolder.PathOf());
        // volatile, so that the compiler measures no text that is replaced later.
        File.WriteAllText(
            source,
            $$"""
            #include <stdio.h>
            static const char *volatile prefix = "{{CondaPackageFile.Padded}}";
            static const char *volatile path = "{{CondaPackageFile.Padded}}/lib:{{CondaPackageFile.Padded}}/lib64";
            int main(void) { printf("%s\n%s\n", prefix, path); return 0; }
            """,
            new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        var program = SharedFolder.PathOf("prefix");
        new ProcessRunner().Run(Part.Program("gcc"), "-o", program, source).MustReturn(0);
        return File.ReadAllBytes(program);
    }
}
