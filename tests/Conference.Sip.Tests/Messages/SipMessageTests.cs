using System.Text;
using Conference.Sip.Messages;

namespace Conference.Sip.Tests.Messages;

public class SipMessageTests
{
    private const string Head = "Via: SIP/2.0/UDP host;branch=z9hG4bKx\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:c@d>\r\nCall-ID: x@y\r\n";

    [Fact]
    public void An_honest_request_is_read_whole()
    {
        var message = Read("INVITE sip:6001@pbx.test SIP/2.0\r\n" + Head + "CSeq: 7 INVITE\r\nContact: <sip:a@h>\r\nContent-Type: application/sdp\r\nContent-Length: 5\r\n\r\nv=0\r\nmore")!;

        Assert.Equal((SipFault.None, "INVITE", "v=0\r\n"), (message.Fault, message.Method, Encoding.ASCII.GetString(message.Body.Span)));
        var envelope = message.Envelope;
        Assert.Equal(("z9hG4bKx", "host:5060", "x@y", "1", "", 7u), (envelope.Branch, envelope.SentBy, envelope.CallId, envelope.FromTag, envelope.ToTag, envelope.CSeq));
    }

    [Fact]
    public void Compact_names_odd_blanks_folds_and_odd_cases_mean_the_same()
    {
        var message = Read("OPTIONS sip:pbx.test SIP/2.0\r\nv : SIP / 2.0\r\n /UDP\r\n\thost : 5070\r\n ; branch = z9hG4bKx\r\nFROM:\"A \\\" <B>\"<sip:a@b>\r\n ;\r\n tag =\t1\r\nt: sip:c@d;tag=2\r\ni:x@y\r\ncseq:\r\n  0009\r\n  OPTIONS\r\nl:0\r\n\r\n")!;

        Assert.Equal(SipFault.None, message.Fault);
        var envelope = message.Envelope;
        Assert.Equal(("z9hG4bKx", "host:5070", "x@y", "1", "2", 9u), (envelope.Branch, envelope.SentBy, envelope.CallId, envelope.FromTag, envelope.ToTag, envelope.CSeq));
    }

    [Theory]
    [InlineData("INVITE  sip:a@b SIP/2.0", "", SipFault.StartLine)]
    [InlineData("INVITE sip:a@b SIP/2.0 ", "", SipFault.StartLine)]
    [InlineData("INVITE sip:a @b SIP/2.0", "", SipFault.StartLine)]
    [InlineData("INV(TE sip:a@b SIP/2.0", "", SipFault.StartLine)]
    [InlineData("INVITE sip:a@b SIP/7.0", "", SipFault.Version)]
    [InlineData("INVITE <sip:a@b> SIP/2.0", "", SipFault.RequestUri)]
    [InlineData("INVITE sip:a@b?Route=x SIP/2.0", "", SipFault.RequestUri)]
    [InlineData("INVITE sip:2001:db8::10 SIP/2.0", "", SipFault.RequestUri)]
    [InlineData("INVITE http://a SIP/2.0", "", SipFault.Scheme)]
    [InlineData("INVITE sip:a@b SIP/2.0", "Contact: sip:a@b?x=y\r\n", SipFault.Contact)]
    [InlineData("INVITE sip:a@b SIP/2.0", "Contact: \"Joe\" <sip:a@b>;;,;,,\r\n", SipFault.Contact)]
    [InlineData("INVITE sip:a@b SIP/2.0", "Via: SIP/2.0/UDP h;;,;,,\r\n", SipFault.Via)]
    [InlineData("INVITE sip:a@b SIP/2.0", "Max-Forwards: 300\r\n", SipFault.MaxForwards)]
    [InlineData("INVITE sip:a@b SIP/2.0", "Max-Forwards: 5\r\nMax-Forwards: 6\r\n", SipFault.Repeated)]
    [InlineData("INVITE sip:a@b SIP/2.0", "To: <sip:e@f>\r\n", SipFault.Repeated)]
    [InlineData("INVITE sip:a@b SIP/2.0", "Content-Length: -999\r\n", SipFault.ContentLength)]
    [InlineData("INVITE sip:a@b SIP/2.0", "Content-Length: +1\r\n", SipFault.ContentLength)]
    [InlineData("INVITE sip:a@b SIP/2.0", "Content-Length: 1\r\nl: 2\r\n", SipFault.ContentLength)]
    [InlineData("INVITE sip:a@b SIP/2.0", "Content-Length: 9999\r\n", SipFault.BodyTooShort)]
    [InlineData("INVITE sip:a@b SIP/2.0", "no colon\r\n", SipFault.HeaderLine)]
    [InlineData("INVITE sip:a@b SIP/2.0", "X\u00a0: y\r\n", SipFault.HeaderLine)]
    [InlineData("INVITE sip:a@b SIP/2.0", "X: a\rb\r\n", SipFault.LineEnd)]
    [InlineData("INVITE sip:a@b SIP/2.0", "X: a\0b\r\n", SipFault.Nul)]
    [InlineData("INVITE sip:a@b SIP/2.0", "X: \"a\\\0b\"\r\n", SipFault.None)]
    [InlineData("INVITE sip:a@b SIP/2.0", "Max-Forwards: 0\r\n", SipFault.None)]
    [InlineData("INVITE sip:a@b SIP/2.0", "To: <sip:c@d>\r\n", SipFault.None)]
    public void A_request_is_blamed_for_the_first_rule_it_breaks(string line, string header, object fault) =>
        Assert.Equal(fault, Read($"{line}\r\n{Head}{header}CSeq: 1 INVITE\r\n\r\n")!.Fault);

