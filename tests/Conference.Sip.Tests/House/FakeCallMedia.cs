using System.Text;
using Conference.Sip.Calls;

namespace Conference.Sip.Tests.House;

/// <summary>Audio of one attempt that only remembers what it was told.</summary>
internal sealed class FakeCallMedia(string label) : ICallMedia
{
    public string Label { get; } = label;

    /// <summary>What it heard: "early ..." or "final ...".</summary>
    public List<string> Heard { get; } = [];

    public bool IsClosed { get; private set; }

    /// <summary>Whether it can go on with a body.</summary>
    public Func<string, bool> Likes { get; set; } = _ => true;

    public SipBody Offer() => new("application/sdp", Encoding.ASCII.GetBytes($"v=0\r\ns={Label}\r\n"));

    public SipBody? BriefOffer() => Brief is null ? null : new("application/sdp", Encoding.ASCII.GetBytes($"v=0\r\ns={Brief}\r\n"));

    /// <summary>What it offers where the whole would be too large.</summary>
    public string? Brief { get; set; }

    public bool Accept(SipBody answer, bool isEarly)
    {
        var text = Encoding.ASCII.GetString(answer.Bytes.Span);
        Heard.Add((isEarly ? "early " : "final ") + text.Trim());
        return Likes(text);
    }

    public SipBody? AnswerEarly(SipBody offer)
    {
        var text = Encoding.ASCII.GetString(offer.Bytes.Span);
        Heard.Add("offer " + text.Trim());
        return Likes(text) ? new SipBody("application/sdp", "v=0\r\ns=answer\r\n"u8.ToArray()) : null;
    }

    public void Close() => IsClosed = true;
}
