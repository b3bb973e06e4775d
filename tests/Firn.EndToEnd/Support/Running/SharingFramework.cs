using System.Reflection;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace Firn.EndToEnd.Support.Running;

/// <summary>
/// xunit's own, but for the end of a test run: xunit 2 has fixtures for a class and for a collection, none for all of an
/// assembly, and tests of several collections share what takes minutes to make.
/// </summary>
public sealed class SharingFramework(IMessageSink messageSink) : XunitTestFramework(messageSink)
{
    protected override ITestFrameworkExecutor CreateExecutor(AssemblyName assemblyName) =>
        new SharingExecutor(assemblyName, SourceInformationProvider, DiagnosticMessageSink);
}
