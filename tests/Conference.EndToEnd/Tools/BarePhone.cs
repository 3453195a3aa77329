using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Conference.EndToEnd.Tools;

/// <summary>
/// A phone in the story's own hands, without loudspeaker and keys: says one request at a time, signs what it is asked to sign,
/// and takes with 200 whatever it is sent. For what the real ones cannot do.
/// </summary>
public sealed class BarePhone : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan SaysAgain = TimeSpan.FromMilliseconds(500);

    private readonly CancellationTokenSource _end = new();
    private readonly ConcurrentQueue<SipText> _requests = new();
    private readonly ConcurrentDictionary<string, TaskCompletionSource<SipText>> _asked = new();
    private readonly PhoneAccount _account;
    private readonly BareLine _line;
    private readonly Task _listening;
    private string _challenge = "";
    private int _signed;
    private int _sequence;
    private bool _isAsking;

    private BarePhone(PhoneAccount account, BareLine line)
    {
        (_account, _line) = (account, line);
        _listening = Listen();
    }

    /// <summary>The requests it was sent, in order, one that came again only once.</summary>
    public IReadOnlyCollection<SipText> Requests => _requests;

    /// <summary>When its last call began: the first INVITE of it left.</summary>
    public DateTime Invited { get; private set; }

    public string Contact => $"<sip:{_account.User}@{_line.Local};transport={_line.Transport.ToLowerInvariant()}>";

    /// <param name="transport">udp, tcp or ws.</param>
    public static async Task<BarePhone> Open(string transport, Server server, PhoneAccount account)
    {
        using var patience = new CancellationTokenSource(Patience);
        return new BarePhone(account, await BareLine.Open(transport, server, patience.Token));
    }

    public async Task Register()
    {
        var answer = await Ask("REGISTER", $"sip:{_account.Server}", "Expires: 600\r\n");
        if (answer.Status != 200) throw new InvalidOperationException($"The registrar said {answer.First}.");
    }

    public async Task SignOff()
    {
        var answer = await Ask("REGISTER", $"sip:{_account.Server}", "Expires: 0\r\n");
        if (answer.Status != 200) throw new InvalidOperationException($"The registrar said {answer.First}.");
    }

    /// <summary>Asks the registrar where it believes this phone to be (RFC 3261 section 10.3, a REGISTER without Contact).</summary>
    /// <returns>The Contact of its answer; empty for nowhere.</returns>
    public async Task<string> WhereAmI()
    {
        _isAsking = true;
        var answer = await Ask("REGISTER", $"sip:{_account.Server}");
        _isAsking = false;
        return answer.Status == 200 ? answer["Contact"] : throw new InvalidOperationException($"The registrar said {answer.First}.");
    }

    /// <summary>Sends a request outside of dialogs and, when asked who it is, again with the answer to that.</summary>
    /// <param name="target">Number or Request-URI.</param>
    /// <param name="headers">Further ones, each with its end of line.</param>
    /// <returns>The final answer; an INVITE is acknowledged.</returns>
    public async Task<SipText> Ask(string method, string target, string headers = "", byte[]? body = null)
    {
        var uri = Uri(target);
        var to = method == "REGISTER" ? $"<sip:{_account.User}@{_account.Server}>" : $"<{uri}>";
        var dialog = new BareDialog($"{Guid.NewGuid():N}", $"f{Guid.NewGuid():N}", to, uri);
        for (var tries = 0; ; tries++)
        {
            var answer = await Say(method, dialog, headers, body ?? []);
            if (answer.Status != 401 || tries == 2) return answer;
            (_challenge, _signed) = (answer["WWW-Authenticate"], 0);
        }
    }

    /// <summary>Calls, with audio that it says to expect somewhere.</summary>
    /// <returns>The call, or the refusal.</returns>
    public async Task<(SipText Answer, BareDialog? Call)> Call(string number, int audioPort, string headers = "")
    {
        Invited = DateTime.Now;
        var answer = await Ask("INVITE", number, "Content-Type: application/sdp\r\n" + headers, Encoding.ASCII.GetBytes(Sdp(audioPort)));
        return (answer, answer.Status == 200 ? DialogOf(answer) : null);
    }

    /// <summary>Sends a request inside a call.</summary>
    public Task<SipText> Ask(string method, BareDialog within, string headers = "", byte[]? body = null) => Say(method, within, headers, body ?? []);

    /// <summary>The dialog that a 2xx opened.</summary>
    public static BareDialog DialogOf(SipText answer)
    {
        var contact = answer["Contact"];
        var target = contact.Contains('<', StringComparison.Ordinal) ? contact.Split('<', '>')[1] : contact;
        return new BareDialog(answer["Call-ID"], SipText.Parameter(answer["From"], "tag"), answer["To"], target);
    }

    /// <summary>Waits for a request that says something.</summary>
    public async Task<SipText> IsSent(string method, string saying, int after = 0)
    {
        SipText? request = null;
        await Eventually.True(
            () => (request = _requests.Skip(after).FirstOrDefault(r => r.Method == method && r.Body.Contains(saying, StringComparison.Ordinal))) is not null,
            Patience,
            () => $"a {method} with {saying}; there came\n{string.Join("\n\n", _requests.Select(r => $"{r.First}\n{r.Body}"))}");
        return request!;
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _line.Dispose();
        await _listening;
        _end.Dispose();
    }

    private string Uri(string target) => target.StartsWith("sip:", StringComparison.Ordinal) ? target : $"sip:{target}@{_account.Server}";

    private async Task<SipText> Say(string method, BareDialog dialog, string headers, byte[] body)
    {
        var sequence = Interlocked.Increment(ref _sequence);
        var branch = $"z9hG4bK{Guid.NewGuid():N}";
        var answered = _asked[$"{sequence} {method}"] = new TaskCompletionSource<SipText>(TaskCreationOptions.RunContinuationsAsynchronously);
        var message = Write(method, dialog, sequence, branch, Signature(method, dialog.Target) + headers, body);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(_end.Token);
        patience.CancelAfter(Patience);
        await _line.Send(message, patience.Token);
        while (!_line.IsReliable && await Task.WhenAny(answered.Task, Task.Delay(SaysAgain, patience.Token)) != answered.Task)
        {
            patience.Token.ThrowIfCancellationRequested();
            await _line.Send(message, patience.Token);
        }

        var answer = await answered.Task.WaitAsync(patience.Token);
        if (method == "INVITE") await _line.Send(Acknowledge(answer, dialog, sequence, branch), patience.Token);
        return answer;
    }

    // that of a refusal belongs to the INVITE's transaction, that of a 2xx to the call (RFC 3261 sections 17.1.1.3 and 13.2.2.4)
    private byte[] Acknowledge(SipText answer, BareDialog asked, int sequence, string branch) => answer.Status >= 300
        ? Write("ACK", asked with { To = answer["To"] }, sequence, branch, "", [])
        : Write("ACK", DialogOf(answer), sequence, $"{branch}a", "", []);

    private byte[] Write(string method, BareDialog dialog, int sequence, string branch, string headers, byte[] body) =>
    [
        .. Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{method} {dialog.Target} SIP/2.0\r\nVia: SIP/2.0/{_line.Transport} {_line.Local};branch={branch};rport\r\nMax-Forwards: 70\r\nFrom: <sip:{_account.User}@{_account.Server}>;tag={dialog.Tag}\r\nTo: {dialog.To}\r\nCall-ID: {dialog.CallId}\r\nCSeq: {sequence} {method}\r\n{(_isAsking ? "" : $"Contact: {Contact}\r\n")}{headers}Content-Length: {body.Length}\r\n\r\n")),
        .. body,
    ];

    private string Signature(string method, string uri)
    {
        if (_challenge.Length == 0) return "";
        var (realm, nonce) = (Quoted("realm"), Quoted("nonce"));
        var count = (++_signed).ToString("x8", CultureInfo.InvariantCulture);
        var response = Md5($"{Md5($"{_account.User}:{realm}:{_account.Secret}")}:{nonce}:{count}:abc:auth:{Md5($"{method}:{uri}")}");
        return $"Authorization: Digest username=\"{_account.User}\", realm=\"{realm}\", nonce=\"{nonce}\", uri=\"{uri}\", response=\"{response}\", algorithm=MD5, cnonce=\"abc\", qop=auth, nc={count}\r\n";
    }

    private string Quoted(string name)
    {
        var start = _challenge.IndexOf(name + "=\"", StringComparison.Ordinal) + name.Length + 2;
        return _challenge[start.._challenge.IndexOf('"', start)];
    }

