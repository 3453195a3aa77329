using System.Net;
using System.Net.Sockets;
using Conference.Sip.Messages;

namespace Conference.Sip.Transport;

/// <summary>One UDP socket: a thread that receives, frames and hands over; sending happens on the SIP loop (RFC 3261 §18).</summary>
internal sealed class UdpTransport : IDisposable
{
    private const int Shortest = 20; // anything less is a keep-alive of some phone: CRLF, NUL, "jaK", "png"
    private const int ErrorsInARow = 300;

    private readonly Socket _socket;
    private readonly Action<SipMessage, Flow> _receive;
    private readonly Action<string, Exception?> _trouble;
    private readonly IWireTap? _tap;
    private readonly LocalAddresses _addresses;
    private readonly Thread _thread;
    private volatile bool _isClosed;

    /// <exception cref="SocketException">The address cannot be bound.</exception>
    public UdpTransport(IPEndPoint bind, Action<SipMessage, Flow> receive, Action<string, Exception?> trouble, IWireTap? tap = null)
    {
        (_receive, _trouble, _tap) = (receive, trouble, tap);
        _socket = new Socket(bind.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        Tune(_socket);
        _socket.Bind(bind);
        Bound = (IPEndPoint)_socket.LocalEndPoint!;
        _addresses = new LocalAddresses(Bound);
        _thread = new Thread(Run) { Name = $"SIP udp {Bound}", IsBackground = true };
    }

    /// <summary>Where it listens, with the port really taken.</summary>
    public IPEndPoint Bound { get; }

    public bool IsAlive => _thread.IsAlive;

    /// <summary>How often the receive loop had to be taken up again.</summary>
    public int Restarts { get; private set; }

    public void Start() => _thread.Start();

    /// <summary>The way to a peer.</summary>
    public Flow FlowTo(IPEndPoint remote) => new UdpFlow(this, remote, remote.Serialize());

    public void Dispose()
    {
        _isClosed = true;
        _socket.Dispose();
        if (_thread.IsAlive && Thread.CurrentThread != _thread) _thread.Join(TimeSpan.FromSeconds(2));
    }

    private static void Tune(Socket socket)
    {
        socket.ReceiveBufferSize = 8 << 20; // a registration storm is 100 MB/s for a second
        socket.SendBufferSize = 4 << 20;
        socket.SendTimeout = 5; // milliseconds: a full buffer loses a datagram, as the network would, and does not hold up the loop
        if (socket.AddressFamily == AddressFamily.InterNetworkV6) socket.DualMode = false; // no mapped addresses on the wire
        else socket.DontFragment = false; // large answers go in fragments rather than not at all; IPv6 does so by itself
        if (OperatingSystem.IsWindows()) socket.IOControl(unchecked((int)0x9800000C), [0, 0, 0, 0], null); // SIO_UDP_CONNRESET
    }

    /// <summary>Supervises the loop: whatever one datagram does to it, the next is received.</summary>
    private void Run()
    {
        while (!_isClosed)
        {
            try
            {
                ReceiveAll();
            }
            catch (Exception error) when (!_isClosed)
            {
                Restarts++;
                _trouble($"Receiving on udp://{Bound} went on after an error.", error);
                Thread.Sleep(10);
            }
            catch (Exception)
            {
                return; // closed while receiving
            }
        }
    }

    private void ReceiveAll()
    {
        var buffer = GC.AllocateUninitializedArray<byte>(65_536, pinned: true);
        var source = new SocketAddress(_socket.AddressFamily);
        var errors = 0;
        while (!_isClosed)
        {
            int length;
            try
            {
                length = _socket.ReceiveFrom(buffer, SocketFlags.None, source);
                errors = 0;
            }
            catch (SocketException error) when (!_isClosed && IsOfThePeer(error) && ++errors < ErrorsInARow)
            {
                continue; // an ICMP message about something we sent: no concern of the receiver
            }

            Hand(buffer.AsSpan(0, length), source);
        }
    }

    private static bool IsOfThePeer(SocketException error) => error.SocketErrorCode is
        SocketError.ConnectionReset or SocketError.ConnectionRefused or SocketError.NetworkReset or SocketError.MessageSize
        or SocketError.HostUnreachable or SocketError.NetworkUnreachable or SocketError.Interrupted;

    private void Hand(ReadOnlySpan<byte> datagram, SocketAddress source)
    {
        if (datagram.Length < Shortest) return;
        if (datagram[0] == 0)
        {
            AnswerStun(datagram, source);
            return;
        }

        var message = SipMessage.Read(datagram, isStream: false);
        if (message is not null) _receive(message, FlowOf(source));
    }

    private void AnswerStun(ReadOnlySpan<byte> datagram, SocketAddress source)
    {
        if (StunAnswer.To(datagram, (IPEndPoint)Bound.Create(source)) is { } answer) Send(answer, source);
    }

    private UdpFlow FlowOf(SocketAddress source)
    {
        var own = new SocketAddress(source.Family, source.Size);
        source.Buffer.Span[..source.Size].CopyTo(own.Buffer.Span);
        return new UdpFlow(this, (IPEndPoint)Bound.Create(own), own);
    }

    private void Send(byte[] message, SocketAddress to)
    {
        try
        {
            _socket.SendTo(message, SocketFlags.None, to);
        }
        catch (SocketException)
        {
            // a full buffer or an unreachable peer: repetition is the transaction's business
        }
        catch (ObjectDisposedException)
        {
            // the last answers at shutdown
        }
    }

    private sealed class UdpFlow(UdpTransport transport, IPEndPoint remote, SocketAddress address) : Flow("UDP", remote)
    {
        public override IPEndPoint Local => transport._addresses.Towards(Remote);

        public override bool IsReliable => false;

        public override bool IsOpen => !transport._isClosed;

        public override bool Send(byte[] message)
        {
            transport.Send(message, address);
            transport._tap?.Sent(message, this);
            return true;
        }

        public override Flow To(int port) => port == Remote.Port ? this : transport.FlowTo(new IPEndPoint(Remote.Address, port));
    }
}
