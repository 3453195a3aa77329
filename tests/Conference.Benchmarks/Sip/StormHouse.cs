using System.Net;
using System.Text;
using Conference.Sip;
using Conference.Sip.Calls;
using Conference.Sip.Digests;
using Conference.Sip.Registrar;

namespace Conference.Benchmarks.Sip;

/// <summary>A house with as many phones as one likes, where every number answers at once.</summary>
internal sealed class StormHouse : ISipPolicy, ISipWatcher
{
    private static readonly SipBody Body = new("application/sdp", Encoding.ASCII.GetBytes(
        "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 9 RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\n"));

    private int _troubles;

    public int Troubles => _troubles;

    /// <summary>Opens it on a port of loopback.</summary>
    public static SipStack Open(StormHouse house)
    {
        var listen = new SipListen("udp", new IPEndPoint(IPAddress.Loopback, 0));
        var stack = new SipStack(new SipStackOptions { Listen = [listen], Realm = StormPhone.Realm }, house, house, TimeProvider.System);
        stack.Start(Answer, []);
        return stack;
    }

    public static async Task Answer(IIncomingCall call, CancellationToken abandoned) => await call.AnswerAsync(Body);

    public SipAccount? FindAccount(string username) => username.StartsWith("phone", StringComparison.Ordinal)
        ? new SipAccount(username, username, username, [new DigestSecret(DigestAlgorithm.Md5, Digest.Ha1(DigestAlgorithm.Md5, username, StormPhone.Realm, "secret"))])
        : null;

    public bool IsOpenToGuests(string dialled) => false;

    public void OnBinding(BindingChange change, Binding binding)
    {
        // nobody looks
    }

    public void OnSignInRefused(string username, IPEndPoint source)
    {
        // as expected
    }

    public void OnTrouble(string sentence, Exception? error = null)
    {
        Interlocked.Increment(ref _troubles);
        Console.WriteLine($"{sentence} {error}");
    }
}
