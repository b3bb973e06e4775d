using System.Text.RegularExpressions;
using Firn.Host.Binaries;

namespace Firn.Tests.Host.Binaries;

/// <summary>Edits of real files, with binutils and the loader itself as the truth.</summary>
public sealed class ElfRunPathTruthTests
{
    [SkippableFact]
    public void Edited_library_of_a_real_linker_keeps_every_name()
    {
        using var folder = new TemporaryFolder();
        var prefix = $"{folder.Path}/a/prefix/of/some/length";
        File.WriteAllText($"{folder.Path}/own.c", "int lib(void) { return 7; } int own(void) { return lib(); } extern int b; int *get(void) { return &b; }");
        var library = $"{folder.Path}/own.so";
        RealTool.Run("gcc", "-shared", "-fPIC", "-o", library, $"{folder.Path}/own.c", $"-Wl,-rpath,{prefix}/lib", "-Wl,-rpath,/usr/local/x");
        if (!File.Exists(library))
        {
            RealTool.Missing("gcc makes no shared library");
        }

        var before = RealTool.Run("readelf", "-dVW", "--dyn-syms", library);
        var edit = Plan(library, "lib/python3/own.so", prefix)!;
        Assert.Null(edit.Obstacle);
        Apply(edit, library);

        var after = RealTool.Run("readelf", "-dVW", "--dyn-syms", library);
        Assert.Equal(before.Replace($"[{prefix}/lib:/usr/local/x]", "[$ORIGIN/..:/usr/local/x]", StringComparison.Ordinal), after);
        Assert.NotEqual(before, after);
    }

    [SkippableFact]
    public void Every_run_path_of_a_real_python_can_be_edited()
    {
        var python = Pyenv();
        var editor = new ElfRunPathEditor();
        var edited = 0;
        foreach (var file in Directory.EnumerateFiles(python, "*", SearchOption.AllDirectories))
        {
            using var handle = File.OpenHandle(file);
            var edit = editor.Plan(handle, Path.GetRelativePath(python, file), [new RunPathMove(python, string.Empty)]);
            if (edit is not null)
            {
                Assert.Null(edit.Obstacle);
                edited++;
                var truth = RealTool.Run("readelf", "-dW", file);
                Assert.Matches($@"\((RPATH|RUNPATH)\).*\[{Regex.Escape(python)}/lib\]", truth);
            }
        }

        Assert.True(edited > 10);
    }

    [SkippableFact]
    public void Copied_python_without_its_first_place_runs_its_own_libpython()
    {
        var python = Pyenv();
        using var folder = new TemporaryFolder();
        var copy = $"{folder.Path}/copied";
        // What starts it; its tests and packages are gigabytes.
        RealTool.Run("sh", "-c", $"mkdir '{copy}' && tar -C '{python}' -c --exclude=site-packages --exclude=test --exclude=config-* --exclude=./share . | tar -C '{copy}' -x");
        var program = $"{copy}/bin/python3.11";

        // Before: the copy maps the library of the first place, and without that place it does not start.
        Assert.Contains($"{python}/lib/libpython3.11.so", Hidden(string.Empty, program), StringComparison.Ordinal);
        foreach (var file in (string[])["bin/python3.11", "lib/python3.11/lib-dynload/math.cpython-311-x86_64-linux-gnu.so"])
        {
            if (File.Exists($"{copy}/{file}") && Plan($"{copy}/{file}", file, python) is { } edit)
            {
                Apply(edit, $"{copy}/{file}");
            }
        }

        var output = Hidden(python, program);
        Assert.Contains($"{copy}/lib/libpython3.11.so", output, StringComparison.Ordinal);
        Assert.DoesNotContain(python, output, StringComparison.Ordinal);
    }

    /// <summary>The mapped libpython files, as a program tells that runs where a folder is hidden by an empty file system.</summary>
    private static string Hidden(string folder, string program)
    {
        const string Script = "import math; print([line for line in open('/proc/self/maps') if 'libpython' in line])";
        var hide = folder.Length == 0 ? "true" : $"mount -t tmpfs none '{folder}'";
        var output = RealTool.Run("unshare", "--mount", "--map-root-user", "sh", "-c", $"{hide} && '{program}' -c \"{Script}\"");
        if (output.Length == 0 && folder.Length == 0)
        {
            RealTool.Missing("mount namespaces cannot be made");
        }

        return output;
    }

    private static string Pyenv()
    {
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        var python = $"{home}/.pyenv/versions/3.11.7";
        if (!File.Exists($"{python}/lib/libpython3.11.so.1.0"))
        {
            RealTool.Missing("no Python 3.11.7 of pyenv with a shared library");
        }

        return python;
    }

    private static ElfRunPathEdit? Plan(string file, string fileInPrefix, string prefix)
    {
        using var handle = File.OpenHandle(file);
        return new ElfRunPathEditor().Plan(handle, fileInPrefix, [new RunPathMove(prefix, string.Empty)]);
    }

    private static void Apply(ElfRunPathEdit edit, string file)
    {
        using var handle = File.OpenHandle(file, FileMode.Open, FileAccess.Write);
        edit.Apply(handle);
    }
}
