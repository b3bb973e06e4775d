using Firn.Conda.Linking;

namespace Firn.Tests.Conda.Linking;

public sealed class CondaEntryPointTests(LinkedPrefixes prefixes) : IClassFixture<LinkedPrefixes>
{
    [SkippableTheory]
    [InlineData("conda", "p")]
    [InlineData("conda", "with a blank")]
    [InlineData("rattler", "p")]
    [InlineData("rattler", "a-name-that-makes-the-first-line-of-the-script-longer-than-the-127-bytes-that-the-kernel-reads-of-it-and-so-needs-another-form")]
    public void Scripts_are_read_and_written_for_another_prefix(string tool, string name)
    {
        var from = prefixes.Install(tool, prefixes.NewPath(name));
        var to = prefixes.Install(tool, prefixes.NewPath("another place"));
        foreach (var command in (string[])["pure", "pure-sub"])
        {
            var script = File.ReadAllText(Path.Join(from, "bin", command));

            var entryPoint = CondaEntryPoint.Parse(script, from);

            Assert.NotNull(entryPoint);
            Assert.Equal("pure.cli", entryPoint.Module);
            Assert.Equal("bin/python3.11", entryPoint.Interpreter);
            Assert.Equal(script, entryPoint.Script(from));
            Assert.Equal(File.ReadAllText(Path.Join(to, "bin", command)), entryPoint.Script(to));
        }
    }

    [Theory]
    [InlineData("#!/p/bin/python\nprint(1)\n")]
    [InlineData("#!/p/bin/python")]
    [InlineData("")]
    [InlineData("#!/p/bin/python\n# -*- coding: utf-8 -*-\nimport re\nimport sys\n\nfrom os import x; evil\n\nif __name__ == '__main__':\n    sys.exit(x())\n")]
    [InlineData("#!/p/../../bin/python\n# -*- coding: utf-8 -*-\nimport re\nimport sys\n\nfrom a import b\n\nif __name__ == '__main__':\n    sys.argv[0] = re.sub(r'(-script\\.pyw?|\\.exe)?$', '', sys.argv[0])\n    sys.exit(b())\n")]
    public void Other_scripts_are_none(string script) => Assert.Null(CondaEntryPoint.Parse(script, "/p"));

    [Theory]
    [InlineData("pip", true)]
    [InlineData("jupyter-lab", true)]
    [InlineData("../pip", false)]
    [InlineData(".hidden", false)]
    [InlineData("", false)]
    [InlineData("a\nb", false)]
    public void Commands_are_names(string name, bool isCommand) => Assert.Equal(isCommand, CondaEntryPoint.IsCommand(name));
}
