using System.Net;
using System.Net.Sockets;

namespace Conference.EndToEnd.Tools;

/// <summary>Ports for the cast of a story: free when asked for, never handed out twice by this process.</summary>
public static class Ports
{
    private const int First = 17000, Last = 17999;
    // below the ports that a system gives to whoever connects
    private const int FirstAudio = 20000, LastAudio = 23999;

    // runs beside each other on one machine start at different places
    private static int _next = First + Environment.ProcessId % 40 * 20;
    private static int _nextAudio = FirstAudio + Environment.ProcessId % 8 * 200;

    /// <summary>Some ports in a row that are free for TCP and for UDP on loopback.</summary>
    public static int Free(int inARow = 1) => Take(ref _next, First, Last, inARow);

    /// <summary>A range for RTP and RTCP, beginning with an even number.</summary>
    public static (int First, int Last) Audio(int count)
    {
        var first = Take(ref _nextAudio, FirstAudio, LastAudio, count + count % 2);
        return (first, first + count - 1);
    }

    /// <summary>Whether somebody listens there on loopback.</summary>
    public static bool IsTaken(int port, bool stream = false) => !(stream ? CanBind(port, SocketType.Stream, ProtocolType.Tcp) : CanBind(port, SocketType.Dgram, ProtocolType.Udp));

    private static int Take(ref int next, int first, int last, int count)
    {
        for (var tries = 0; tries < last - first; tries++)
        {
            var port = Interlocked.Add(ref next, count) - count;
            if (port + count > last) Interlocked.Exchange(ref next, first);
            else if (Enumerable.Range(port, count).All(IsFree)) return port;
        }

        throw new InvalidOperationException($"No {count} free ports between {first} and {last}.");
    }

    private static bool IsFree(int port) => CanBind(port, SocketType.Stream, ProtocolType.Tcp) && CanBind(port, SocketType.Dgram, ProtocolType.Udp);

    private static bool CanBind(int port, SocketType type, ProtocolType protocol)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, type, protocol);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
