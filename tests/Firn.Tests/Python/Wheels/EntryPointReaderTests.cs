using System.Text;
using Firn.Python.Metadata;
using Firn.Python.Wheels;
using Firn.Tests.Host.Binaries;
using FsCheck;
using FsCheck.Fluent;

namespace Firn.Tests.Python.Wheels;

public sealed class EntryPointReaderTests
{
    [SkippableTheory]
    [InlineData("[console_scripts]\na = m:f\n[gui_scripts]\nA=m.n : f.g [x, y]\n[other]\nz = no\n")]
    [InlineData("# first\n\n  [console_scripts]  \n  a  =  m:f  \n# a = n:g\na = n:h\nb=b:b\n")]
    [InlineData("\r\n[console_scripts]\r\na=m:f\r\n")]
    // Python's ends of lines and blanks, and a mark that it takes for a part of the first line.
    [InlineData("[console_scripts]\ra = m:f\rb = m:f")]
    [InlineData("[console_scripts]\na\u00a0=\u2003m:f\n")]
    [InlineData("\ufeff[console_scripts]\na = m:f\n[gui_scripts]\nb = m:f\n")]
    public void Read_finds_what_importlib_finds(string text)
    {
        using var folder = new TemporaryFolder();
        folder.Write("x-1.dist-info/METADATA", "Name: x\nVersion: 1\n");
        folder.Write("x-1.dist-info/entry_points.txt", text);
        var truth = RealTool.Run("python3", "-X", "utf8", "-I", "-c", $$"""
            import importlib.metadata as m, pathlib
            found = dict()
            for e in m.PathDistribution(pathlib.Path('{{folder["x-1.dist-info"]}}')).entry_points:
                if e.group in ('console_scripts', 'gui_scripts'):
                    found[e.group, e.name] = f'{e.group} {e.name} {e.module} {e.attr}'
            print('\n'.join(found.values()))
            """);
        if (truth.Length == 0)
        {
            RealTool.Missing("there is no python3");
        }

        var reader = new EntryPointReader();
        var found = reader.Read(Encoding.UTF8.GetBytes(text));

        Assert.Empty(reader.Refusals);
        var launchers = LauncherNames.Read(Encoding.UTF8.GetBytes(text));
        Assert.All(found, point => Assert.True(launchers.Contains(point.Name)));
        Assert.Equal(found.Any(static point => point.Name == "a"), launchers.Contains("a"));
        Assert.Equal(
            truth.Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal),
            found.Select(point => $"{(point.IsGui ? "gui_scripts" : "console_scripts")} {point.Name} {point.Module} {point.Attribute}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Read_any_text_gives_names_and_calls_that_are_safe()
    {
        var pieces = Gen.Elements("[console_scripts]\n", "[gui_scripts]\n", "[", "]", "=", ":", ".", "/", "..", "a", "python", "\n", " ", "\0", "'", "é", "\u2028", "#", ";", "-", "$(", "\"");

        Prop.ForAll(pieces.ListOf().Select(string.Concat).ToArbitrary(), text =>
        {
            foreach (var point in new EntryPointReader().Read(Encoding.UTF8.GetBytes("[console_scripts]\n" + text)))
            {
                Assert.DoesNotContain(point.Name, c => char.IsWhiteSpace(c) || char.IsControl(c) || "/\\'\"$".Contains(c, StringComparison.Ordinal));
                Assert.NotEqual("python", point.Name);
                Assert.DoesNotContain(point.Module + point.Attribute, c => !char.IsLetterOrDigit(c) && c is not ('_' or '.'));
            }
        }).QuickCheckThrowOnFailure();
    }
}
