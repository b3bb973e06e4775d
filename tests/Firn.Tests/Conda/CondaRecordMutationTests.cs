using Firn.Conda;
using Firn.Conda.Prefixes;
using Firn.Tests.Conda.Prefixes;
using FsCheck;
using FsCheck.Fluent;

namespace Firn.Tests.Conda;

public sealed class CondaRecordMutationTests
{
    private static readonly byte[] Record = File.ReadAllBytes(Path.Join(
        CondaPrefixFixture.Fixtures, "prefixes", "real", "conda-meta", "pysocks-1.7.1-pyh0701188_6.json"));

    [Fact]
    public void Read_never_throws_on_a_mutated_record() => Check.QuickThrowOnFailure(Prop.ForAll(
        Gen.Choose(0, Record.Length - 1).Zip(Gen.Choose(0, 255)).ArrayOf(6).ToArbitrary(),
        changes =>
        {
            var bytes = (byte[])Record.Clone();
            foreach (var (position, value) in changes)
            {
                bytes[position] = (byte)value;
            }

            var package = CondaRecordReader.Read(bytes, out var error);
            return (package is null) == (error is not null);
        }));

    [Fact]
    public void Read_never_throws_on_a_cut_record() => Check.QuickThrowOnFailure(Prop.ForAll(
        Gen.Choose(0, Record.Length - 1).ToArbitrary(),
        length => CondaRecordReader.Read(Record.AsSpan(0, length), out var error) is null && error is not null));

    [Fact]
    public void Read_never_throws_when_values_change_places() => Check.QuickThrowOnFailure(Prop.ForAll(
        Gen.Elements("\"x\"", "1", "-1e9", "null", "true", "[]", "[[\"a\"]]", "{}", "{\"paths\":[{\"_path\":\"\\u0000/../x\"}]}")
            .ArrayOf(8).ToArbitrary(),
        values =>
        {
            string[] names = ["files", "paths_data", "depends", "url", "channel", "noarch", "build_number", "requested_specs"];
            var fields = names.Zip(values, (name, value) => $"\"{name}\":{value}");
            var json = $"{{\"name\":\"a\",\"version\":\"1\",\"build\":\"0\",{string.Join(',', fields)}}}";
            return CondaRecordReader.Read(System.Text.Encoding.UTF8.GetBytes(json), out _) is not null;
        }));

    [Fact]
    public void Matches_never_throws_on_any_spec() => Check.QuickThrowOnFailure(Prop.ForAll(
        Gen.Elements("python", " ", ">=", "3.11", ",", "|", "(", ")", "*", "=", "!=", "~=", "[", "]", "version='", "'", "_", "^", "$", "+", "!", "::")
            .ArrayOf().ToArbitrary(),
        tokens =>
        {
            var package = new CondaPackage { Name = "python", Version = "3.11.9", Build = "h_0", ChannelName = "c", FileName = "f" };
            _ = CondaDependency.Parse(string.Concat(tokens)).Matches(package);
            return true;
        }));
}
