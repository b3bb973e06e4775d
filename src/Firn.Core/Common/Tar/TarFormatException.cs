namespace Firn.Common.Tar;

/// <summary>Bytes that are no canonical tar. The message names the member and what is wrong with it.</summary>
internal sealed class TarFormatException : Exception
{
    public TarFormatException(string message)
        : base(message)
    {
    }

    public TarFormatException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
