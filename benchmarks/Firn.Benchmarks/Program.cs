using System.CommandLine;
using Firn.Benchmarks.Compare;

var root = new RootCommand("Measures Firn beside the tools it replaces");

root.Subcommands.Add(CompareCommand.Create());

return root.Parse(args).Invoke();
