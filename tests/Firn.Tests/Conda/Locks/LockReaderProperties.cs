using System.Text;
using Firn.Conda;
using Firn.Conda.Locks;
using Firn.Python;
using FsCheck;
using FsCheck.Fluent;

namespace Firn.Tests.Conda.Locks;

/// <summary>Whatever a file holds, it is read without an exception, and nothing unsafe comes of it.</summary>
public sealed class LockReaderProperties
{
    /// <summary>Pieces of the formats, so that most texts come near one.</summary>
    private static readonly string[] Pieces =
    [
        "@EXPLICIT\n", "https://", "user:pw@", "e.com/", "linux-64/", "a-1-0.conda", ".tar.bz2", "#", "\n", "# pip ", " @ ", "${X}", "$",
        "..", "/", "%2f", "\0", "package:\n", "- name: a\n", "  version: 1\n", "  url: ", "version: 1\n", "metadata:\n", "dependencies:\n",
        "  - ", "[", "]", "{", "}", "'", "\"", "&a ", "*a", "!!x ", ":", "::", "=", "==", ">=1", ",", "|", "(", ")", " if ", "# [linux]",
        "sel(win): ", "pip:\n", "~", "\ud800", "é", "\t", " ",
    ];

    private static readonly Arbitrary<string> Texts =
        Gen.ListOf(Gen.OneOf(Gen.Elements(Pieces), ArbMap.Default.GeneratorFor<NonNull<string>>().Select(text => text.Get)))
            .Select(parts => string.Concat(parts)).ToArbitrary();

    [Fact]
    public void ExplicitFileReader_reads_any_text() => Prop.ForAll(Texts, text =>
    {
        var plain = LockSamples.Explicit(text);
        var marked = LockSamples.Explicit("@EXPLICIT\n" + text, ("X", "../.."));
        return plain.Packages.Concat(marked.Packages).All(IsSafe);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void CondaLockReader_reads_any_text() => Prop.ForAll(Texts, text =>
        LockSamples.CondaLock(text).Packages("linux-64", CanonicalName.Of).Conda
            .Concat(LockSamples.CondaLock("package:\n" + text).Packages("linux-64", CanonicalName.Of).Conda)
            .All(IsSafe)).QuickCheckThrowOnFailure();

    [Fact]
    public void EnvironmentYamlReader_reads_any_text() => Prop.ForAll(Texts, text =>
    {
        var spec = LockSamples.Environment(text);
        return spec.Inexact.Length <= spec.Dependencies.Length && LockSamples.Environment("dependencies:\n  - " + text) is not null;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void MatchSpec_reads_any_text() => Prop.ForAll(Texts, text =>
    {
        var spec = MatchSpec.Parse(text) ?? MatchSpec.Parse(text, LockSamples.SystemContext(), "x", out _);
        _ = spec?.Matches("a", "1", "0");
        return spec?.IsExact != true
            || (CondaNames.IsName(spec.Name) && CondaNames.IsVersion(spec.Version) && (spec.Build is null || CondaNames.IsBuild(spec.Build)));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void MatchSpec_exact_specs_come_back() => Prop.ForAll<NonNull<string>, PositiveInt, NonNull<string>>((name, number, build) =>
    {
        var plainName = "a" + new string([.. name.Get.Where(char.IsAsciiLetterLower).Take(60)]);
        var plainBuild = "h" + new string([.. build.Get.Where(char.IsAsciiLetterOrDigit).Take(60)]);
        return new[]
        {
            $"{plainName}=1.{number.Get}={plainBuild}", $"c::{plainName} 1.{number.Get} {plainBuild}",
            $"{plainName}[build='{plainBuild}', version=1.{number.Get}]",
        }.All(text => MatchSpec.Parse(text) is { IsExact: true } spec
            && (spec.Name, spec.Version, spec.Build) == (plainName, $"1.{number.Get}", plainBuild));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void LockFileDetector_reads_any_bytes() => Prop.ForAll<byte[], NonNull<string>>((bytes, name) =>
        Enum.IsDefined(LockFileDetector.Detect(name.Get, bytes ?? []))).QuickCheckThrowOnFailure();

    [Fact]
    public void LockFileDetector_reads_any_text() => Prop.ForAll(Texts, text =>
        Enum.IsDefined(LockFileDetector.Detect("x.txt", Encoding.UTF8.GetBytes(text)))).QuickCheckThrowOnFailure();

    private static bool IsSafe(LockedCondaPackage package) =>
        CondaNames.IsName(package.Name) && CondaNames.IsVersion(package.Version) && CondaNames.IsBuild(package.Build)
        && !package.FileName.Contains('/') && !package.SafeUrl.Contains("pw@", StringComparison.Ordinal)
        && (package.Url.StartsWith("https://", StringComparison.OrdinalIgnoreCase) || package.Url.StartsWith("http://", StringComparison.OrdinalIgnoreCase)
            || package.Url.StartsWith("file:///", StringComparison.Ordinal));
}
