using System.Runtime.Versioning;
using System.Text;

namespace Firn.EndToEnd.Support.Conda;

/// <summary>The channel of most tests of <c>firn create</c>, packed once in a test run, and what is in it.</summary>
[UnsupportedOSPlatform("windows")]
internal sealed class CondaPackages
{
    private static readonly Lazy<CondaPackages> Once = new(() => new CondaPackages());

    private CondaPackages()
    {
        Native = new CondaPackageFile("native", "2.1", "h1_3") { Depends = ["python"], Members = NativeMembers() };
        Legacy = Native with { Name = "legacy", IsLegacy = true, Extension = ".tar.bz2" };
        Channel = new CondaChannel(SharedFolder.PathOf("channel")).Add(Python, Native, Pure, Legacy, Meta, Folders, Abi3);
    }

    public static CondaPackages Shared => Once.Value;

    public CondaChannel Channel { get; }

    public CondaPackageFile Python { get; } = CondaPython.Package;

    /// <summary>A program with the prefix in it, scripts, links of all kinds, modules with bytecode.</summary>
    public CondaPackageFile Native { get; }

    /// <summary>For any Python: an entry point with a dotted function, a script with the prefix, a file beside site-packages.</summary>
    public CondaPackageFile Pure { get; } = CondaPackageFile.Pure(
        "pure",
        "1.0",
        CondaMember.Text("python-scripts/pure-script", $"#!{CondaPackageFile.Padded}/bin/python\nimport pure\nprint('script', pure.version)\n", isExecutable: true),
        CondaMember.File("site-packages/pure_tools/__init__.py", "class Tools:\n    @staticmethod\n    def run():\n        print('tools')\n        return 0\n"),
        CondaMember.File("share/pure/data.txt", "data\n")) with
    {
        EntryPoints = ["pure = pure:main", "pure-tools = pure_tools:Tools.run"],
    };

    /// <summary>The same as <see cref="Native"/> in the form before 2017, and in a tar.</summary>
    public CondaPackageFile Legacy { get; }

    /// <summary>Without any file.</summary>
    public CondaPackageFile Meta { get; } = new("meta", "7", "0") { Depends = ["native", "pure"], Extension = ".tar.bz2" };

    public CondaPackageFile Folders { get; } = new("folders", "1") { Members = [CondaMember.Folder("var/lib/folders")] };

    /// <summary>CEP 20: for any Python with the stable ABI, in the folder of a platform.</summary>
    public CondaPackageFile Abi3 { get; } = CondaPackageFile.Pure(
        "stable", "0.3", CondaMember.File("site-packages/_stable.abi3.so", "\x7fELF")) with
    {
        Subdir = "linux-64",
        Build = "py39abi3_0",
    };

    private static List<CondaMember> NativeMembers()
    {
        var p = CondaPackageFile.Padded;
        var site = CondaPython.SitePackages;
        return
        [
            CondaMember.Binary("bin/where", CondaProgram.Content),
            CondaMember.Text("bin/tool", $"#!{p}/bin/python -I\nimport sys\nprint(sys.prefix, '{p}/share')\n", isExecutable: true),
            CondaMember.Text("bin/blank", $"#! {p}/bin/python3\nprint('blank')\n", isExecutable: true),
            new("etc/latin.conf") { Content = [0xe9, 0xff, .. Encoding.ASCII.GetBytes(p + "/etc"), 0x80, .. Encoding.ASCII.GetBytes(p)], Placeholder = p },
            CondaMember.Text("etc/dos.conf", $"a = {p}/a\r\nb = {p}/b\r\n"),
            CondaMember.File("etc/native/user.conf", "user = edits\n") with { IsNoLink = true },
            new("lib/libwide.so") { Content = [1, .. Encoding.Unicode.GetBytes(p + "/w\0"), 7], Placeholder = p, IsBinary = true },
            CondaMember.Binary("lib/libend.so", [.. Encoding.ASCII.GetBytes("\0" + p + "/one\n:" + p + "/two\0" + p + "/no-end")]),
            CondaMember.File("lib/libreal.so.1.2", "\x7fELF library"),
            CondaMember.Link("lib/libreal.so", "libreal.so.1.2") with { Placeholder = p, IsBinary = true },
            CondaMember.Link("lib/dangling.so", "nowhere.so"),
            CondaMember.Link("share/native/libraries", "../../lib"),
            CondaMember.File($"{site}/native.py", "x = 1\n"),
            CondaMember.Text($"{site}/native_place.py", $"place = '{p}'\n"),
            .. Compiled("native", "x = 1\n", 1_700_000_000),
            .. Compiled("native_place", $"place = '{p}'\n", 1_700_000_000),
        ];
    }

    /// <summary>Bytecode that the package ships: valid for a module with that text and time.</summary>
    private static IEnumerable<CondaMember> Compiled(string module, string text, int time)
    {
        var script =
            "import importlib.util as u, marshal, sys, struct\n"
            + "code = compile(sys.argv[1], sys.argv[2], 'exec')\n"
            + "data = u.MAGIC_NUMBER + struct.pack('<III', 0, int(sys.argv[3]), len(sys.argv[1])) + marshal.dumps(code)\n"
            + "print(data.hex(), sys.implementation.cache_tag)\n";
        var name = $"{CondaPython.SitePackages}/{module}.py";
        var parts = new ProcessRunner().Run(RealPython.Of("system"), "-I", "-c", script, text, name, $"{time}")
            .MustReturn(0).StandardOutput.Trim().Split(' ');
        yield return new CondaMember($"{CondaPython.SitePackages}/__pycache__/{module}.{parts[1]}.pyc") { Content = Convert.FromHexString(parts[0]) };
    }
}
