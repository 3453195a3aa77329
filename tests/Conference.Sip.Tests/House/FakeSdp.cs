using System.Text;
using Conference.Sip.Calls;

namespace Conference.Sip.Tests.House;

/// <summary>Just enough SDP to answer a phone: G.711, one stream, the direction mirrored.</summary>
internal static class FakeSdp
{
    public static SipBody Offer { get; } = Body("sendrecv");

    /// <summary>An answer, or <see langword="null"/> when the offer is no SDP or has no codec of ours.</summary>
    public static SipBody? Answer(SipBody? offer)
    {
        if (offer is null) return Offer;
        var lines = Encoding.UTF8.GetString(offer.Bytes.Span).Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (lines.Any(l => l.Length < 2 || l[1] != '=')) return null;
        var audio = lines.FirstOrDefault(l => l.StartsWith("m=audio ", StringComparison.Ordinal))?.Split(' ') ?? [];
        if (!audio.Skip(3).Any(f => f is "0" or "8")) return null;
        return Body(lines.Contains("a=inactive") ? "inactive" : lines.Contains("a=sendonly") ? "recvonly" : lines.Contains("a=recvonly") ? "sendonly" : "sendrecv",
            lines.Any(l => l.StartsWith("c=IN IP6", StringComparison.Ordinal)) ? "IP6 ::1" : "IP4 127.0.0.1");
    }

    private static SipBody Body(string direction, string address = "IP4 127.0.0.1") => new(
        "application/sdp",
        Encoding.UTF8.GetBytes($"v=0\r\no=- 1 1 IN {address}\r\ns=-\r\nc=IN {address}\r\nt=0 0\r\nm=audio 9 RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\na={direction}\r\n"));
}
