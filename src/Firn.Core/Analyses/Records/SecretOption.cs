namespace Firn.Analyses.Records;

/// <summary>An option whose value is a secret.</summary>
/// <param name="Name">The option.</param>
/// <param name="Form">How the value is written.</param>
/// <param name="Separator">What stands before the secret in the value; <c>'\0'</c> where all of it is one.</param>
internal readonly record struct SecretOption(string Name, SecretOptionForm Form, char Separator = '\0');
