using System.Net.WebSockets;
using System.Text;
using Conference.Sip.Messages;
using Conference.Sip.Tests.House;
using Conference.Sip.Transport;

namespace Conference.Sip.Tests.Messages;

/// <summary>Every SIP sample of the shared corpora, by datagram and by stream, against what its index expects.</summary>
public class CorpusTests
{
    /// <summary>Samples whose expectation holds for datagrams only: on a stream their end is not the message's end.</summary>
    private static readonly Dictionary<string, string> OnStreams = new()
    {
        ["sip-original/x-two-in-udp.sip"] = "any", // two messages on a stream are two messages
        ["sip-rfc4475/dblreq.dat"] = "any",
        ["sip-rfc4475/inv2543.dat"] = "reply=400", // no Content-Length
        ["sip-rfc4475/baddn.dat"] = "none", // ends before the empty line: the stream waits for more
    };

    public static TheoryData<string, string> Samples()
    {
        var samples = new TheoryData<string, string>();
        foreach (var line in File.ReadLines(Path.Combine(Kit.Corpora, "index.tsv")).Skip(1))
        {
            var columns = line.Split('\t');
            if (columns[2] == "sip") samples.Add(columns[3], columns[7]);
        }

        return samples;
    }

    [Fact]
    public void The_corpora_are_all_there() => Assert.True(Samples().Count >= 167);

