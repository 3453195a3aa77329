using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Conference.Sip;
using Conference.Sip.Calls;
using Conference.Sip.Registrar;
using Conference.Web.Features.Shared;
using Conference.Web.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Conference.Web.Tests.Hosting;

/// <summary>Every WebSocket sample of the shared corpora, octet by octet against a real port with signalling behind it.</summary>
public sealed class WebSocketCorpusTests(WebSocketCorpusTests.Door door) : IClassFixture<WebSocketCorpusTests.Door>
{
    public static TheoryData<string, string> Samples()
    {
        var samples = new TheoryData<string, string>();
        foreach (var line in File.ReadLines(Path.Combine(Corpora(), "index.tsv")).Skip(1))
            if (line.Split('\t') is [_, _, "ws", var file, _, _, _, var expect, ..])
                samples.Add(file, expect);
        return samples;
    }

    [Fact]
    public void The_samples_are_all_there() => Assert.True(Samples().Count >= 36);

    [Theory]
    [MemberData(nameof(Samples))]
    public async Task A_sample_ends_as_it_should(string file, string expect)
    {
        var bytes = await File.ReadAllBytesAsync(Path.Combine(Corpora(), file));
        var seen = file.Contains("handshake", StringComparison.Ordinal) ? await Knock(bytes) : await Talk(bytes, expect);

        Assert.True(seen.FitsAll(expect), $"{file}: expected {expect}, saw {seen}");
    }

    [Theory]
    [InlineData("https://evil.test", 403)]
    [InlineData("null", 403)]
    [InlineData("https://conf.test", 101)]
    public async Task Only_pages_of_this_site_may_connect(string origin, int status) =>
        Assert.Equal(status, (await Knock(Encoding.ASCII.GetBytes(Handshake.Replace("https://conf.test", origin, StringComparison.Ordinal)))).Http);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(40);
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(1);

    private const string Handshake = "GET /ws HTTP/1.1\r\nHost: conf.test\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: sip\r\nOrigin: https://conf.test\r\n\r\n";

