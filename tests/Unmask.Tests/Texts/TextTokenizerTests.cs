using Unmask.Graphs;
using Unmask.Training;

namespace Unmask.Tests.Texts;

/// <summary>Words, their places, and their numbers.</summary>
public sealed class TextTokenizerTests
{
    [Theory]
    [InlineData("Don't look, NOW!", "Don't|look|,|NOW|!")]
    [InlineData("  21st century's \"new\"\tConan\n", "21st|century's|\"|new|\"|Conan")]
    [InlineData("'quoted' rock 'n' roll it’s", "'|quoted|'|rock|'|n|'|roll|it’s")]
    [InlineData("jean-claud.damme", "jean|-|claud|.|damme")]
    [InlineData("1'000 o'clock'", "1|'|000|o'clock|'")]
    [InlineData("Größe naïve Ёлка", "Größe|naïve|Ёлка")]
    [InlineData("cafe\u0301 हिन्दी", "cafe\u0301|हिन्दी")]
    [InlineData("映画はB級", "映|画|は|B|級")]
    [InlineData("so good 👍🏽!\U0001F3AC", "so|good|👍|🏽|!|\U0001F3AC")]
    [InlineData("\uFEFFa\u00A0b\u2028c\0d", "a|b|c|d")]
    [InlineData("", "")]
    [InlineData(" \r\n", "")]
    public void Words_are_found_with_their_places(string text, string expected)
    {
        var tokens = new TextTokenizer(Vocabulary.Of([]), 5).Tokenize(text);
        Assert.Equal(expected, string.Join('|', tokens.Select(token => text.Substring(token.Start, token.Length))));
        Assert.All(tokens, token => Assert.Equal(Vocabulary.Unknown, token.Id));
        // Nothing but white space and invisible signs lies between.
        Assert.All(tokens.Skip(1).Zip(tokens), pair => Assert.True(pair.First.Start >= pair.Second.Start + pair.Second.Length));
    }

    [Fact]
    public void Half_a_character_is_a_sign() =>
        Assert.Equal([(0, 1), (1, 1), (2, 1)], new TextTokenizer(Vocabulary.Of([]), 5).Tokenize("a\uD83Db").Select(token => (token.Start, token.Length)));

    [Fact]
    public void Places_are_counted_in_characters_of_the_text()
    {
        var tokenizer = new TextTokenizer(Vocabulary.FromText("<padding>\n<unknown>\ngood\n!\n"), 6);
        Assert.Equal([new(1, 0, 2), new(2, 3, 4), new(3, 7, 1)], tokenizer.Tokenize("👍 GOOD!").ToArray());
        Assert.Equal([1L, 2, 3, 0, 0, 0], tokenizer.Encode("👍 GOOD!"));
        Assert.Equal([2L, 2, 2, 2, 2, 2], tokenizer.Encode("good good good good good good ! ! !"));
        Assert.Equal(9, tokenizer.Tokenize("good good good good good good ! ! !").Length);
    }

    [Fact]
    public void The_vocabulary_is_of_the_most_frequent_words_then_by_their_characters()
    {
        string[] texts = ["b a c", "B a, c", "b É é d"];
        Assert.Equal("<padding>\n<unknown>\nb\na\nc\né\n", Vocabulary.Of(texts).ToText());
        Assert.Equal("<padding>\n<unknown>\nb\na\n", Vocabulary.Of(texts, size: 4).ToText());
        Assert.Equal("<padding>\n<unknown>\nb\n", Vocabulary.Of(texts, minimumCount: 3).ToText());
        Assert.Equal("<padding>\n<unknown>\nb\na\nc\né\n,\nd\n", Vocabulary.Of(texts, minimumCount: 1).ToText());
    }

    [Fact]
    public void A_word_is_known_in_any_case()
    {
        var vocabulary = Vocabulary.Of(["é É don't DON'T"]);
        Assert.Equal([3, 3, 2, 1], ((string[])["É", "é", "Don'T", "dont"]).Select(word => vocabulary.IdOf(word)));
        Assert.Equal(vocabulary.ToText(), Vocabulary.FromText(vocabulary.ToText()).ToText());
    }

    [Fact]
    public void What_is_no_vocabulary_is_refused()
    {
        Assert.Contains("the first line is \"a\"", Assert.Throws<UnmaskException>(() => Vocabulary.FromText("a\nb\n")).Message, StringComparison.Ordinal);
        Assert.Contains("\"a\" stands on 2 lines", Assert.Throws<UnmaskException>(() => Vocabulary.FromText("<padding>\n<unknown>\na\na\n")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_network_carries_its_tokenizer()
    {
        var network = Networks.TextBag(4, 7, 2);
        Assert.Null(TextTokenizer.Of(network));
        var vocabulary = Vocabulary.FromText("<padding>\n<unknown>\ngood\n!\n");
        var read = TextTokenizer.Of(OnnxReader.Read(OnnxWriter.ToBytes(new TextTokenizer(vocabulary, 7).WriteTo(network))))!;
        Assert.Equal((7, vocabulary.ToText()), (read.Length, read.Vocabulary.ToText()));
        Assert.Throws<ModelFormatException>(() => TextTokenizer.Of(network with { Metadata = network.Metadata.SetItem("unmask.vocabulary", "a").SetItem("unmask.tokens", "7") }));
        Assert.Throws<ModelFormatException>(() => TextTokenizer.Of(network with { Metadata = network.Metadata.SetItem("unmask.vocabulary", vocabulary.ToText()) }));
    }
}
