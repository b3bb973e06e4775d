using System.Runtime.Versioning;
using System.Text;

namespace Firn.EndToEnd.Support;

/// <summary>A program that gcc builds, with the padded prefix in it, as conda-build's packages have them.</summary>
[UnsupportedOSPlatform("windows")]
internal static class CondaProgram
{
    private static readonly Lazy<byte[]> Once = new(Build);

    /// <summary>Prints the prefix that it was installed to, and a search path of two folders in it.</summary>
    public static byte[] Content => Once.Value;

    private static byte[] Build()
    {
        var source = SharedFolder.PathOf("prefix.c");
        Directory.CreateDirectory(SharedFolder.PathOf());
        // volatile, so that the compiler measures no text that is replaced later.
        File.WriteAllText(
            source,
            $$"""
            #include <stdio.h>
            static const char *volatile prefix = "{{CondaPackageFile.Padded}}";
            static const char *volatile path = "{{CondaPackageFile.Padded}}/lib:{{CondaPackageFile.Padded}}/lib64";
            int main(void) { printf("%s\n%s\n", prefix, path); return 0; }
            """,
            new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        var program = SharedFolder.PathOf("prefix");
        new ProcessRunner().Run(Part.Program("gcc"), "-o", program, source).MustReturn(0);
        return File.ReadAllBytes(program);
    }
}