    private static string Corpora()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (Path.Combine(folder.FullName, "shared", "kit", "corpora") is var path && Directory.Exists(path))
                return path;
        throw new DirectoryNotFoundException("The tests need the shared kit beside the repository.");
    }

    private async Task<Seen> Knock(byte[] request)
    {
        using var client = await Connect();
        await client.SendAsync(Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(request).Replace(" /ws ", " /sip ", StringComparison.Ordinal)));
        return new Seen { Http = await ReadStatus(client) };
    }

    private async Task<Seen> Talk(byte[] frames, string expect)
    {
        using var client = await Connect();
        await client.SendAsync(Encoding.ASCII.GetBytes(Handshake.Replace("/ws", "/sip", StringComparison.Ordinal)));
        Assert.Equal(101, await ReadStatus(client));
        var sending = client.SendAsync(frames).ContinueWith(_ => { }, TaskScheduler.Default); // it may hang up on us meanwhile
        var seen = await Listen(client, expect);
        client.Dispose();
        await sending;
        return seen;
    }

    private async Task<Socket> Connect()
    {
        var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(door.Address);
        return client;
    }

    /// <summary>Reads a head of HTTP to its empty line.</summary>
    private static async Task<int> ReadStatus(Socket client)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var text = "";
        var one = new byte[1];
        while (!text.EndsWith("\r\n\r\n", StringComparison.Ordinal) && await client.ReceiveAsync(one, SocketFlags.None, limit.Token) > 0) text += (char)one[0];
        return text.Length > 0 ? int.Parse(text.Split(' ')[1], null) : 0;
    }

    /// <summary>Listens to the end, or until everything expected has come and nothing more follows.</summary>
    private static async Task<Seen> Listen(Socket client, string expect)
    {
        var seen = new Seen();
        var buffer = new byte[1 << 20];
        var length = 0;
        using var limit = new CancellationTokenSource(Patience);
        while (!seen.IsClosed)
        {
            var count = await Receive(client, buffer.AsMemory(length), seen.FitsAll(expect) ? Quiet : Patience, limit.Token);
            if (count < 0) return seen;
            length += count;
            seen = count == 0 ? seen with { IsClosed = true } : Frames(buffer.AsSpan(0, length));
        }

        return seen;
    }

    /// <returns>How much came; nothing at the end; -1 when there was silence.</returns>
    private static async Task<int> Receive(Socket client, Memory<byte> buffer, TimeSpan silence, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(silence);
        try
        {
            return await client.ReceiveAsync(buffer, limit.Token);
        }
        catch (OperationCanceledException)
        {
            return -1;
        }
        catch (SocketException)
        {
            return 0;
        }
    }

    private static Seen Frames(ReadOnlySpan<byte> bytes)
    {
        var seen = new Seen();
        while (bytes.Length >= 2)
        {
            var start = (bytes[1] & 127) == 126 ? 4 : 2;
            if (bytes.Length < start) break;
            var length = start == 4 ? BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]) : bytes[1] & 127;
            if (bytes.Length < start + length) break;
            var payload = bytes.Slice(start, length);
            seen = (bytes[0] & 15) switch
            {
                8 => seen with { Close = length >= 2 ? BinaryPrimitives.ReadUInt16BigEndian(payload) : 1005, IsClosed = true },
                10 => seen with { Pongs = seen.Pongs + 1 },
                _ when payload.StartsWith("SIP/2.0 "u8) => seen with { Replies = [.. seen.Replies, int.Parse(payload.Slice(8, 3), null)] },
                _ => seen,
            };
            bytes = bytes[(start + length)..];
        }

        return seen;
    }

    private sealed record Seen
    {
        public int Http { get; init; }

        public int Close { get; init; }

        public int Pongs { get; init; }

        public int[] Replies { get; init; } = [];

        public bool IsClosed { get; init; }

        public bool FitsAll(string expect) => expect.Split(';').All(clause => clause.Split('|').Any(Fits));

        private bool Fits(string alternative) => alternative.Split(['=', '<'], 2) switch
        {
            ["http", var codes] => codes.Split(',').Contains($"{Http}"),
            ["close", var codes] => codes.Split(',').Contains($"{Close}"),
            ["timeout-close", _] => IsClosed,
            ["accept"] => !IsClosed,
            ["pong"] => Pongs > 0,
            ["pong", var most] => Pongs <= int.Parse(most[1..], null),
            ["reply", var codes] => Replies.Any(r => codes.Split(',').Contains($"{r}")),
            ["count", var count] => Replies.Length == int.Parse(count, null),
            _ => throw new InvalidOperationException($"An expectation nobody reads: {alternative}"),
        };
    }

    /// <summary>The way browsers come in, and nothing else of the site.</summary>
    public sealed class Door : IAsyncLifetime, ISipPolicy, ISipWatcher
    {
        private WebApplication? _site;

        public IPEndPoint Address { get; private set; } = new(IPAddress.Loopback, 0);

        public async Task InitializeAsync()
        {
            var builder = WebApplication.CreateBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            builder.Services.AddRouting();
            builder.Services.AddAuthorization();
            builder.Services.AddSingleton(TimeProvider.System);
            builder.Services.AddSingleton<LiveConnections>();
            builder.Services.AddSingleton(Microsoft.Extensions.Options.Options.Create(new SiteOptions { PublicUrl = "https://conf.test" }));
            builder.Services.AddSingleton<ISipStack>(_ => new SipStack(new SipStackOptions { Listen = [new SipListen("udp", new IPEndPoint(IPAddress.Loopback, 0))] }, this, this, TimeProvider.System));
            _site = builder.Build();
            _site.UseMiddleware<OriginGuard>();
            _site.UseMiddleware<WebSocketGuard>();
            _site.UseWebSockets();
            _site.MapSip();
            _site.Services.GetRequiredService<ISipStack>().Start((_, _) => Task.CompletedTask, []);
            await _site.StartAsync();
            var url = _site.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
            Address = new IPEndPoint(IPAddress.Loopback, new Uri(url).Port);
        }

        public async Task DisposeAsync() => await _site!.DisposeAsync();

        public SipAccount? FindAccount(string username) => null;

        public bool IsOpenToGuests(string dialled) => false;

        public void OnBinding(BindingChange change, Binding binding) { }

        public void OnSignInRefused(string username, IPEndPoint source) { }

        public void OnTrouble(string sentence, Exception? error = null) { }
    }
}
