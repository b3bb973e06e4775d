using Firn.EndToEnd.Support;

namespace Firn.EndToEnd.Creation;

/// <summary>A capture as a lock, by every name by which a restore takes one.</summary>
public sealed class CreateFromCaptureTests(PublishedFirn firn) : IClassFixture<PublishedFirn>, IDisposable
{
    private readonly CreateFolder _folder = new(firn);

    [SkippableFact]
    public void All_names_of_a_capture_make_the_same_environment()
    {
        _folder.Add(CreateFolder.Speaking("alpha", "1.0"));
        var id = CreateFolder.IdOf(_folder.CreateFromWheels(_folder.Write("lock.txt", "alpha==1.0"), _folder.PathOf("env"), "--json"));
        _folder.Run("capture", _folder.PathOf("env"), "-o", "capture", "--archive", "--store", _folder.Store).MustReturn(0);
        _folder.Run("run", "--env", _folder.PathOf("env"), "--store", _folder.Store, "--as", "s/n", "--", "python", "-c", "pass").MustReturn(0);
        Directory.CreateSymbolicLink(_folder.PathOf("link"), _folder.Root);
        Directory.CreateSymbolicLink(_folder.PathOf("direct"), _folder.PathOf("capture"));
        File.Copy(_folder.PathOf("capture", "environment.json"), _folder.PathOf("other name.json"));
        var names = new[]
        {
            "capture", "./capture", "capture/", "capture//environment.json", "../" + Path.GetFileName(_folder.Root) + "/capture", "link/capture", "direct",
            "direct/", "other name.json", id, id[13..29], $"{id}@1", $"{id[13..29]}@1", "s/n", "s/n@1",
        };

        foreach (var (name, i) in names.Select(static (name, i) => (name, i)))
        {
            var made = _folder.Run("create", "-f", name, "--to", _folder.PathOf($"made-{i}"), "--store", _folder.Store, "--python", CreateFolder.Python, "--no-index", "--find-links", _folder.Wheels, "--json");

            Assert.Equal((name, id, made.StandardError), (name, made.ExitCode == 0 ? CreateFolder.IdOf(made) : made.StandardError, made.StandardError));
            _folder.Run("restore", name, "--to", _folder.PathOf($"restored-{i}"), "--store", _folder.Store).MustReturn(0);
        }
    }

    [SkippableTheory]
    [InlineData("capture")]
    [InlineData("locks/requirements.txt")]
    [InlineData("locks/none")]
    [InlineData("firn1:sha256:0123456789abcdef")]
    [InlineData("0123456789abcdef")]
    [InlineData("s/n@7")]
    public void What_is_not_there_is_one_line_and_a_hint(string name)
    {
        _folder.Run("store", "init", _folder.Store).MustReturn(0);

        CleanFailure.Check(_folder.Run("create", "-f", name, "--to", _folder.PathOf("env"), "--store", _folder.Store), 1);
    }

    public void Dispose() => _folder.Dispose();
}
