using System.Collections.Immutable;
using System.Text.Json;

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
        json.StartArray(Member);
        foreach (var problem in problems)
        {
            json.StartObject();
            json.String("code", problem.Code);
            json.String("message", problem.Text?.Render(word) ?? problem.Message);
            json.String("path", problem.Path);
            json.EndObject();
        }

        json.EndArray();
    }

    /// <exception cref="FormatException">One of them lacks its code or its message.</exception>
    public static ImmutableArray<Problem> Read(JsonElement root) => root.Objects(Member, static problem => new Problem(
        problem.RequiredText("code"), problem.Text("path"), problem.RequiredText("message")));
}
