using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Conference.Sip.Resolver;

/// <summary>Asks name servers over the network: UDP, and TCP for what does not fit (RFC 1035 §4.2). Each question has its own socket, so its own random port, and a random id.</summary>
/// <param name="servers">Whom to ask, in order; asked anew for each question.</param>
/// <param name="time">The clock of the limits.</param>
internal sealed class DnsClient(Func<ImmutableArray<IPEndPoint>> servers, TimeProvider time) : IDns
{
    private const int Servers = 2;
    private const int Rounds = 2;
    private const int MostForgeries = 32;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public async Task<DnsAnswer> AskAsync(string name, DnsType type)
    {
        var known = servers().Take(Servers).ToList();
        for (var round = 0; round < Rounds; round++)
            foreach (var server in known)
                if (await AskAsync(server, name, type) is { } answer)
                    return answer;
        return DnsAnswer.Nothing;
    }

    /// <returns>What that server knows, or <see langword="null"/> when another should be asked.</returns>
    private async Task<DnsAnswer?> AskAsync(IPEndPoint server, string name, DnsType type)
    {
        var message = await ExchangeAsync(server, name, type, isExtended: true);
        if (message?.Code is DnsMessage.FormatError or DnsMessage.NotImplemented) message = await ExchangeAsync(server, name, type, isExtended: false);
        return message?.Code switch
        {
            DnsMessage.NoError => new DnsAnswer(DnsOutcome.Answered, message.Records),
            DnsMessage.NoSuchName => new DnsAnswer(DnsOutcome.NoSuchName, []),
            _ => null,
        };
    }

    private async Task<DnsMessage?> ExchangeAsync(IPEndPoint server, string name, DnsType type, bool isExtended)
    {
        var id = (ushort)RandomNumberGenerator.GetInt32(65_536);
        if (DnsMessage.Ask(id, name, type, isExtended) is not { } question) return new DnsMessage(DnsMessage.NoSuchName, false, []);
        using var limit = new CancellationTokenSource(Patience, time);
        try
        {
            var message = await ByDatagramAsync(server, question, bytes => Read(bytes.Span, id, name, type), limit.Token);
            return message is { IsTruncated: true } ? Read((await ByStreamAsync(server, question, limit.Token)).Span, id, name, type) : message;
        }
        catch (Exception error) when (error is SocketException or IOException or OperationCanceledException)
        {
            return null; // silent, refusing or gone: the next one is asked
        }
    }

    private static DnsMessage? Read(ReadOnlySpan<byte> bytes, ushort id, string name, DnsType type)
    {
        DnsMessage.Read(bytes, id, name, type, out var message);
        return message;
    }

    private static async Task<DnsMessage?> ByDatagramAsync(IPEndPoint server, byte[] question, Func<ReadOnlyMemory<byte>, DnsMessage?> read, CancellationToken cancel)
    {
        using var socket = new Socket(server.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        await socket.ConnectAsync(server, cancel); // so that only this server is heard
        await socket.SendAsync(question, SocketFlags.None, cancel);
        var buffer = new byte[4_096];
        for (var i = 0; i < MostForgeries; i++)
        {
            var length = await socket.ReceiveAsync(buffer, SocketFlags.None, cancel);
            if (read(buffer.AsMemory(0, length)) is { } message) return message; // what cannot be read is not the answer, which may follow
        }

        return null;
    }

    private static async Task<ReadOnlyMemory<byte>> ByStreamAsync(IPEndPoint server, byte[] question, CancellationToken cancel)
    {
        using var socket = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(server, cancel);
        await using var stream = new NetworkStream(socket);
        var prefixed = new byte[question.Length + 2];
        BinaryPrimitives.WriteUInt16BigEndian(prefixed, (ushort)question.Length);
        question.CopyTo(prefixed.AsSpan(2));
        await stream.WriteAsync(prefixed, cancel);
        await stream.ReadExactlyAsync(prefixed.AsMemory(0, 2), cancel);
        var answer = new byte[BinaryPrimitives.ReadUInt16BigEndian(prefixed)];
        await stream.ReadExactlyAsync(answer, cancel);
        return answer;
    }
}
