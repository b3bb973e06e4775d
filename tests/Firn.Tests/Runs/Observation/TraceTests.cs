using Firn.Runs.Observation;

namespace Firn.Tests.Runs.Observation;

/// <summary>Runs that are followed by ptrace.</summary>
public sealed class TraceTests
{
    [SkippableFact]
    public void Every_silent_process_is_named_however_short_it_lives()
    {
        using var run = new ObservedRun("3.11.7") { Mode = ObservationMode.Trace };
        run.Project.Write(
            "start.py",
            """
            import subprocess, sys
            for option in ['-I', '-E', '-S']:
                subprocess.check_call([sys.executable, option, '-c', 'pass'])
            subprocess.check_call([sys.executable, '-c', 'pass'], env={})
            subprocess.check_call([sys.executable, '-c', 'import json'])
            subprocess.check_call([sys.executable, '--version'])
            """);

        var observation = run.Observe("start.py");

        Assert.Equal((0, "Python 3.11.7\n", ""), (run.ExitCode, run.Output, run.Error));
        Assert.Equal(ObservationMode.Trace, observation.Mode);
        Assert.Equal(
            ["-I", "-E", "-S", "an empty environment"],
            observation.Processes.Where(process => !process.IsObserved).Select(process => process.Why));
        Assert.Equal(2, observation.Processes.Count(process => process.IsObserved));
    }

    [SkippableFact]
    public void Program_behaves_as_ever()
    {
        using var run = new ObservedRun("3.11.7");
        run.Project.Write(
            "busy.py",
            """
            import multiprocessing, os, signal, subprocess, sys, threading, time
            def work(n): return n + 1
            if __name__ == '__main__':
                threads = [threading.Thread(target=time.sleep, args=(0.01,)) for _ in range(20)]
                [t.start() for t in threads]; [t.join() for t in threads]
                with multiprocessing.Pool(2) as pool: print(pool.map(work, range(5)))
                signal.signal(signal.SIGUSR1, lambda *a: print('usr1'))
                os.kill(os.getpid(), signal.SIGUSR1)
                child = subprocess.Popen(['sleep', '30'])
                child.send_signal(signal.SIGSTOP)
                print(os.WIFSTOPPED(os.waitpid(child.pid, os.WUNTRACED)[1]))
                time.sleep(0.1)
                print(open('/proc/%d/stat' % child.pid).read().split(')')[1].split()[0] in 'tT')
                child.send_signal(signal.SIGCONT)
                child.terminate()
                print(child.wait())
                sys.exit(9)
            """);
        run.RunBare("busy.py");
        var bare = (run.Output, run.Error, run.ExitCode);
        run.Mode = ObservationMode.Trace;

        run.Observe("busy.py");

        Assert.Equal(9, run.ExitCode);
        Assert.Equal(bare, (run.Output, run.Error, run.ExitCode));
    }

    [SkippableTheory]
    [InlineData("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", 139)]
    [InlineData("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", 137)]
    [InlineData("import sys; sys.exit(200)", 200)]
    [InlineData("import subprocess, sys; subprocess.Popen(['sleep', '5'], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL); sys.exit(4)", 4)]
    public void Tracer_ends_as_the_command_does(string code, int exitCode)
    {
        using var run = new ObservedRun("3.11.7") { Mode = ObservationMode.Trace };
        var watch = System.Diagnostics.Stopwatch.StartNew();

        var observation = run.Observe("-c", code);

        Assert.Equal(exitCode, run.ExitCode);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(4), "the tracer waited for what the command left behind");
        Assert.True(Assert.Single(observation.Processes).IsObserved);
    }

    [SkippableFact]
    public void Libraries_of_a_crashed_process_are_known()
    {
        const string Gomp = "/usr/lib/x86_64-linux-gnu/libgomp.so.1";
        Firn.Tests.Part.Require(Gomp);
        using var run = new ObservedRun("3.11.7") { Mode = ObservationMode.Trace };

        var observation = run.Observe("-c", $"import ctypes, os; ctypes.CDLL('{Gomp}'); os.kill(os.getpid(), 11)");

        Assert.Equal(Firn.Common.Files.RealPath.Of(Gomp), Assert.Single(observation.OpenMpRuntimes.ToArray()));
    }
}
