using System.Globalization;
using System.Text;
using Conference.Sip.Digests;
using Conference.Sip.Messages;

namespace Conference.Sip.Tests.House;

/// <summary>A phone on the wire: writes requests, answers challenges, remembers its dialog.</summary>
internal sealed class Phone(Stage stage, string user = "2001a", string address = "192.0.2.7", int port = 5062, bool overTcp = false, string? transport = null)
{
    private static int _phones;

    private readonly int _id = Interlocked.Increment(ref _phones);
    private int _branches;
    private int _nc;
    private string _nonce = "";

    public string User { get; } = user;

    public WireFlow Wire { get; set; } = new(address, port, overTcp || transport is not null, transport: transport);

    /// <summary>What the Contact header says.</summary>
    public string Contact { get; set; } = $"<sip:{user}@{address}:{port}>";

    /// <summary>sent-by of the Via.</summary>
    public string SentBy { get; set; } = $"{address}:{port}";

    public string CallId { get; set; } = "call-" + Guid.NewGuid().ToString("N");

    public uint CSeq { get; set; } = 1;

    public string ToTag { get; set; } = "";

    public string Branch { get; private set; } = "";

    public string Secret { get; set; } = "secret-" + user;

    public string Domain { get; set; } = TestHouse.Realm;

    public string From { get; set; } = user;

    public DigestAlgorithm Algorithm { get; set; } = DigestAlgorithm.Md5;

    /// <summary>Writes one request; a new branch unless told otherwise.</summary>
    public string Write(string method, string uri, string headers = "", string body = "", string? branch = null, uint? cseq = null, string to = "")
    {
        Branch = branch ?? $"z9hG4bK-{_id}-{++_branches}";
        var tag = ToTag.Length > 0 ? ";tag=" + ToTag : "";
        var type = body.Length > 0 ? "Content-Type: application/sdp\r\n" : "";
        return $"{method} {uri} SIP/2.0\r\nVia: SIP/2.0/{Wire.Transport} {SentBy};branch={Branch};rport\r\nMax-Forwards: 70\r\n"
            + $"From: \"Test\" <sip:{From}@{Domain}>;tag=f{_id}\r\nTo: <{(to.Length > 0 ? to : uri)}>{tag}\r\nCall-ID: {CallId}\r\nCSeq: {cseq ?? CSeq} {method}\r\n"
            + $"Contact: {Contact}\r\n{headers}{type}Content-Length: {body.Length}\r\n\r\n{body}";
    }

    /// <summary>Sends a request as it stands.</summary>
    public void Send(string request) => stage.Receive(request, Wire);

    /// <summary>Sends a request and, when challenged, sends it again with credentials.</summary>
    /// <returns>The final answer, or what was heard last.</returns>
    public SipMessage? Ask(string method, string uri, string headers = "", string body = "", string to = "")
    {
        CSeq++;
        Send(Write(method, uri, headers, body, to: to));
        if (Wire.Sent.Count == 0 || Wire.Last.Status != 401) return Wire.Sent.LastOrDefault();
        var credentials = Credentials(method, uri);
        Wire.Sent.Clear();
        CSeq++;
        Send(Write(method, uri, headers + credentials, body, to: to));
        return Wire.Sent.LastOrDefault();
    }

    public SipMessage? Register(string headers = "Expires: 300\r\n") => Ask("REGISTER", "sip:" + TestHouse.Realm, headers, to: $"sip:{From}@{TestHouse.Realm}");

    public SipMessage? Dial(string number, string headers = "", string body = "v=0\r\n") => Ask("INVITE", $"sip:{number}@{TestHouse.Realm}", headers, body);

    /// <summary>A request in the dialog.</summary>
    public SipMessage? InDialog(string method, string headers = "", string body = "", uint? cseq = null)
    {
        if (method is not ("ACK" or "CANCEL") && cseq is null) CSeq++;
        Send(Write(method, "sip:house@192.0.2.1", headers, body, cseq: cseq));
        return Wire.Sent.LastOrDefault();
    }

    /// <summary>The Authorization header for the challenge heard last.</summary>
    public string Credentials(string method, string uri)
    {
        Challenged();
        return Authorization(method, uri, ++_nc);
    }

    public string Authorization(string method, string uri, int count)
    {
        var nc = count.ToString("x8", CultureInfo.InvariantCulture);
        var ha1 = Digest.Ha1(Algorithm, User, TestHouse.Realm, Secret);
        var response = Digest.Response(Algorithm, ha1, method, Encoding.ASCII.GetBytes(uri), Encoding.ASCII.GetBytes(_nonce), Encoding.ASCII.GetBytes(nc), "abc"u8);
        var name = DigestHash.NameOf(Algorithm);
        return $"Authorization: Digest username=\"{User}\", realm=\"{TestHouse.Realm}\", nonce=\"{_nonce}\", uri=\"{uri}\", response=\"{response}\", "
            + $"algorithm={name}, cnonce=\"abc\", qop=auth, nc={nc}\r\n";
    }

    private void Challenged()
    {
        var challenge = Wire.Sent.FindLast(m => m.Status == 401);
        if (challenge is null) return;
        var text = challenge.Text(HeaderId.WwwAuthenticate)!;
        var start = text.IndexOf("nonce=\"", StringComparison.Ordinal) + 7;
        var nonce = text[start..text.IndexOf('"', start)];
        if (nonce != _nonce) (_nonce, _nc) = (nonce, 0);
    }
}
