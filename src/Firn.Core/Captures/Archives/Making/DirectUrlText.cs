using System.Text;
using System.Text.Json;
using Firn.Common;

namespace Firn.Captures.Archives.Making;

/// <summary>Takes credentials out of <c>direct_url.json</c> and leaves every other byte as it is.</summary>
internal static class DirectUrlText
{
    public static string WithoutCredentials(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(Encoding.UTF8.GetBytes(json));
            if (document.RootElement.Text("url") is { } url && Credentials.Remove(url) is { } clean && clean != url)
            {
                return json.Replace(
                    JsonEncodedText.Encode(url).ToString(), JsonEncodedText.Encode(clean).ToString(), StringComparison.Ordinal)
                    .Replace(url, clean, StringComparison.Ordinal);
            }

            return json;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // What cannot be read may hold anything.
            return "{}";
        }
    }
}
