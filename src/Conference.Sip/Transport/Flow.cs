using System.Net;

namespace Conference.Sip.Transport;

/// <summary>The way to one peer: a UDP socket and an address, or a connection. Answers and everything in a dialog go by it (RFC 5626).</summary>
internal abstract class Flow(string transport, IPEndPoint remote)
{
    /// <summary>UDP, TCP, TLS, WS or WSS, as Via writes it.</summary>
    public string Transport { get; } = transport;

    public IPEndPoint Remote { get; } = remote;

    /// <summary>Our own end, as the peer can reach it.</summary>
    public abstract IPEndPoint Local { get; }

    /// <summary>Whether the transport repeats lost packets itself, so that transactions need not.</summary>
    public abstract bool IsReliable { get; }

    public abstract bool IsOpen { get; }

    /// <summary>Who is signed in on the pages in the browser at its other end, or <see langword="null"/>.</summary>
    public string? Person { get; init; }

    /// <summary>How long nothing has come by it; <see langword="null"/> where that is not known.</summary>
    public virtual TimeSpan? SilentFor => null;

    /// <summary>The certificate the peer showed; <see langword="null"/> without TLS, and where it showed none.</summary>
    public virtual PeerCertificate? Certificate => null;

    /// <summary>Sends one message; called on the SIP loop.</summary>
    /// <returns>Whether it left, as far as one can tell.</returns>
    public abstract bool Send(byte[] message);

    /// <summary>Somebody we know uses it: a silent connection is kept longer than a stranger's.</summary>
    public virtual void Keep()
    {
    }

    /// <summary>The flow to another port of the same peer: answers to a UDP request without rport go to its Via port (RFC 3261 §18.2.2).</summary>
    public virtual Flow To(int port) => this;
}
