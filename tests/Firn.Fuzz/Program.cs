using Firn.Cli;
using Firn.Common;
using Firn.Fuzz;
using Firn.Fuzz.Running;
using Firn.Fuzz.Targets;

try
{
    var options = FuzzOptions.Parse(args);
    using var scratch = new ScratchFolder();
    // A process that dies (a stack that overflows) cannot say on which input.
    Console.Error.WriteLine($"seed {options.Seed}; the running input's number is in {scratch["running.txt"]}");
    return new FuzzCampaign(options, AllTargets.Create(scratch), scratch).Run() ? ExitCodes.Done : ExitCodes.Failed;
}
catch (FirnException exception)
{
    Console.Error.WriteLine($"{exception.Message}\n{exception.Hint}");
    return ExitCodes.Of(exception.Kind);
}
