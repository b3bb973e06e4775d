using System.Collections.Immutable;

namespace Firn.Common.Json;

/// <summary>The member <c>problems</c> of a document: objects of <c>code</c>, <c>message</c> and, where there is one, <c>path</c>.</summary>
internal static class ProblemsJson
{
    private const string Member = "problems";

    /// <param name="json">Where to.</param>
    /// <param name="problems">The problems.</param>
    /// <param name="word">The caller's words for properties of requests; <see langword="null"/> for the properties' names.</param>
    public static void Write(CanonicalJsonWriter json, ImmutableArray<Problem> problems, Func<RequestSetting, string>? word = null)
    {
        json.Objects(Member, problems, problem =>
        {
            Table(new JsonMembers(json), problem with { Message = problem.Text?.Render(word) ?? problem.Message });
        });
    }

    /// <exception cref="FormatException">One of them lacks its code or its message.</exception>
    public static ImmutableArray<Problem> Of(JsonMembers json, ImmutableArray<Problem>? problems) => json.Objects(Member, problems, Table);

    private static Problem Table(JsonMembers json, Problem? problem) => new(
        Code: json.RequiredText("code", problem?.Code),
        Message: json.RequiredText("message", problem?.Message),
        Path: json.Text("path", problem?.Path));
}
