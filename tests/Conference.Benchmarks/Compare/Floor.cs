using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Conference.Benchmarks.Compare;

/// <summary>A program that only receives and sends the same packets: one socket for each participant, polled every 20 ms, connected once it has heard. Nothing carries a conference for less.</summary>
internal static class Floor
{
    private const int Core = 0;
    private const int Packet = 172;
    private static readonly TimeSpan s_tick = TimeSpan.FromMilliseconds(20);

    /// <summary>Measures it with the generator.</summary>
    public static Row? Measure(Generator generator, int participants, int firstPort, TimeSpan time)
    {
        var addresses = Path.GetTempFileName();
        File.WriteAllLines(addresses, Enumerable.Range(0, participants).Select(i => $"127.0.0.1 {firstPort + 2 * i}"));
        using var program = Tools.StartOn(Core, ["dotnet", typeof(Floor).Assembly.Location, "floor", $"{participants}", $"{firstPort}"]);
        try
        {
            program.StandardOutput.ReadLine(); // it is ready
            return generator.Send(addresses, program.Id, participants, time);
        }
        finally
        {
            program.Kill();
            File.Delete(addresses);
        }
    }

    /// <summary>The program itself; it runs until it is killed.</summary>
    public static int Run(string[] arguments)
    {
        var (participants, firstPort) = (int.Parse(arguments[0], CultureInfo.InvariantCulture), int.Parse(arguments[1], CultureInfo.InvariantCulture));
        var sockets = Enumerable.Range(0, participants).Select(i => Open(firstPort + 2 * i)).ToArray();
        var packets = sockets.Select(_ => new byte[2048]).ToArray();
        Console.WriteLine("ready");
        var start = Stopwatch.GetTimestamp();
        for (var tick = 1; ; tick++)
        {
            for (var i = 0; i < sockets.Length; i++)
                Turn(sockets[i], packets[i], (ushort)tick);
            var ahead = tick * s_tick - Stopwatch.GetElapsedTime(start);
            if (ahead > TimeSpan.Zero) Thread.Sleep(ahead);
        }
    }

    private static Socket Open(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { Blocking = false };
        socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
        return socket;
    }

    /// <summary>One packet in, one out, with a sequence and a time of our own.</summary>
    private static void Turn(Socket socket, byte[] packet, ushort tick)
    {
        if (socket.Connected)
        {
            socket.Receive(packet, SocketFlags.None, out _);
            System.Buffers.Binary.BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(2), tick);
            socket.Send(packet.AsSpan(0, Packet), SocketFlags.None, out _);
        }
        else if (socket.Poll(0, SelectMode.SelectRead))
        {
            EndPoint from = new IPEndPoint(IPAddress.Any, 0);
            socket.ReceiveFrom(packet, ref from);
            socket.Connect(from);
        }
    }
}