#pragma warning disable CA5351 // digest as RFC 3261 has it
    private static string Md5(string text) => Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes(text)));
#pragma warning restore CA5351

    private async Task Listen()
    {
        try
        {
            while (true) await Understand(SipText.Read(Encoding.UTF8.GetString(await _line.Hear(_end.Token))));
        }
        catch (Exception end) when (end is OperationCanceledException or IOException or ObjectDisposedException or System.Net.Sockets.SocketException or System.Net.WebSockets.WebSocketException)
        {
            foreach (var waiting in _asked.Values) waiting.TrySetException(new IOException("The line was cut.", end));
        }
    }

    private async Task Understand(SipText message)
    {
        if (!message.IsRequest)
        {
            if (message.Status >= 200 && _asked.TryGetValue(message["CSeq"], out var answered)) answered.TrySetResult(message);
            return;
        }

        if (!_requests.Any(r => r["Via"] == message["Via"])) _requests.Enqueue(message);
        if (message.Method != "ACK") await _line.Send(Accept(message), _end.Token);
    }

    private static byte[] Accept(SipText request)
    {
        var copied = request.Headers.Where(h => h.Name is "Via" or "From" or "To" or "Call-ID" or "CSeq").Select(h => $"{h.Name}: {h.Value}{(h.Name == "To" && !h.Value.Contains("tag=", StringComparison.Ordinal) ? ";tag=bare" : "")}\r\n");
        return Encoding.UTF8.GetBytes($"SIP/2.0 200 OK\r\n{string.Concat(copied)}Content-Length: 0\r\n\r\n");
    }

    private static string Sdp(int port) => string.Create(
        CultureInfo.InvariantCulture,
        $"v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio {port} RTP/AVP 0 101\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:101 telephone-event/8000\r\n");
}

/// <summary>A dialog, or one to be.</summary>
/// <param name="Tag">Our own.</param>
/// <param name="To">The whole header, with the other side's tag once there is one.</param>
/// <param name="Target">Where requests inside it go.</param>
public sealed record BareDialog(string CallId, string Tag, string To, string Target);
