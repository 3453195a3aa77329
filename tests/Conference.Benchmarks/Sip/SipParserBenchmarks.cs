using System.Net;
using System.Text;
using BenchmarkDotNet.Attributes;
using Conference.Sip.Messages;

namespace Conference.Benchmarks.Sip;

/// <summary>What one SIP message costs: the index alone, with the views everything asks for, retained, and answered.</summary>
/// <remarks>Targets on an idle core: index and views 0.8 us and 0 bytes; a retained message two allocations beside its octets; an answer 0.5 us.</remarks>
[MemoryDiagnoser]
public class SipParserBenchmarks
{
    private static readonly byte[] Invite = Encoding.ASCII.GetBytes(
        "INVITE sip:6001@pbx.example.com SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.10:5060;branch=z9hG4bK776asdhds;rport\r\nMax-Forwards: 70\r\n"
        + "From: \"Alice Ltd.\" <sip:2001a@pbx.example.com>;tag=1928301774\r\nTo: <sip:6001@pbx.example.com>\r\nCall-ID: a84b4c76e66710@192.0.2.10\r\n"
        + "CSeq: 314159 INVITE\r\nContact: <sip:2001a@192.0.2.10:5060>\r\nAllow: INVITE, ACK, CANCEL, OPTIONS, BYE, REFER, NOTIFY, INFO, UPDATE\r\n"
        + "Supported: replaces, timer, outbound\r\nSession-Expires: 1800\r\nUser-Agent: Some Phone 1.2.3.4\r\n"
        + "Authorization: Digest username=\"2001a\", realm=\"pbx.example.com\", nonce=\"AAAAAAAAABdeVP2nHZUVE6MYpwO4vCCL1dVcVDUAT8A\", "
        + "uri=\"sip:6001@pbx.example.com\", response=\"274d5c96d22dc1761dd7a2e562065a68\", algorithm=MD5, cnonce=\"6b8b4567\", nc=00000001, qop=auth\r\n"
        + "Content-Type: application/sdp\r\nContent-Length: 158\r\n\r\n"
        + "v=0\r\no=- 1 1 IN IP4 192.0.2.10\r\ns=-\r\nc=IN IP4 192.0.2.10\r\nt=0 0\r\nm=audio 40000 RTP/AVP 0 8 101\r\n"
        + "a=rtpmap:0 PCMU/8000\r\na=rtpmap:8 PCMA/8000\r\na=sendrecv\r\n".PadRight(68));

    private readonly HeaderSlot[] _slots = new HeaderSlot[SipLimits.Headers];
    private readonly SipMessage _message = SipMessage.Read(Invite, isStream: false)!;
    private readonly IPEndPoint _source = new(IPAddress.Parse("192.0.2.10"), 5060);

    [Benchmark(Baseline = true)]
    public int Index()
    {
        SipIndex.Parse(Invite, isStream: false, _slots, out var index);
        return index.HeaderCount;
    }

    [Benchmark]
    public int IndexAndViews()
    {
        SipIndex.Parse(Invite, isStream: false, _slots, out var index);
        var seen = 0;
        foreach (var slot in _slots.AsSpan(0, index.HeaderCount))
        {
            var value = slot.Value(Invite);
            if (slot.Id == HeaderId.Via && Via.TryParse(value, out var via)) seen += via.Branch.Length;
            if (slot.Id is HeaderId.From or HeaderId.To or HeaderId.Contact && NameAddr.TryParse(value, out var address)) seen += address.Tag.Length;
        }

        return seen;
    }

    [Benchmark]
    public object? Retain() => SipMessage.Read(Invite, isStream: false);

    [Benchmark]
    public byte[] Answer() => new SipReply(200).Write(_message, "1234567890abcdef", _source);
}
