using System.Globalization;
using System.Text;

namespace Firn.Fuzz.Running;

/// <summary>Keeps the inputs that failed, and says how to run them again.</summary>
internal sealed class FailureFolder(string path, ulong seed)
{
    /// <summary>Saves the input and returns what to tell about it.</summary>
    public string Save(FuzzFailure failure)
    {
        Directory.CreateDirectory(path);
        var name = string.Create(CultureInfo.InvariantCulture, $"{failure.Target}-{seed}-{failure.Index}.bin");
        var file = Path.Join(path, name);
        File.WriteAllBytes(file, failure.Input);
        return new StringBuilder()
            .Append(CultureInfo.InvariantCulture, $"{failure.Target}: input {failure.Index} of seed {seed} {failure.Reason}\n")
            .Append("again: dotnet run -c Release --project tests/Firn.Fuzz -- ")
            .Append(CultureInfo.InvariantCulture, $"--target {failure.Target} --replay {file}\n")
            .ToString();
    }
}
