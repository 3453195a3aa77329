using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Conference.Infrastructure.Tests.Testing;

/// <summary>A real mail server on loopback that keeps every byte it is told, and can be made to misbehave.</summary>
internal sealed class MailServer : IAsyncDisposable
{
    private readonly TcpListener _listener;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentBag<Task> _talks = [];
    private readonly Task _accepting;

    public MailServer(int port = 0)
    {
        _listener = new TcpListener(IPAddress.Loopback, port);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>TLS from the first byte.</summary>
    public bool ImplicitTls { get; init; }

    public bool OffersStartTls { get; set; }

    public string Offers { get; set; } = "AUTH PLAIN LOGIN";

    public X509Certificate2 Certificate { get; set; } = TestCertificates.For127001;

    /// <summary>Another answer than usual to a command line; <c>""</c>: none at all; <see langword="null"/>: the usual one.</summary>
    public Func<string, string?> Instead { get; set; } = _ => null;

    public ConcurrentQueue<string> Commands { get; } = [];

    public ConcurrentQueue<(string From, string To, string Message, bool Secure)> Mails { get; } = [];

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        await Task.WhenAll(_talks);
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                _talks.Add(TalkAsync(client));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or InvalidOperationException) // stopped
        {
        }
    }

    private async Task TalkAsync(TcpClient client)
    {
        using var _ = client;
        try
        {
            Stream stream = client.GetStream();
            if (ImplicitTls) stream = await SecureAsync(stream);
            await SayAsync(stream, Instead("(connect)") ?? "220 mail.test ready");
            await ConverseAsync(stream);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or System.Security.Authentication.AuthenticationException)
        {
        }
    }

    private async Task ConverseAsync(Stream stream)
    {
        var (from, to) = ("", "");
        while (await ReadLineAsync(stream) is { } line)
        {
            Commands.Enqueue(line);
            var answer = Instead(line) ?? Usual(line);
            await SayAsync(stream, answer);
            if (line.StartsWith("MAIL FROM:", StringComparison.Ordinal)) from = line;
            if (line.StartsWith("RCPT TO:", StringComparison.Ordinal)) to = line;
            if (line == "STARTTLS" && answer.StartsWith("220", StringComparison.Ordinal)) stream = await SecureAsync(stream);
            if (line == "AUTH LOGIN") await LogInAsync(stream);
            if (line == "DATA" && answer.StartsWith("354", StringComparison.Ordinal)) await ReceiveAsync(stream, from, to);
            if (line == "QUIT") return;
        }
    }

    private string Usual(string line) => line.Split(' ', ':')[0] switch
    {
        "EHLO" => $"250-mail.test\r\n250-8BITMIME\r\n{(OffersStartTls ? "250-STARTTLS\r\n" : "")}{(Offers.Length > 0 ? $"250-{Offers}\r\n" : "")}250 SIZE 1000000",
        "STARTTLS" => "220 go ahead",
        "AUTH" => line == "AUTH LOGIN" ? "334 VXNlcm5hbWU6" : line == "AUTH PLAIN " + Base64("\0conf\0secret") ? "235 welcome" : "535 no",
        "DATA" => "354 end with a dot",
        "QUIT" => "221 bye",
        _ => "250 ok",
    };

    private async Task LogInAsync(Stream stream)
    {
        var user = await ReadLineAsync(stream);
        await SayAsync(stream, "334 UGFzc3dvcmQ6");
        var password = await ReadLineAsync(stream);
        await SayAsync(stream, user == Base64("conf") && password == Base64("secret") ? "235 welcome" : "535 no");
    }

    private async Task ReceiveAsync(Stream stream, string from, string to)
    {
        var message = new StringBuilder();
        while (await ReadLineAsync(stream) is { } line)
        {
            if (line == ".") break;
            message.Append(line.StartsWith('.') ? line[1..] : line).Append("\r\n");
        }

        var answer = Instead("(message)") ?? "250 taken";
        if (answer.StartsWith("250", StringComparison.Ordinal)) Mails.Enqueue((from, to, message.ToString(), stream is SslStream));
        await SayAsync(stream, answer);
    }

    private async Task<Stream> SecureAsync(Stream stream)
    {
        var tls = new SslStream(stream);
        await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = Certificate }, _stop.Token);
        return tls;
    }

    private async Task SayAsync(Stream stream, string answer)
    {
        if (answer.Length > 0) await stream.WriteAsync(Encoding.UTF8.GetBytes(answer + "\r\n"), _stop.Token);
    }

    private async Task<string?> ReadLineAsync(Stream stream)
    {
        var line = new List<byte>();
        var one = new byte[1];
        while (await stream.ReadAsync(one, _stop.Token) == 1)
        {
            if (one[0] == '\n') return Encoding.UTF8.GetString([.. line]).TrimEnd('\r');
            line.Add(one[0]);
        }

        return null;
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
