using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Conference.Sip.Digests;
using Conference.Sip.Messages;

namespace Conference.Benchmarks.Sip;

/// <summary>A phone on a real socket that does one thing after the other, and says it again every half second until it is answered.</summary>
internal sealed class StormPhone : IDisposable
{
    public const string Realm = "storm.test";

    private const int MostSends = 8;

    private static int s_phones;

    private readonly int _id = Interlocked.Increment(ref s_phones); // no two phones share a Call-ID: that would be a merged request (482)
    private readonly Socket _socket;
    private readonly string _user;
    private readonly byte[] _buffer = new byte[65_536];
    private string _nonce = "";
    private int _count;
    private int _number;

    public StormPhone(IPEndPoint server, IPAddress own, string user)
    {
        _user = user;
        _socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = 500 };
        _socket.Bind(new IPEndPoint(own, 0));
        _socket.Connect(server);
    }

    public void Dispose() => _socket.Dispose();

    /// <summary>Registers, with a challenge when the nonce is not known or too old.</summary>
    public bool Register() => Ask("REGISTER", "sip:" + Realm, $"reg-{_user}-{_id}", "") is { Status: 200 };

    /// <summary>A REGISTER whose answer nobody waits for.</summary>
    public void Knock() => Send(Write("REGISTER", "sip:" + Realm, $"knock-{_user}-{_id}-{_number}", "", ++_number, ""));

    /// <summary>Calls, hears the answer, acknowledges and hangs up.</summary>
    /// <returns>From the INVITE to the 200, or <see langword="null"/> when it failed.</returns>
    public TimeSpan? Call()
    {
        var callId = $"call-{_user}-{_id}-{++_number}";
        var begun = Stopwatch.GetTimestamp();
        if (Ask("INVITE", $"sip:100@{Realm}", callId, "") is not { Status: 200 } answer) return null;
        var wait = Stopwatch.GetElapsedTime(begun);
        var tag = ";tag=" + answer.Envelope.ToTag;
        Send(Write("ACK", $"sip:100@{Realm}", callId, tag, (int)answer.Envelope.CSeq, ""));
        return Ask("BYE", $"sip:100@{Realm}", callId, tag) is { Status: 200 } ? wait : null;
    }

    private SipMessage? Ask(string method, string uri, string callId, string toTag)
    {
        for (var tries = 0; tries < 3; tries++)
        {
            var cseq = ++_number;
            var request = Write(method, uri, callId, toTag, cseq, _nonce.Length > 0 && method != "BYE" ? Credentials(method, uri) : "");
            if (Repeat(request, cseq) is not { } answer) return null;
            if (answer.Status != 401) return answer;
            if (method == "INVITE") Send(Write("ACK", uri, callId, ";tag=" + answer.Envelope.ToTag, cseq, ""));
            var challenge = answer.Text(HeaderId.WwwAuthenticate)!;
            var start = challenge.IndexOf("nonce=\"", StringComparison.Ordinal) + 7;
            (_nonce, _count) = (challenge[start..challenge.IndexOf('"', start)], 0);
        }

        return null;
    }

    private SipMessage? Repeat(string request, int cseq)
    {
        for (var sends = 0; sends < MostSends; sends++)
        {
            Send(request);
            if (Hear(cseq) is { } answer) return answer;
        }

        return null;
    }

    /// <summary>The final answer to what was sent last; whatever else comes is of before.</summary>
    private SipMessage? Hear(int cseq)
    {
        try
        {
            while (true)
            {
                var length = _socket.Receive(_buffer);
                if (SipMessage.Read(_buffer.AsSpan(0, length), isStream: false) is { Status: >= 200 } answer && answer.Envelope.CSeq == cseq) return answer;
            }
        }
        catch (SocketException)
        {
            return null;
        }
    }

    private string Write(string method, string uri, string callId, string toTag, int cseq, string headers)
    {
        var to = method == "REGISTER" ? $"sip:{_user}@{Realm}" : uri;
        return string.Create(CultureInfo.InvariantCulture,
            $"{method} {uri} SIP/2.0\r\nVia: SIP/2.0/UDP {_socket.LocalEndPoint};branch=z9hG4bK-{callId}-{method}-{cseq};rport\r\nMax-Forwards: 70\r\nFrom: <sip:{_user}@{Realm}>;tag=f{_user}\r\nTo: <{to}>{toTag}\r\nCall-ID: {callId}\r\nCSeq: {cseq} {method}\r\nContact: <sip:{_user}@{_socket.LocalEndPoint}>\r\n{headers}Content-Length: 0\r\n\r\n");
    }

    private string Credentials(string method, string uri)
    {
        var nc = (++_count).ToString("x8", CultureInfo.InvariantCulture);
        var ha1 = Digest.Ha1(DigestAlgorithm.Md5, _user, Realm, "secret");
        var response = Digest.Response(DigestAlgorithm.Md5, ha1, method, Encoding.ASCII.GetBytes(uri), Encoding.ASCII.GetBytes(_nonce), Encoding.ASCII.GetBytes(nc), "abc"u8);
        return $"Authorization: Digest username=\"{_user}\", realm=\"{Realm}\", nonce=\"{_nonce}\", uri=\"{uri}\", response=\"{response}\", algorithm=MD5, cnonce=\"abc\", qop=auth, nc={nc}\r\n";
    }

    private void Send(string message) => _socket.Send(Encoding.ASCII.GetBytes(message));
}
