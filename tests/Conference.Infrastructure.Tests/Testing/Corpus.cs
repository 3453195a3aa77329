namespace Conference.Infrastructure.Tests.Testing;

/// <summary>Values that broke other people's programs, with what is expected of ours.</summary>
public static class Corpus
{
    public static TheoryData<string, string> Addresses { get; } = new()
    {
        { "a@example.com", "accept" },
        { "first.last+tag@sub.example.com", "accept" },
        { "o'brien@example.com", "accept" },
        { "a@bücher.example", "accept" },
        { "postmaster@conf.test", "accept" },
        { "a@localhost", "reject" },
        { "a@example.com\rBcc: v", "reject" },
        { "a@example.com\nBcc: v", "reject" },
        { "a@example.com\r\nRCPT TO:<v@evil.test>", "reject" },
        { "\"a\r\nRCPT TO:<v@evil.test>\"@example.com", "reject" },
        { "a@example.com%0aBcc:v@evil.test", "reject" },
        { "a%v@evil.test@example.com", "reject" },
        { "v%evil.test@example.com", "reject" },
        { "a@example.com\u0085Bcc: v", "reject" },
        { "a@example.com\u2028Bcc: v", "reject" },
        { "a@example.com,v@evil.test", "reject" },
        { "a@example.com;v@evil.test", "reject" },
        { "<a@example.com> v@evil.test", "reject" },
        { "a@example.com> SIZE=1 <v@evil.test", "reject" },
        { "a@example.com\0", "reject" },
        { new string('a', 65) + "@example.com", "reject" },
        { "a@" + string.Join('.', Enumerable.Repeat("example", 40)), "reject" },
        { "@example.com", "reject" },
        { "a@", "reject" },
        { "a", "reject" },
        { "", "reject" },
        { "a b@example.com", "reject" },
        { "=?utf-8?q?a=0d=0aBcc=3a?=@example.com", "reject" },
        { "-oQ/tmp -X/var/www/x.php@example.com", "reject" },
        { "-a@example.com", "reject" },
        { "a@example..com", "reject" },
        { "a..b@example.com", "reject" },
        { "a@-example.com", "reject" },
        { "a@example.com.", "reject" },
        { "a@[127.0.0.1]", "reject" },
        { "a(comment)@example.com", "reject" },
        { string.Join(' ', Enumerable.Repeat("a@example.com", 300)), "reject" },
    };

    public static TheoryData<string> Subjects { get; } = new()
    {
        "Weekly sync",
        "x\rBcc: v@evil.test",
        "x\nBcc: v@evil.test",
        "x\r\nBcc: v@evil.test",
        "x\r\n\r\n<html>",
        "x\u0085Bcc: v",
        "x\u2028Bcc: v",
        "x\0y",
        new string('A', 2000),
        new string('é', 1000),
        string.Concat(Enumerable.Repeat("😀", 500)),
        "=?utf-8?B?PHNjcmlwdD4=?=",
        "[TICKET#1] {{user}}",
        "<script>alert(1)</script>",
        "\u202eSUBJ",
        "   lead",
        "\ud800 broken",
        "",
    };
}