    [Theory]
    [InlineData("CSeq: 1 OPTIONS", SipFault.CSeqMethod)]
    [InlineData("CSeq: 2147483648 INVITE", SipFault.CSeq)]
    [InlineData("CSeq: 36893488147419103232 INVITE", SipFault.CSeq)]
    [InlineData("CSeq: INVITE", SipFault.CSeq)]
    [InlineData("X: y", SipFault.CSeq)]
    public void CSeq_is_a_number_below_2_to_the_31_and_the_method(string cseq, object fault) =>
        Assert.Equal(fault, Read($"INVITE sip:a@b SIP/2.0\r\n{Head}{cseq}\r\n\r\n")!.Fault);

    [Theory]
    [InlineData("To: \"Watson <sip:c@d>", SipFault.To)]
    [InlineData("To: \"W\" < sip:c@d >", SipFault.To)]
    [InlineData("To: <sip:c@d", SipFault.To)]
    [InlineData("To: Watson, Thomas <sip:c@d>", SipFault.None)]
    [InlineData("To: \"Watson, Thomas\" <sip:c@d>;x=\";\"", SipFault.None)]
    public void Quotes_and_brackets_of_To_must_close(string to, object fault) =>
        Assert.Equal(fault, Read($"OPTIONS sip:a@b SIP/2.0\r\n{Head.Replace("To: <sip:c@d>", to, StringComparison.Ordinal)}CSeq: 1 OPTIONS\r\n\r\n")!.Fault);

    [Theory]
    [InlineData("SIP/2.0 200 OK", SipFault.None)]
    [InlineData("SIP/2.0 200", SipFault.None)]
    [InlineData("SIP/2.0 99 No", SipFault.Status)]
    [InlineData("SIP/2.0 4294967301 better not", SipFault.Status)]
    public void A_status_has_three_digits(string line, object fault) => Assert.Equal(fault, Read($"{line}\r\n{Head}CSeq: 1 INVITE\r\n\r\n")!.Fault);

    [Fact]
    public void What_is_not_SIP_is_nothing()
    {
        Assert.Null(Read("GET / HTTP/1.1\r\nHost: x\r\n\r\n"));
        Assert.Null(Read("\u0016\u0003\u0001\u0002"));
        Assert.Null(Read(""));
    }

    [Fact]
    public void Limits_are_limits()
    {
        Assert.Equal(SipFault.TooManyHeaders, Read(Request(string.Concat(Enumerable.Repeat("X: y\r\n", 130))))!.Fault);
        Assert.Equal(SipFault.HeaderTooLong, Read(Request("X: " + new string('y', 9_000) + "\r\n"))!.Fault);
        Assert.Equal(SipFault.HeaderTooLong, Read(Request("X: y" + string.Concat(Enumerable.Repeat("\r\n z", 65)) + "\r\n"))!.Fault);
        Assert.Equal(SipFault.TooManyVias, Read(Request(string.Concat(Enumerable.Repeat("Via: SIP/2.0/UDP h\r\n", 16))))!.Fault);
        Assert.Equal(SipFault.TooManyRoutes, Read(Request(string.Concat(Enumerable.Repeat("Route: <sip:h>\r\n", 21))))!.Fault);
        Assert.Equal(SipFault.StartLineTooLong, Read(Request("").Replace("sip:a@b", "sip:a@" + new string('b', 3_000), StringComparison.Ordinal))!.Fault);

        static string Request(string headers) => $"OPTIONS sip:a@b SIP/2.0\r\n{Head}{headers}CSeq: 1 OPTIONS\r\n\r\n";
    }