    [Theory]
    [MemberData(nameof(Samples))]
    public void A_sample_in_a_datagram_gets_the_answer_it_should(string file, string expect)
    {
        var stage = new Stage();
        var wire = new WireFlow("198.51.100.7", 5060);
        stage.Receive(Read(file), wire);

        Judge(file, expect, "udp", wire.Sent);
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public void A_sample_on_a_stream_gets_the_answer_it_should(string file, string expect)
    {
        var stage = new Stage();
        var wire = new WireFlow("198.51.100.7", 5060, isReliable: true);
        Stream(stage, wire, Read(file));

        Judge(file, OnStreams.GetValueOrDefault(file, expect), "tcp", wire.Sent);
    }

    /// <summary>In frames of octets, as some samples are no UTF-8; a request that is surely answered marks the end.</summary>
    [Theory]
    [MemberData(nameof(Samples))]
    public async Task A_sample_in_a_WebSocket_message_gets_the_answer_it_should(string file, string expect)
    {
        const string last = "OPTIONS sip:pbx.test SIP/2.0\r\nVia: SIP/2.0/WS a.invalid;branch=z9hG4bKlast\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:a@b>\r\nCall-ID: the-last\r\nCSeq: 1 OPTIONS\r\n\r\n";
        await using var stack = new TestStack();
        await using var browser = await BrowserSocket.Connect(stack.Stack);
        await browser.Send(Read(file), WebSocketMessageType.Binary);
        await browser.Send(Encoding.ASCII.GetBytes(last), WebSocketMessageType.Binary);
        var heard = new List<SipMessage>();
        do heard.Add(SipMessage.Read(Encoding.UTF8.GetBytes((await browser.Hear()).Text), isStream: true)!);
        while (heard[^1].Envelope.CallId != "the-last");

        Judge(file, expect, "ws", heard[..^1]);
    }

    /// <summary>The answers of SIP.md §4.3, exactly, where a server has one. 401 means: understood, and asked who it is.</summary>
    [Theory]
    [InlineData("sip-rfc4475/badbranch.dat", 200)]
    [InlineData("sip-rfc4475/baddn.dat", 400)]
    [InlineData("sip-rfc4475/badvers.dat", 505)]
    [InlineData("sip-rfc4475/bcast.dat", 0)]
    [InlineData("sip-rfc4475/bext01.dat", 420)]
    [InlineData("sip-rfc4475/bigcode.dat", 0)]
    [InlineData("sip-rfc4475/clerr.dat", 400)]
    [InlineData("sip-rfc4475/cparam01.dat", 401)]
    [InlineData("sip-rfc4475/cparam02.dat", 401)]
    [InlineData("sip-rfc4475/dblreq.dat", 401)]
    [InlineData("sip-rfc4475/esc01.dat", 401)]
    [InlineData("sip-rfc4475/esc02.dat", 405)]
    [InlineData("sip-rfc4475/insuf.dat", 400)]
    [InlineData("sip-rfc4475/intmeth.dat", 405)]
    [InlineData("sip-rfc4475/inv2543.dat", 401)]
    [InlineData("sip-rfc4475/invut.dat", 401)]
    [InlineData("sip-rfc4475/ltgtruri.dat", 400)]
    [InlineData("sip-rfc4475/lwsdisp.dat", 200)]
    [InlineData("sip-rfc4475/lwsruri.dat", 400)]
    [InlineData("sip-rfc4475/mcl01.dat", 400)]
    [InlineData("sip-rfc4475/mismatch01.dat", 400)]
    [InlineData("sip-rfc4475/mpart01.dat", 401)]
    [InlineData("sip-rfc4475/multi01.dat", 400)]
    [InlineData("sip-rfc4475/noreason.dat", 0)]
    [InlineData("sip-rfc4475/novelsc.dat", 416)]
    [InlineData("sip-rfc4475/regescrt.dat", 401)]
    [InlineData("sip-rfc4475/sdp01.dat", 401)]
    [InlineData("sip-rfc4475/semiuri.dat", 200)]
    [InlineData("sip-rfc4475/test.dat", 0)]
    [InlineData("sip-rfc4475/trws.dat", 400)]
    [InlineData("sip-rfc4475/unkscm.dat", 416)]
    [InlineData("sip-rfc4475/unksm2.dat", 400)]
    [InlineData("sip-rfc4475/unreason.dat", 0)]
    [InlineData("sip-rfc5118/ipv4-mapped-ipv6.dat", 401)]
    [InlineData("sip-rfc5118/ipv6-bad.dat", 400)]
    [InlineData("sip-rfc5118/ipv6-correct-abnf-2-colons.dat", 200)]
    [InlineData("sip-rfc5118/ipv6-good.dat", 401)]
    [InlineData("sip-rfc5118/ipv6-in-sdp-clfix.dat", 401)]
    [InlineData("sip-rfc5118/mult-ip-in-header.dat", 481)]
    [InlineData("sip-rfc5118/mult-ip-in-sdp.dat", 401)]
    [InlineData("sip-rfc5118/port-ambiguous.dat", 401)]
    [InlineData("sip-rfc5118/via-received-param-no-delim.dat", 200)]
    [InlineData("sip-rfc5118/via-received-param-with-delim.dat", 481)]
    public void The_torture_of_RFC_4475_and_5118_is_answered_as_specified(string file, int status)
    {
        var stage = new Stage();
        var wire = new WireFlow("198.51.100.7", 5060);
        stage.Receive(Read(file), wire);

        Assert.Equal(status == 0 ? [] : [status], wire.Sent.Select(m => m.Status));
    }

    [Fact]
    public void Every_file_of_the_RFCs_has_its_line_above()
    {
        var listed = typeof(CorpusTests).GetMethod(nameof(The_torture_of_RFC_4475_and_5118_is_answered_as_specified))!
            .GetCustomAttributes(typeof(InlineDataAttribute), false).Cast<InlineDataAttribute>()
            .Select(a => (string)a.GetData(null!).Single()[0]).ToHashSet();

        var files = new[] { "sip-rfc4475", "sip-rfc5118" }.SelectMany(d => Directory.GetFiles(Path.Combine(Kit.Corpora, d)).Select(f => $"{d}/{Path.GetFileName(f)}"));
        Assert.Empty(files.Except(listed));
    }

    internal static byte[] Read(string file) => Encoding.Latin1.GetBytes(
        Encoding.Latin1.GetString(File.ReadAllBytes(Path.Combine(Kit.Corpora, file))).Replace("00000000", "1a2b3c4d", StringComparison.Ordinal));

    /// <summary>Feeds a stream and answers broken framing as a connection does.</summary>
    private static void Stream(Stage stage, WireFlow wire, byte[] bytes)
    {
        var framer = new StreamFramer();
        foreach (var chunk in bytes.Chunk(1_000))
        {
            var rest = chunk.AsMemory();
            while (!rest.IsEmpty)
            {
                var room = framer.Room();
                var length = Math.Min(room.Length, rest.Length);
                rest[..length].CopyTo(room);
                rest = rest[length..];
                framer.Advance(length);
                for (var framed = framer.Next(out var message); framed != Framed.NeedMore; framed = framer.Next(out message))
                {
                    if (message is not null) stage.Loop.Post(() => stage.Agent.Receive(message, wire));
                    stage.Turn();
                    if (framed == Framed.Broken) return;
                }
            }
        }
    }

    private static void Judge(string file, string expect, string transport, List<SipMessage> heard)
    {
        var finals = heard.Where(m => m.Status is 0 or >= 200).Select(m => m.Status).ToList();
        Assert.All(heard, m => Assert.False(m.IsRequest, file + " made us send a request"));
        if (expect == "any") return;
        foreach (var clause in expect.Split(';', StringSplitOptions.TrimEntries))
        {
            var text = clause;
            if (text.Split(':')[0] is "udp" or "tcp" or "ws")
            {
                if (!text.StartsWith(transport + ":", StringComparison.Ordinal)) continue;
                text = text[(transport.Length + 1)..];
            }

            if (text.StartsWith("count=", StringComparison.Ordinal)) Assert.True(finals.Count == int.Parse(text[6..], null), $"{file}: {clause}, got {finals.Count} answers");
            else if (!text.StartsWith("must-not", StringComparison.Ordinal) && !text.StartsWith("ui=", StringComparison.Ordinal))
                Assert.True(text.Split('|').Any(a => Fits(a, finals)), $"{file}: expected {clause}, got {string.Join(',', finals)}");
        }
    }

    private static bool Fits(string alternative, List<int> finals)
    {
        if (alternative is "none" or "drop" or "close" or "wait-then-close") return finals.Count == 0;
        var codes = alternative.Replace("reply=", "", StringComparison.Ordinal).Split(',');
        if (codes.Any(c => c[0] == '!' && finals.Any(s => Matches(c[1..], s)))) return false;
        var wanted = codes.Where(c => c[0] != '!').ToList();
        return finals.Count > 0 && (wanted.Count == 0 || finals.All(s => wanted.Any(c => Matches(c, s))));
    }

    private static bool Matches(string code, int status) => code.EndsWith("xx", StringComparison.Ordinal)
        ? status / 100 == code[0] - '0'
        : int.Parse(code, null) == status;
}
