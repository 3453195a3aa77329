using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace Conference.EndToEnd.Tools;

/// <summary>A steady tone in PCMU packets (RFC 3551), for a phone without a voice of its own.</summary>
/// <param name="hertz">Its frequency.</param>
public sealed partial class Voice(int hertz) : IAsyncDisposable
{
    private const int Samples = 160; // 20 ms

    private readonly UdpClient _socket = new(new IPEndPoint(IPAddress.Loopback, Ports.Audio(2).First));
    private readonly CancellationTokenSource _end = new();
    private Task _speaking = Task.CompletedTask;

    /// <summary>Where the other side is to send.</summary>
    public int Port => ((IPEndPoint)_socket.Client.LocalEndPoint!).Port;

    /// <summary>Speaks until the end to whom a session description names.</summary>
    public void Speak(string sdp)
    {
        var (address, port) = (Address().Match(sdp).Groups[1].Value, AudioPort().Match(sdp).Groups[1].Value);
        _speaking = SpeakTo(new IPEndPoint(IPAddress.Parse(address), int.Parse(port, CultureInfo.InvariantCulture)));
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _speaking;
        _socket.Dispose();
        _end.Dispose();
    }

    private async Task SpeakTo(IPEndPoint other)
    {
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        try
        {
            for (var count = 0; await pace.WaitForNextTickAsync(_end.Token); count++) await _socket.SendAsync(Packet(count), other, _end.Token);
        }
        catch (Exception end) when (end is OperationCanceledException or SocketException)
        {
            // enough said
        }
    }

    private byte[] Packet(int count)
    {
        var packet = new byte[12 + Samples];
        (packet[0], packet[1]) = (0x80, 0);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(2), (ushort)count);
        BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(4), (uint)(count * Samples));
        BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(8), 0x5eed);
        for (var i = 0; i < Samples; i++) packet[12 + i] = MuLaw((short)(8000 * Math.Sin(2 * Math.PI * hertz * (count * Samples + i) / 8000)));
        return packet;
    }

    /// <summary>G.711 section 3, by its segments.</summary>
    private static byte MuLaw(short sample)
    {
        var (sign, size) = (sample < 0 ? 0x80 : 0, Math.Min(Math.Abs((int)sample), 32635) + 132);
        var segment = 31 - int.LeadingZeroCount(size) - 7;
        return (byte)~(sign | segment << 4 | size >> segment + 3 & 0x0f);
    }

    [GeneratedRegex(@"^c=IN IP4 (\S+)", RegexOptions.Multiline)]
    private static partial Regex Address();

    [GeneratedRegex(@"^m=audio (\d+)", RegexOptions.Multiline)]
    private static partial Regex AudioPort();
}
