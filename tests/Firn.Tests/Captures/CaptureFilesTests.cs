using Firn.Captures;
using Firn.Captures.Differences;
using Firn.Captures.Documents;
using Firn.Common;
using Firn.Tests.Documents;

namespace Firn.Tests.Captures;

public sealed class CaptureFilesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Read_gives_what_was_written()
    {
        var capture = FullCapture.Create();
        var files = CaptureFiles.Create(capture);

        CaptureFiles.Write(files, _folder["new/capture"]);
        var byFolder = CaptureFiles.Read(_folder["new/capture"]);
        var byFile = CaptureFiles.Read(_folder["new/capture/environment.json"]);

        // Records with arrays compare by reference: their documents tell.
        Assert.Equal(Text(files), Text(CaptureFiles.Create(byFolder)));
        Assert.Equal(Text(files), Text(CaptureFiles.Create(byFile)));
        Assert.True(CaptureComparer.Compare(capture, byFolder).AreEqual);
        // The document has whole seconds.
        Assert.Equal(capture.Timestamp.AddMilliseconds(-123), byFolder.Timestamp);
    }

    [Fact]
    public void Create_ends_with_the_document()
    {
        Assert.Equal(
            [
                CaptureFileNames.Pip, CaptureFileNames.Conda, CaptureFileNames.CondaExplicit, CaptureFileNames.System,
                Capture.FileName,
            ],
            CaptureFiles.Create(FullCapture.Create()).Select(file => file.Name));
        Assert.Equal(
            [CaptureFileNames.Pip, CaptureFileNames.System, Capture.FileName],
            CaptureFiles.Create(FullCapture.Create() with { Conda = null }).Select(file => file.Name));
    }

    [Fact]
    public void System_file_names_each_package_once()
    {
        var full = FullCapture.Create();
        var library = full.NativeLibraries.Libraries[0];
        var capture = full with
        {
            NativeLibraries = full.NativeLibraries with { Libraries = [library, library with { Soname = "libc.so.6" }] },
        };

        var system = CaptureFiles.Create(capture).Single(file => file.Name == CaptureFileNames.System);

        Assert.Equal("libc6=2.36-9\npython3-plain=1.0-1\n", System.Text.Encoding.UTF8.GetString(system.Content.Span));
    }

    [Fact]
    public void Write_removes_only_the_files_of_an_earlier_capture()
    {
        _folder.Write(CaptureFileNames.Conda, "stale");
        _folder.Write(CaptureFileNames.CondaExplicit, "stale");
        _folder.Write("environment-notes.txt", "mine");

        CaptureFiles.Write(CaptureFiles.Create(FullCapture.Create() with { Conda = null }), _folder.Path);

        Assert.Equal(
            [CaptureFileNames.Pip, CaptureFileNames.System, Capture.FileName, "environment-notes.txt"],
            new[] { CaptureFileNames.Pip, CaptureFileNames.System, Capture.FileName, "environment-notes.txt" }
                .Where(name => File.Exists(_folder[name])));
        Assert.Equal(4, Directory.GetFileSystemEntries(_folder.Path).Length);
    }

    [Fact]
    public void Read_of_a_folder_without_a_capture_fails() =>
        Assert.Contains(
            Capture.FileName, Assert.Throws<FirnException>(() => CaptureFiles.Read(_folder.Path)).Message, StringComparison.Ordinal);

    private static string[] Text(IReadOnlyList<CaptureFile> files) =>
        [.. files.Select(file => $"{file.Name}\n{System.Text.Encoding.UTF8.GetString(file.Content.Span)}")];
}
