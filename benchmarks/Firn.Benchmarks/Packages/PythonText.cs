using System.Text;

namespace Firn.Benchmarks.Packages;

/// <summary>Modules that Python can compile, of the lengths and with the repetitions that modules have.</summary>
internal sealed class PythonText(FixedRandom random)
{
    private const int Words = 3000;
    private static readonly string[] Syllables =
        ["da", "ta", "re", "con", "ver", "in", "dex", "par", "se", "mo", "del", "ar", "ray", "li", "st", "get", "set", "map", "er", "ion"];

    private readonly string[] _words = ComposeWords();

    /// <summary>A module of about that many bytes.</summary>
    public byte[] Module(int length)
    {
        var text = new StringBuilder(length + 400);
        text.Append("\"\"\"").Append(Sentence(9)).Append("\"\"\"\n\nimport os\nimport sys\n\n");
        while (text.Length < length)
        {
            Function(text);
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <summary>Prose of about that many bytes, as in METADATA.</summary>
    public string Prose(int length)
    {
        var text = new StringBuilder(length + 100);
        while (text.Length < length)
        {
            text.Append(Sentence(12)).Append('\n');
        }

        return text.ToString();
    }

    private void Function(StringBuilder text)
    {
        var (one, two) = (Word(), Word() + "_");
        text.Append("\ndef ").Append(Word()).Append('_').Append(random.Below(100_000)).Append('(').Append(one)
            .Append(", ").Append(two).Append("=None):\n    \"\"\"").Append(Sentence(14)).Append("\"\"\"\n");
        for (var statements = 2 + random.Below(12); statements > 0; statements--)
        {
            var statement = random.Below(5) switch
            {
                0 => $"    if {one} is None:\n        return {two}\n",
                1 => $"    {two} = {one}.{Word()}({two}, {random.Below(1000)})\n",
                2 => $"    # {Sentence(8)}\n    {one} = [{Word()}_ for {Word()}_ in {two} if {one}]\n",
                3 => $"    {one}['{Word()}'] = os.path.join(str({two}), '{Word()}')\n",
                _ => $"    for {one} in range(len({two})):\n        {two}[{one}] += {random.Below(100)} * sys.maxsize\n",
            };
            text.Append(statement);
        }

        text.Append("    return ").Append(one).Append('\n');
    }

    private string Sentence(int words) =>
        string.Join(' ', Enumerable.Range(0, 2 + random.Below(words)).Select(_ => Word()));

    private string Word() => _words[random.SmallBelow(Words)];

    private static string[] ComposeWords()
    {
        var random = new FixedRandom(1);
        // The ending keeps them from being Python's keywords.
        return [.. Enumerable.Range(0, Words).Select(_ =>
            string.Concat(Enumerable.Range(0, 2 + random.Below(3)).Select(_ => Syllables[random.Below(Syllables.Length)])) + "x")];
    }
}
