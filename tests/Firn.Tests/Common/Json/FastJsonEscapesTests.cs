using Firn.Common.Json;

namespace Firn.Tests.Common.Json;

public sealed class FastJsonEscapesTests
{
    [Fact]
    public void SkipPlain_finds_each_special_byte_at_each_place()
    {
        for (var special = 0; special < 256; special++)
        {
            for (var place = 0; place < 24; place++)
            {
                var text = new byte[32];
                text.AsSpan().Fill((byte)(place % 2 == 0 ? 0xff : '#'));
                text[place] = (byte)special;
                var expected = special is < ' ' or '"' or '\\' ? place : 32;

                Assert.Equal(expected, FastJsonEscapes.SkipPlain(text, 0));
            }
        }
    }
}
