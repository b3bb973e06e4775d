using Firn.Common;

namespace Firn.Tests.Common;

public sealed class MessageTextTests
{
    [Fact]
    public void ToString_has_the_names_of_properties()
    {
        MessageText text = $"name {RequestSetting.Store:DIR} or {RequestSetting.NewCondaName} {"lab"}";

        Assert.Equal("name Store or CondaName lab", text.ToString());
    }

    [Fact]
    public void Render_has_the_caller_s_words_and_what_stands_for_values()
    {
        MessageText text = $"{RequestSetting.Replaces} replaces {12}, or name {RequestSetting.Store:DIR} in its place";

        Assert.Equal("<Replaces> replaces 12, or name <Store> DIR in its place", text.Render(setting => $"<{setting}>"));
    }

    [Fact]
    public void Render_of_a_text_is_the_text()
    {
        MessageText text = "look at its permissions";

        Assert.Equal("look at its permissions", text.Render(_ => "wrong"));
        Assert.Equal(string.Empty, default(MessageText).Render(_ => "wrong"));
    }

    [Fact]
    public void A_message_within_a_message_keeps_its_properties()
    {
        MessageText inner = $"or {RequestSetting.Python:EXE}";
        MessageText outer = $"{RequestSetting.Links} ({inner}) {inner}";

        Assert.Equal("[Links] (or [Python] EXE) or [Python] EXE", outer.Render(setting => $"[{setting}]"));
        Assert.Equal("a; [Links] (or [Python] EXE) or [Python] EXE", MessageText.Join("; ", ["a", outer]).Render(setting => $"[{setting}]"));
    }

    [Fact]
    public void Names_of_properties_in_what_is_filled_in_are_text()
    {
        MessageText text = $"{"Store"} {RequestSetting.Store}";

        Assert.Equal("Store -", text.Render(_ => "-"));
    }

    [Fact]
    public void Equals_compares_text_and_properties()
    {
        MessageText named = $"{RequestSetting.Store}";
        MessageText same = $"{RequestSetting.Store}";
        MessageText plain = "Store";

        Assert.Equal(named, same);
        Assert.Equal(named.GetHashCode(), same.GetHashCode());
        Assert.NotEqual(named, plain);
    }

    [Fact]
    public void A_failure_has_both()
    {
        var failure = new FirnException($"{RequestSetting.Python} is wrong", $"{RequestSetting.Replaces} replaces {1.5}");

        Assert.Equal("Python is wrong", failure.Message);
        Assert.Equal("- is wrong", failure.Text.Render(_ => "-"));
        Assert.Equal("- replaces 1.5", failure.Hint.Render(_ => "-"));
    }
}
