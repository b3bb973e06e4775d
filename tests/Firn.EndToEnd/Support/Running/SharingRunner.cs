using Xunit.Abstractions;
using Xunit.Sdk;

namespace Firn.EndToEnd.Support.Running;

/// <summary>Deletes what was shared when the last test has ended, and before anybody hears that the run has.</summary>
internal sealed class SharingRunner(
    ITestAssembly assembly, IEnumerable<IXunitTestCase> cases, IMessageSink diagnostics, IMessageSink execution,
    ITestFrameworkExecutionOptions options)
    : XunitTestAssemblyRunner(assembly, cases, diagnostics, execution, options)
{
    protected override Task BeforeTestAssemblyFinishedAsync()
    {
        SharedFolder.Delete();
        return base.BeforeTestAssemblyFinishedAsync();
    }
}
