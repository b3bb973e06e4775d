using System.Text;
using Firn.Common;
using Firn.Python.Environments;
using Firn.Python.Interpreters;
using FsCheck;
using FsCheck.Fluent;

namespace Firn.Tests.Python.Environments;

/// <summary>Whatever a file holds, the parsers neither throw nor invent.</summary>
public sealed class EnvironmentParserProperties
{
    [Fact]
    public void PyvenvConfiguration_any_text_is_read() =>
        Prop.ForAll<string?>(text =>
        {
            var found = PyvenvConfiguration.Parse(text ?? string.Empty);
            return found.Home is null || text!.Contains(found.Home, StringComparison.Ordinal);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void PyvenvConfiguration_a_value_may_hold_anything_but_a_line_end() =>
        Prop.ForAll<NonNull<string>>(value =>
        {
            var plain = new string([.. value.Get.Where(c => !char.IsControl(c) && c is not ('\u0085' or '\u2028' or '\u2029'))]).Trim();
            return PyvenvConfiguration.Parse($"x = 1\n HOME= {plain} \nhome = second").Home == plain;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void PthFile_any_bytes_are_read_by_any_python() =>
        Prop.ForAll<byte[], int>((bytes, minor) =>
        {
            var release = new PythonRelease(minor % 2 == 0 ? 3 : 2, Math.Abs(minor % 16), 0);
            foreach (var line in PthFile.Parse(bytes ?? [], release, out _))
            {
                if (line.IsStatement)
                {
                    _ = PthFile.FirstModule(line.Text);
                }
                else
                {
                    _ = PythonPaths.Absolute("/site", line.Text);
                }
            }

            return true;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void PthFile_lines_without_special_meaning_come_back() =>
        Prop.ForAll<NonNull<string>[]>(texts =>
        {
            var lines = (texts ?? []).Select(text => "p" + new string([.. text.Get.Where(char.IsAsciiLetterOrDigit)])).ToList();
            var bytes = Encoding.UTF8.GetBytes(string.Join("\r\n", lines));
            return PthFile.Parse(bytes, new PythonRelease(3, 13, 0), out var isValid).Select(line => line.Text).SequenceEqual(lines)
                && isValid;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Names_and_versions_any_text_is_read() =>
        Prop.ForAll<NonNull<string>>(text =>
        {
            _ = PythonTag.TryParse(text.Get, out _);
            _ = PythonTag.TryParse("python" + text.Get, out _);
            _ = PythonTag.TryFromVersion(text.Get, out var tag);
            _ = PythonRelease.Parse(text.Get, tag);
            _ = BinaryVersion.Find(Encoding.UTF8.GetBytes(text.Get), "3.1."u8);
            _ = DebianVersion.Find(Encoding.UTF8.GetBytes(text.Get), "x");
            _ = WindowsPathFile.Parse(text.Get, "/x");
            return true;
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("python3.11", "python3.11")]
    [InlineData("python3.13t", "python3.13t")]
    [InlineData("python3.7m", "python3.7")]
    [InlineData("pypy3.10", "pypy3.10")]
    [InlineData("python3", null)]
    [InlineData("python", null)]
    [InlineData("python3.11-config", null)]
    [InlineData("python-argcomplete-check-easy-install-script", null)]
    [InlineData("python3.11.7", null)]
    public void PythonTag_reads_names(string name, string? expected) =>
        Assert.Equal(expected, PythonTag.TryParse(name, out var tag) ? tag.FolderName : null);

    [SkippableFact]
    public void BinaryVersion_is_that_of_every_python_here()
    {
        foreach (var python in RealPython.Require("pyenv"))
        {
            var interpreter = InterpreterFinder.Find(null, python)!;
            Assert.Equal(Path.GetFileName(interpreter.Prefix), BinaryVersion.Read(interpreter));
        }
    }
}
