using System.Reflection;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace Firn.EndToEnd.Support.Running;

/// <summary>Runs tests by <see cref="SharingRunner"/>.</summary>
internal sealed class SharingExecutor(
    AssemblyName assembly, ISourceInformationProvider sources, IMessageSink diagnostics)
    : XunitTestFrameworkExecutor(assembly, sources, diagnostics)
{
    // `async void` is what xunit's own method is: the end of a run is a message, not a return.
    protected override async void RunTestCases(
        IEnumerable<IXunitTestCase> testCases, IMessageSink executionMessageSink,
        ITestFrameworkExecutionOptions executionOptions)
    {
        using var runner = new SharingRunner(
            TestAssembly, testCases, DiagnosticMessageSink, executionMessageSink, executionOptions);
        await runner.RunAsync();
    }
}
