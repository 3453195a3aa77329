using System.Net;
using Conference.Sip.Loop;
using Conference.Sip.Messages;
using Conference.Sip.Transport;

namespace Conference.Sip.Calls;

/// <summary>
/// Calls that end before the house hears of them: whoever set up a trunk wants to read why nothing arrives. Told once a minute for a source, and
/// so often in all, for scanners call all day. Lives on the SIP loop.
/// </summary>
/// <param name="loop">The clock.</param>
/// <param name="tell">Hears of the source, what it dialled, the status and why.</param>
internal sealed class RefusedCalls(SipLoop loop, Action<IPEndPoint, string, int, string> tell)
{
    private const long Minute = 60_000;
    private const int MostPerMinute = 30;
    private const int LongestNumber = 64;
    private static readonly TimeSpan SignIn = TimeSpan.FromSeconds(5); // a phone answers its challenge at once

    private readonly HashSet<IPAddress> _challenged = []; // and may still sign in
    private readonly HashSet<IPAddress> _told = []; // since the minute began
    private long _since;

    /// <summary>Refused for what it is.</summary>
    public void Note(SipMessage invite, Flow flow, int status, string why)
    {
        if (MayTell(flow.Remote.Address)) tell(flow.Remote, Dialled(invite), status, why);
    }

    /// <summary>Asked for credentials: only who gives none is worth a word.</summary>
    /// <param name="invite">The INVITE.</param>
    /// <param name="flow">Where it came from.</param>
    /// <param name="isKnown">Whether somebody there signed in since.</param>
    public void NoteChallenge(SipMessage invite, Flow flow, Func<bool> isKnown)
    {
        var source = SourcePrefix.Of(flow.Remote.Address);
        if (_challenged.Count >= MostPerMinute || !_challenged.Add(source)) return;
        var dialled = Dialled(invite);
        loop.Set(new SipTimer(() =>
        {
            _challenged.Remove(source);
            if (!isKnown() && MayTell(flow.Remote.Address)) tell(flow.Remote, dialled, 401, "It is no trunk's address, and it did not sign in");
        }), SignIn);
    }

    private bool MayTell(IPAddress source)
    {
        if (loop.Now - _since >= Minute)
        {
            _told.Clear();
            _since = loop.Now;
        }

        return _told.Count < MostPerMinute && _told.Add(SourcePrefix.Of(source));
    }

    private static string Dialled(SipMessage invite)
    {
        var user = SipUri.TryParse(invite.RequestUri, out var dialled) ? dialled.UserText() : "";
        return new string([.. user.Where(c => !char.IsControl(c)).Take(LongestNumber)]);
    }
}
