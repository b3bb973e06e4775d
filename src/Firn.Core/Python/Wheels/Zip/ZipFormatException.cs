namespace Firn.Python.Wheels.Zip;

/// <summary>Bytes that are no zip file that a wheel may be. The message names the member and what is wrong with it.</summary>
internal sealed class ZipFormatException(string message, Exception? innerException = null)
    : Exception(message, innerException);
