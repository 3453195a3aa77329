using System.Net;
using Conference.Sip.Messages;
using Conference.Sip.Transport;

namespace Conference.Sip.Tests.House;

/// <summary>The near end of an in-memory wire: what the stack sends is kept, with the port it was sent to.</summary>
internal sealed class WireFlow(string address, int port, bool isReliable = false, List<SipMessage>? sent = null, string? transport = null, List<int>? ports = null)
    : Flow(transport ?? (isReliable ? "TCP" : "UDP"), new IPEndPoint(IPAddress.Parse(address), port))
{
    /// <summary>Everything sent, in order.</summary>
    public List<SipMessage> Sent { get; } = sent ?? [];

    public SipMessage Last => Sent[^1];

    /// <summary>The same, octet by octet.</summary>
    public List<byte[]> Raw { get; } = [];

    private readonly List<int> _ports = ports ?? [];

    /// <summary>The port the last message went to.</summary>
    public int LastPort => _ports[^1];

    public bool IsBroken { get; set; }

    /// <summary>What the connection says of its silence.</summary>
    public TimeSpan? Silence { get; set; }

    /// <summary>What the peer showed.</summary>
    public PeerCertificate? Shown { get; init; }

    public override PeerCertificate? Certificate => Shown;

    /// <summary>Whether somebody we know uses it.</summary>
    public bool IsKept { get; private set; }

    public override void Keep() => IsKept = true;

    public override TimeSpan? SilentFor => Silence;

    public override IPEndPoint Local { get; } = new(IPAddress.Parse("192.0.2.1"), 5060);

    public override bool IsReliable { get; } = isReliable;

    public override bool IsOpen => !IsBroken;

    public override bool Send(byte[] message)
    {
        if (IsBroken) return false;
        Raw.Add(message);
        Sent.Add(SipMessage.Read(message, isStream: true)!);
        _ports.Add(Remote.Port);
        return true;
    }

    public override Flow To(int otherPort) => new WireFlow(Remote.Address.ToString(), otherPort, sent: Sent, ports: _ports);

    /// <summary>Statuses sent since the last look, requests by method; and forgets them.</summary>
    public string Hear()
    {
        var heard = string.Join(' ', Sent.Select(m => m.IsRequest ? m.Method : m.Status.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        Sent.Clear();
        return heard;
    }
}
