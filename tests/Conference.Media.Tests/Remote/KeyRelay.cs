using System.Net;
using System.Net.Sockets;
using System.Text;
using Conference.Media.Sessions;

namespace Conference.Media.Tests.Remote;

/// <summary>A wire between two legs of one engine: each sends to a socket here, which passes on what comes to the other.</summary>
internal sealed class KeyRelay : IDisposable
{
    private readonly UdpClient _nearCaller = new(new IPEndPoint(IPAddress.Loopback, 0));
    private readonly UdpClient _nearCalled = new(new IPEndPoint(IPAddress.Loopback, 0));

    public KeyRelay(IMediaSession caller, IMediaSession called)
    {
        Join(caller, _nearCaller);
        Join(called, _nearCalled);
        _ = PassAsync(_nearCaller, _nearCalled, called.Port);
        _ = PassAsync(_nearCalled, _nearCaller, caller.Port);
    }

    public void Dispose()
    {
        _nearCaller.Dispose();
        _nearCalled.Dispose();
    }

    private static void Join(IMediaSession leg, UdpClient near)
    {
        var offer = $"v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio {((IPEndPoint)near.Client.LocalEndPoint!).Port} RTP/AVP 8 101\r\na=rtpmap:101 telephone-event/8000\r\n";
        Assert.Equal(MediaProblem.None, leg.Answer(Encoding.UTF8.GetBytes(offer), out _));
    }

    private static async Task PassAsync(UdpClient from, UdpClient to, int port)
    {
        try
        {
            while (true)
            {
                var datagram = await from.ReceiveAsync();
                await to.SendAsync(datagram.Buffer, new IPEndPoint(IPAddress.Loopback, port));
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // the wire is cut
        }
    }
}