    [Fact]
    public void On_a_stream_a_bare_line_feed_and_a_missing_length_are_faults()
    {
        var bytes = Encoding.ASCII.GetBytes($"OPTIONS sip:a@b SIP/2.0\r\n{Head}CSeq: 1 OPTIONS\r\n\r\n");
        Assert.Equal(SipFault.NoContentLength, SipMessage.Read(bytes, isStream: true)!.Fault);
        Assert.Equal(SipFault.None, SipMessage.Read(bytes, isStream: false)!.Fault);

        var bare = Encoding.ASCII.GetBytes($"OPTIONS sip:a@b SIP/2.0\r\n{Head}CSeq: 1 OPTIONS\r\nl: 0\r\n\r\n".Replace("\r\n", "\n", StringComparison.Ordinal));
        Assert.Equal(SipFault.LineEnd, SipMessage.Read(bare, isStream: true)!.Fault);
        Assert.Equal(SipFault.None, SipMessage.Read(bare, isStream: false)!.Fault);
    }

    [Fact]
    public void The_indexer_and_the_views_allocate_nothing_and_never_throw_whatever_comes()
    {
        var samples = CorpusTests.Samples().Select(s => CorpusTests.Read((string)s[0])).ToArray();
        const int seed = 20_261_121;
        var random = new Random(seed);
        var slots = new HeaderSlot[SipLimits.Headers];
        var buffer = new byte[70_000];
        Look(samples[0], slots);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 60_000; i++)
        {
            var sample = samples[i % samples.Length];
            if (sample.Length > 8_000 && i % 50 != 0) continue;
            Look(Mutate(random, sample, buffer), slots);
        }

        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 64 * 1024 /* a collection elsewhere books the rest of a page, once */, $"The parser allocated; seed {seed}.");
    }

    [Fact]
    public void Whole_messages_survive_mutation_and_every_answer_to_them_is_sound()
    {
        var samples = CorpusTests.Samples().Select(s => CorpusTests.Read((string)s[0])).Where(s => s.Length < 4_000).ToArray();
        const int seed = 4_712;
        var random = new Random(seed);
        var buffer = new byte[70_000];
        for (var i = 0; i < 20_000; i++)
        {
            var message = SipMessage.Read(Mutate(random, samples[i % samples.Length], buffer), isStream: i % 2 == 0);
            if (message is not { IsAnswerable: true }) continue;
            var answer = SipMessage.Read(new SipReply(400).Write(message, "t", new(System.Net.IPAddress.Loopback, 5060)), isStream: false);
            Assert.True(answer is { Status: 400 }, $"seed {seed}, message {i}");
        }
    }

    /// <summary>Everything the hot path looks at.</summary>
    private static int Look(ReadOnlySpan<byte> bytes, HeaderSlot[] slots)
    {
        SipIndex.Parse(bytes, isStream: false, slots, out var index);
        var seen = 0;
        for (var i = 0; i < index.HeaderCount; i++)
        {
            var values = new Splitter(slots[i].Value(bytes));
            while (values.MoveNext())
            {
                if (slots[i].Id == HeaderId.Via && Via.TryParse(values.Current, out var via)) seen += via.Branch.Length;
                if (NameAddr.TryParse(values.Current, out var address) && SipUri.TryParse(address.Uri, out var uri)) seen += address.Tag.Length + uri.Host.Length;
            }
        }

        return seen;
    }

    private static ReadOnlySpan<byte> Mutate(Random random, byte[] sample, byte[] buffer)
    {
        sample.CopyTo(buffer, 0);
        var length = sample.Length;
        for (var n = random.Next(4); n >= 0; n--)
        {
            var at = random.Next(length);
            switch (random.Next(5))
            {
                case 0:
                    buffer[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    buffer[at] = (byte)random.Next(256);
                    break;
                case 2:
                    buffer[at] = "\r\n \t;,:<>\"\\[]@?=\0%"u8[random.Next(18)];
                    break;
                case 3:
                    length = Math.Max(1, at);
                    break;
                default:
                    var count = Math.Min(random.Next(60), length - at);
                    buffer.AsSpan(at, length - at).CopyTo(buffer.AsSpan(at + count));
                    length += count;
                    break;
            }
        }

        return buffer.AsSpan(0, length);
    }

    private static SipMessage? Read(string text) => SipMessage.Read(Encoding.Latin1.GetBytes(text), isStream: false);
}
