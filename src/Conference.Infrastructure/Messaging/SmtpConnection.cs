using System.Collections.Immutable;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Conference.Infrastructure.Messaging;

/// <summary>A conversation with a mail server: lines out, answers in, TLS when asked; each answer within its time.</summary>
/// <exception cref="IOException">The line broke, or what came was no SMTP. All methods.</exception>
/// <exception cref="TimeoutException">The server took too long. All methods.</exception>
internal sealed class SmtpConnection : IAsyncDisposable
{
    private readonly TimeSpan _patience;
    private readonly byte[] _received = new byte[4096];
    private Stream _stream;
    private int _start;
    private int _end;

    private SmtpConnection(Stream stream, TimeSpan patience) => (_stream, _patience) = (stream, patience);

    public bool IsSecure => _stream is SslStream;

    /// <exception cref="SocketException">Nobody answers there.</exception>
    public static async Task<SmtpConnection> OpenAsync(MailOptions options, CancellationToken cancel)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await Within(options.Timeout, cancel, token => socket.ConnectAsync(options.Host, options.EffectivePort, token).AsTask());
            return new SmtpConnection(new NetworkStream(socket, ownsSocket: true), options.Timeout);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Goes on under TLS; the certificate must be valid and for that host.</summary>
    /// <exception cref="System.Security.Authentication.AuthenticationException">It is not.</exception>
    public async Task SecureAsync(MailOptions options, CancellationToken cancel)
    {
        // what was sent along in clear with the answer to STARTTLS did not come from whoever holds the certificate
        if (_end > _start) throw new IOException("it said more than it should before TLS");
        var tls = new SslStream(_stream);
        _stream = tls;
        await Within(_patience, cancel, token => tls.AuthenticateAsClientAsync(Trust(options), token));
    }

    public async Task<SmtpReply> AskAsync(string line, CancellationToken cancel)
    {
        await SendAsync(Encoding.UTF8.GetBytes(line + "\r\n"), cancel);
        return await HearAsync(_patience, cancel);
    }

    public Task SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancel) => Within(_patience, cancel, async token =>
    {
        await _stream.WriteAsync(bytes, token);
        await _stream.FlushAsync(token);
    });

    /// <summary>The next whole answer.</summary>
    public async Task<SmtpReply> HearAsync(TimeSpan patience, CancellationToken cancel)
    {
        SmtpReply? reply = null;
        await Within(patience, cancel, async token => reply = await ReadReplyAsync(token));
        return reply!;
    }

    public Task<SmtpReply> HearAsync(CancellationToken cancel) => HearAsync(_patience, cancel);

    public ValueTask DisposeAsync() => _stream.DisposeAsync();

    private static SslClientAuthenticationOptions Trust(MailOptions options)
    {
        var tls = new SslClientAuthenticationOptions { TargetHost = options.Host };
        if (options.CaFile.Length == 0) return tls;
        tls.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        tls.CertificateChainPolicy.CustomTrustStore.ImportFromPemFile(options.CaFile);
        return tls;
    }

    private async Task<SmtpReply> ReadReplyAsync(CancellationToken cancel)
    {
        var lines = ImmutableArray.CreateBuilder<string>();
        while (lines.Count < SmtpReply.MostLines)
        {
            if (!SmtpReply.TryReadLine(await ReadLineAsync(cancel), out var code, out var text, out var last)) throw new IOException("it does not speak SMTP");
            lines.Add(text);
            if (last) return new SmtpReply(code, lines.ToImmutable());
        }

        throw new IOException("its answer has no end");
    }

    private async Task<string> ReadLineAsync(CancellationToken cancel)
    {
        var line = new StringBuilder();
        while (line.Length < SmtpReply.LongestLine)
        {
            var next = (char)await ReadByteAsync(cancel); // Latin-1: only shown to people, never interpreted
            if (next == '\n') return line.ToString().TrimEnd('\r');
            line.Append(next);
        }

        throw new IOException("it does not speak SMTP");
    }

    private async ValueTask<byte> ReadByteAsync(CancellationToken cancel)
    {
        if (_start == _end)
        {
            (_start, _end) = (0, await _stream.ReadAsync(_received, cancel));
            if (_end == 0) throw new IOException("it closed the connection");
        }

        return _received[_start++];
    }

    private static async Task Within(TimeSpan patience, CancellationToken cancel, Func<CancellationToken, Task> work)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(patience);
        try
        {
            await work(limit.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new TimeoutException($"it did not answer within {patience.TotalSeconds:0.#} seconds");
        }
    }
}
