using System.Text;
using Firn.Common;
using Firn.Runs.Secrets;

namespace Firn.Runs.Records;

/// <summary>Puts the secrets that a record has masked back, from the variables of whoever runs the run again.</summary>
internal static class SecretRestorer
{
    /// <summary>What masked arguments are taken from: this, and the name in capitals.</summary>
    public const string Variable = "FIRN_SECRET_";

    /// <summary>Refuses to run with what is masked: in the command, and in variables, which keep their names.</summary>
    /// <param name="execution">What was run.</param>
    /// <param name="user">Has the values.</param>
    /// <exception cref="FirnException">One is not there.</exception>
    public static void Require(Execution execution, SystemContext user)
    {
        var masked = new List<string>(execution.MaskedArguments);
        var names = VariablesOf(execution.MaskedArguments);
        foreach (var (name, value) in execution.Variables)
        {
            if (value == SecretVariables.Mask)
            {
                masked.Add(name);
                names.Add(name);
            }
        }

        var missing = names.FindAll(name => user.Variable(name) is null);
        if (missing.Count > 0)
        {
            throw new FirnException(
                $"the command of {execution.Subject}/{execution.Name} had secrets that are not kept: "
                + string.Join(", ", masked.Where((_, at) => missing.Contains(names[at]))),
                $"supply them: set the variable{(missing.Count == 1 ? string.Empty : "s")} {string.Join(", ", missing)} and run it again");
        }
    }

    /// <summary>The command as it was started.</summary>
    /// <param name="execution">What was run.</param>
    /// <param name="user">Has <see cref="Variable"/> and the name for each secret.</param>
    /// <exception cref="FirnException">One is not there, or cannot be told from the command's own words.</exception>
    public static IReadOnlyList<string> Fill(Execution execution, SystemContext user)
    {
        Require(execution, user);
        if (execution.MaskedArguments.IsEmpty)
        {
            return execution.Command;
        }

        var names = VariablesOf(execution.MaskedArguments);
        var next = 0;
        var filled = new List<string>(execution.Command.Length);
        foreach (var argument in execution.Command)
        {
            var parts = argument.Split(SecretVariables.Mask);
            var text = new StringBuilder(parts[0]);
            for (var i = 1; i < parts.Length; i++)
            {
                text.Append(next < names.Count ? user.Variable(names[next]) : SecretVariables.Mask).Append(parts[i]);
                next++;
            }

            filled.Add(text.ToString());
        }

        return next == names.Count
            ? filled
            : throw new FirnException(
                $"the command of {execution.Subject}/{execution.Name} holds {SecretVariables.Mask} of its own beside the secrets that were masked",
                "run the command anew: `firn results show` names the run's files, and its run.json the command");
    }

    /// <summary>The variables that <see cref="Fill"/> asks for; a name that comes twice gets a number.</summary>
    public static List<string> VariablesOf(IReadOnlyList<string> masked)
    {
        var names = new List<string>();
        foreach (var name in masked)
        {
            var text = new StringBuilder(Variable);
            foreach (var c in name.TrimStart('-'))
            {
                text.Append(char.IsAsciiLetterOrDigit(c) ? char.ToUpperInvariant(c) : '_');
            }

            var first = text.ToString();
            for (var i = 2; names.Contains(text.ToString()); i++)
            {
                text.Clear().Append(first).Append('_').Append(i);
            }

            names.Add(text.ToString());
        }

        return names;
    }
}
