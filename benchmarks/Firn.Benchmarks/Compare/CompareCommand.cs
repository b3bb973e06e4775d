using System.CommandLine;
using Firn.Benchmarks.Packages;

namespace Firn.Benchmarks.Compare;

/// <summary>
/// <c>compare WHAT</c>: whole processes side by side. Returns 0 where Firn is as much faster as it has to be, 1 where it
/// is not, 2 where nothing could be measured.
/// </summary>
internal static class CompareCommand
{
    private const int FewestRuns = 7;

    private static readonly Option<string?> Python = new("--python")
    {
        Description = "The Python to measure on (an interpreter or a prefix); else the one with the most distributions",
    };

    private static readonly Option<int> Runs = new("--runs")
    {
        Description = $"How often each process is measured, {FewestRuns} or more",
        DefaultValueFactory = _ => 9,
    };

    private static readonly Option<bool> Json = new("--json") { Description = "Write all times as JSON" };

    private static readonly Option<string?> Firn = new("--firn")
    {
        Description = "A firn executable; else the one of this checkout is published",
    };

    public static Command Create()
    {
        Runs.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() < FewestRuns)
            {
                result.AddError($"--runs must be {FewestRuns} or more");
            }
        });
        return new Command("compare", "Whole processes side by side; fails where Firn is too slow")
        {
            Capture(),
            Freeze(),
            Stores("archive", "firn capture --archive beside borg create, first and again", (comparer, python) =>
                [comparer.FirstArchive(python), comparer.NextArchive(python)]),
            Stores("restore", "firn restore beside cp -a, and with --link beside cp -al", (comparer, python) =>
                [comparer.Restore(python), comparer.RestoreLinked(python)]),
            Results(),
            Overheads(),
            Creations(),
            Images(),
        };
    }

    private static Command Stores(
        string name, string description, Func<StoreComparer, PythonPrefix, IReadOnlyList<Comparison>> compare)
    {
        var command = new Command(name, description) { Python, Runs, Json, Firn };
        command.SetAction(parsed => RunAll(parsed, (firn, folder) =>
            compare(new StoreComparer(firn, folder, parsed.GetValue(Runs)), ChosenPython(parsed))));
        return command;
    }

    private static Command Capture()
    {
        var prefix = new Argument<string?>("PREFIX")
        {
            Description = "The conda environment, with --conda",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var conda = new Option<string?>("--conda") { Description = "Compare with this conda instead of pip" };
        var command = new Command("capture", "firn capture -o beside pip freeze, or conda list --export")
        {
            prefix, conda, Python, Runs, Json, Firn,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(conda) is null != result.GetValue(prefix) is null)
            {
                result.AddError("--conda and PREFIX go together");
            }
        });
        command.SetAction(parsed => Run(parsed, comparer => parsed.GetValue(conda) is { } executable
            ? comparer.CaptureBesideConda(executable, Path.GetFullPath(parsed.GetValue(prefix)!))
            : comparer.CaptureBesidePip(ChosenPython(parsed))));
        return command;
    }

    private static Command Freeze()
    {
        var command = new Command("freeze", "firn export --format pip beside pip freeze") { Python, Runs, Json, Firn };
        command.SetAction(parsed => Run(parsed, comparer => comparer.FreezeBesidePip(ChosenPython(parsed))));
        return command;
    }

    private static Command Results()
    {
        var command = new Command("results", "firn results add to stores of growing size, and 10,000 in one call") { Runs, Json, Firn };
        command.SetAction(parsed => Run(parsed, (firn, folder) =>
        {
            var measured = new ResultsComparer(firn, folder, parsed.GetValue(Runs)).Measure();
            if (parsed.GetValue(Json))
            {
                ResultsWriter.WriteJson(Console.OpenStandardOutput(), measured);
            }
            else
            {
                ResultsWriter.WriteTable(Console.Out, measured);
            }

            return measured.IsMet;
        }));
        return command;
    }

    private static Command Overheads()
    {
        var command = new Command("run", "firn run -- python -c pass beside python -c pass, observed and not")
        {
            Python, Runs, Json, Firn,
        };
        command.SetAction(parsed => Run(parsed, (firn, folder) =>
        {
            var comparer = new RunOverheadComparer(firn, folder, parsed.GetValue(Runs));
            var measured = new[] { comparer.Small(), comparer.Of(ChosenPython(parsed)) };
            foreach (var overhead in measured)
            {
                if (parsed.GetValue(Json))
                {
                    RunOverheadWriter.WriteJson(Console.OpenStandardOutput(), overhead);
                }
                else
                {
                    RunOverheadWriter.WriteTable(Console.Out, overhead);
                }
            }

            return measured.All(overhead => overhead.IsMet);
        }));
        return command;
    }

    private static Command Creations()
    {
        var runs = FewRuns();
        var serve = new Option<string?>("--serve")
        {
            Description = "Make the packages in this folder, serve them, and measure nothing",
            HelpName = "DIR",
        };
        var command = new Command("create", "firn create beside python -m venv and pip install, empty and filled caches")
        {
            Python, runs, serve, Json, Firn,
        };
        command.SetAction(parsed => parsed.GetValue(serve) is { } folder ? Serve(folder) : Run(parsed, (firn, work) =>
            Write(parsed, new CreateComparer(firn, ChosenPython(parsed), work, parsed.GetValue(runs)).Measure())));
        return command;
    }

    /// <summary>Where a run takes half a minute.</summary>
    private static Option<int> FewRuns()
    {
        var runs = new Option<int>("--runs")
        {
            Description = "How often each process is measured",
            DefaultValueFactory = _ => 3,
        };
        runs.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() < 1)
            {
                result.AddError("--runs must be 1 or more");
            }
        });
        return runs;
    }

    private static Command Images()
    {
        var template = new Argument<string>("TEMPLATE") { Description = "A checkout of the Docker template, or a folder with its installation" };
        var engine = new Option<string>("--engine") { Description = "docker or podman", DefaultValueFactory = _ => "docker" };
        engine.AcceptOnlyFromAmong("docker", "podman");
        var runs = FewRuns();
        var command = new Command("images", "firn image build beside the Docker template's own builds; needs root and debootstrap")
        {
            template, engine, runs, Json, Firn,
        };
        command.SetAction(parsed => Run(parsed, (firn, folder) => Write(
            parsed,
            new ImageComparer(firn, Path.GetFullPath(parsed.GetValue(template)!), parsed.GetValue(engine)!, folder, parsed.GetValue(runs)).Measure())));
        return command;
    }

    private static bool Write(ParseResult parsed, CreateMeasurement measured)
    {
        if (parsed.GetValue(Json))
        {
            CreateWriter.WriteJson(Console.OpenStandardOutput(), measured);
        }
        else
        {
            CreateWriter.WriteTable(Console.Out, measured);
        }

        return measured.IsMet;
    }

    /// <summary>For a profiler, or a look at one command: the packages stay until the standard input ends.</summary>
    private static int Serve(string folder)
    {
        using var site = PackageSite.Create(folder, CreateComparer.Packages);
        Console.Out.WriteLine($"-f {site.Requirements} --index-url {site.IndexUrl}");
        Console.Out.WriteLine($"-f {site.ExplicitFile}");
        Console.In.ReadToEnd();
        return 0;
    }

    private static PythonPrefix ChosenPython(ParseResult parsed) =>
        parsed.GetValue(Python) is { } path ? PythonPrefix.At(path) : PythonPrefix.Largest();

    private static int Run(ParseResult parsed, Func<Comparer, Comparison> compare) =>
        RunAll(parsed, (firn, folder) => [compare(new Comparer(firn, folder, parsed.GetValue(Runs)))]);

    private static int RunAll(ParseResult parsed, Func<string, WorkFolder, IReadOnlyList<Comparison>> compare) =>
        Run(parsed, (firn, folder) =>
        {
            var comparisons = compare(firn, folder);
            foreach (var comparison in comparisons)
            {
                if (parsed.GetValue(Json))
                {
                    ComparisonWriter.WriteJson(Console.OpenStandardOutput(), comparison);
                }
                else
                {
                    ComparisonWriter.WriteTable(Console.Out, comparison);
                }
            }

            return comparisons.All(comparison => comparison.IsMet);
        });

    private static int Run(ParseResult parsed, Func<string, WorkFolder, bool> measure)
    {
        try
        {
            using var folder = new WorkFolder();
            return measure(parsed.GetValue(Firn) ?? FirnBuild.Publish(folder), folder) ? 0 : 1;
        }
        catch (BenchmarkException exception)
        {
            Console.Error.WriteLine($"error: {exception.Message}");
            return 2;
        }
    }
}
