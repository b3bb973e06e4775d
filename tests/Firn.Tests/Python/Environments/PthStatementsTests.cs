using Firn.Python.Environments;

namespace Firn.Tests.Python.Environments;

public sealed class PthStatementsTests
{
    [Theory]
    [InlineData("import sys; sys.path.insert(0, '/data/code')")]
    [InlineData("import sys; sys.path.append('/data/code')")]
    [InlineData("import sys;sys.path[:0]=['/data/code']")]
    [InlineData("import os, site; site.addsitedir('/data/code')")]
    [InlineData("import site; site.addpackage('/data', 'x.pth', None)")]
    [InlineData("import os; exec(open('/data/code/hook.py').read())")]
    [InlineData("import os, sys; __import__(os.environ['HOOK'])")]
    [InlineData("import runpy; runpy.run_path('/data/hook.py')")]
    [InlineData("import importlib.util as u; s = u.spec_from_file_location('x', '/data/x.py')")]
    public void Find_what_only_running_it_would_tell_is_named_with_its_line(string statement)
    {
        var problem = PthStatements.Find("/env/x.pth", new PthLine(statement, IsStatement: true, 7));

        Assert.Equal(("pth-runs-code", "/env/x.pth"), (problem?.Code, problem?.Path));
        Assert.StartsWith("line 7 ", problem!.Message, StringComparison.Ordinal);
        Assert.EndsWith(statement, problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    // virtualenv, setuptools' editable installs, a plain import of a module that is archived.
    [InlineData("import _virtualenv")]
    [InlineData("import __editable___demo_1_0_finder; __editable___demo_1_0_finder.install()")]
    [InlineData("import coverage; coverage.process_startup()")]
    [InlineData("import os; var = 'SETUPTOOLS_USE_DISTUTILS'; enabled = os.environ.get(var, 'local') == 'local'; enabled and __import__('_distutils_hack').add_shim(); ")]
    [InlineData("import os, sys;exec('if \"COV_CORE_SOURCE\" in os.environ: from pytest_cov.embed import init; init()')")]
    [InlineData("import sys; sys.__plen = len(sys.path)")]
    [InlineData("import sys; new=sys.path[sys.__plen:]; del sys.path[sys.__plen:]; p=getattr(sys,'__egginsert',0); sys.path[p:p]=new; sys.__egginsert = p+len(new)")]
    [InlineData("import sys, types, os;has_mfs = sys.version_info > (3, 5);p = os.path.join(sys._getframe(1).f_locals['sitedir'], *('zope',));importlib = has_mfs and __import__('importlib.util');has_mfs and __import__('importlib.machinery');m = has_mfs and sys.modules.setdefault('zope', importlib.util.module_from_spec(importlib.machinery.PathFinder.find_spec('zope', [os.path.dirname(p)])));m = m or sys.modules.setdefault('zope', types.ModuleType('zope'));mp = (m or []) and m.__dict__.setdefault('__path__',[]);(p not in mp) and mp.append(p)")]
    public void Find_lines_of_known_tools_are_not_named(string statement) =>
        Assert.Null(PthStatements.Find("/env/x.pth", new PthLine(statement, IsStatement: true, 1)));

    [Fact]
    public void Find_a_secret_and_the_rest_of_a_long_line_are_not_shown()
    {
        var problem = PthStatements.Find(
            "/x.pth", new PthLine("import sys; sys.path.append('https://ana:geheim@host/x')" + new string('#', 4000), IsStatement: true, 1));

        Assert.DoesNotContain("geheim", problem!.Message, StringComparison.Ordinal);
        Assert.True(problem.Message.Length < 300);
    }
}
