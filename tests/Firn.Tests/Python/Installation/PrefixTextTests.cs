using System.Text;
using Firn.Python.Installation;
using FsCheck;
using FsCheck.Fluent;

namespace Firn.Tests.Python.Installation;

public sealed class PrefixTextTests
{
    private static readonly PrefixToken[] Tokens =
        [new("/opt/env", "/@firn-prefix@"), new("/opt/env/project", "/@firn-project:demo@")];

    [Theory]
    [InlineData("CONFIG='-L/opt/env/lib'", "CONFIG='-L/@firn-prefix@/lib'")]
    [InlineData("prefix=/opt/env\n", "prefix=/@firn-prefix@\n")]
    [InlineData("/opt/env/lib:/opt/env", "/@firn-prefix@/lib:/@firn-prefix@")]
    [InlineData("file:///opt/env/x", "file:///@firn-prefix@/x")]
    [InlineData("$(DESTDIR)/opt/env/lib", "$(DESTDIR)/@firn-prefix@/lib")]
    [InlineData("{'demo': '/opt/env/project/src'}", "{'demo': '/@firn-project:demo@/src'}")]
    [InlineData("It is /opt/env.", "It is /@firn-prefix@.")]
    public void Replaces_at_the_boundary_of_a_path(string text, string expected)
    {
        var replaced = PrefixText.Replace(Encoding.UTF8.GetBytes(text), Tokens);

        Assert.NotNull(replaced);
        Assert.Equal(expected, Encoding.UTF8.GetString(replaced.Content));
        Assert.All(replaced.Offsets, offset => Assert.StartsWith("/@firn-", expected[(int)offset..]));
    }

    [Theory]
    [InlineData("/opt/env2/lib")]
    [InlineData("/opt/env-2")]
    [InlineData("/opt/env.old/lib")]
    [InlineData("/data/opt/env/lib")]
    [InlineData("../opt/env")]
    [InlineData("sub/opt/env")]
    [InlineData("nothing here")]
    [InlineData("/opt/env and /@firn-prefix@ already")]
    public void Leaves_other_paths_alone(string text) =>
        Assert.Null(PrefixText.Replace(Encoding.UTF8.GetBytes(text), Tokens));

    [Fact]
    public void Putting_the_folder_back_gives_the_text() => Prop.ForAll<byte[][]>(IsReversible).QuickCheckThrowOnFailure();

    private static bool IsReversible(byte[][] pieces)
    {
        byte[] original = [.. pieces.SelectMany(piece => piece.Concat("/opt/env"u8.ToArray()))];
        if (PrefixText.Replace(original, [Tokens[0]]) is not { } replaced)
        {
            return true;
        }

        var back = new List<byte>();
        var at = 0;
        foreach (var offset in replaced.Offsets)
        {
            back.AddRange(replaced.Content[at..(int)offset]);
            back.AddRange("/opt/env"u8);
            at = (int)offset + "/@firn-prefix@".Length;
        }

        back.AddRange(replaced.Content[at..]);
        return back.SequenceEqual(original);
    }
}
