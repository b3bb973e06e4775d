using Firn.Common;
using Firn.Projects;

namespace Firn.Tests.Projects;

public sealed class ProjectLocatorTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Dictionary<string, string> _variables = new(StringComparer.Ordinal);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Find_takes_the_nearest_above()
    {
        _folder.Write("outer/firn.yaml");
        _folder.Write("outer/inner/firn.yaml");
        Directory.CreateDirectory(_folder["outer/inner/src/deep"]);

        Assert.Equal(_folder["outer/inner"], ProjectLocator.Find(null, In("outer/inner/src/deep")));
        Assert.Equal(_folder["outer"], ProjectLocator.Find(null, In("outer")));
    }

    [Fact]
    public void Find_gives_null_where_there_is_none_and_require_says_how()
    {
        Assert.Null(ProjectLocator.Find(null, In(".")));
        var failure = Assert.Throws<FirnException>(() => ProjectLocator.Require(null, In(".")));
        Assert.Contains("firn init", failure.Hint.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Option_names_the_folder_or_the_file()
    {
        _folder.Write("other/firn.yaml");

        Assert.Equal(_folder["other"], ProjectLocator.Find("other", In(".")));
        Assert.Equal(_folder["other"], ProjectLocator.Find("other/", In(".")));
        Assert.Equal(_folder["other"], ProjectLocator.Find("other/firn.yaml", In(".")));
    }

    [Fact]
    public void Option_without_a_project_fails()
    {
        _folder.Write("firn.yaml");
        Directory.CreateDirectory(_folder["empty"]);

        Assert.Contains("no firn.yaml in", Failure("empty"), StringComparison.Ordinal);
        Assert.Contains("no folder", Failure("gone"), StringComparison.Ordinal);

        string Failure(string option) =>
            Assert.Throws<FirnException>(() => ProjectLocator.Find(option, In("."))).Message;
    }

    [Fact]
    public void Store_is_the_options_the_variables_the_projects_or_the_users()
    {
        var project = new Project { Folder = _folder["p"], Name = "p", Store = "../kept" };

        Assert.Equal("/home/me/.local/share/firn/store", ProjectStore.Locate(null, null, In(".")));
        Assert.Equal(_folder["kept"], ProjectStore.Locate(null, project, In(".")));
        Assert.Equal("/home/me/s", ProjectStore.Locate(null, project with { Store = "~/s" }, In(".")));
        _variables["FIRN_STORE"] = "/variable";
        Assert.Equal("/variable", ProjectStore.Locate(null, project, In(".")));
        Assert.Equal("/option", ProjectStore.Locate("/option", project, In(".")));
    }

    private SystemContext In(string folder) => new()
    {
        Variables = _variables,
        HomeDirectory = "/home/me",
        CurrentDirectory = Path.GetFullPath(_folder[folder]),
    };
}
