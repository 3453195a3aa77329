using System.Net;
using Conference.Sip.Authentication;
using Conference.Sip.Registrar;
using Conference.Sip.Trunks;

namespace Conference.Sip;

/// <summary>Hears what happens in signalling. Called on the SIP loop: it must return at once and must not throw.</summary>
public interface ISipWatcher
{
    /// <summary>A registration came, changed or went; <paramref name="binding"/> is the new one, or the old one when it was removed or expired.</summary>
    void OnBinding(BindingChange change, Binding binding);

    /// <summary>A registered device fell silent, or answers again.</summary>
    void OnReachable(Binding binding)
    {
        // who shows no state need not follow it
    }

    /// <summary>Right credentials from where, or by a transport that, the account may not be used: told once a minute at most for each account.</summary>
    void OnPlaceRefused(string account, IPEndPoint source)
    {
        // for a log
    }

    /// <summary>A call ended before the house heard of it: a stranger's, or one that asks for what nobody here can do. Told once a minute at most for each source.</summary>
    /// <param name="source">Where it came from.</param>
    /// <param name="dialled">What it dialled, as its sender wrote it.</param>
    /// <param name="status">The answer it got.</param>
    /// <param name="why">A short sentence.</param>
    void OnCallRefused(IPEndPoint source, string dialled, int status, string why)
    {
        // for a log
    }

    /// <summary>A wrong digest (never: a missing one).</summary>
    void OnSignInRefused(string username, IPEndPoint source);

    /// <summary>Somebody guessed too often and is shut out, or for longer than told before.</summary>
    void OnBan(SipBan ban)
    {
        // for lists and logs
    }

    /// <summary>A ban is over or was lifted.</summary>
    void OnBanEnded(SipBan ban)
    {
        // for lists and logs
    }

    /// <summary>A line works, works half, or does not any more.</summary>
    void OnTrunk(TrunkState state)
    {
        // for lists and alarms
    }

    /// <summary>A request too large for one datagram went to a peer in fragments, which some networks lose in silence. Told once for each peer.</summary>
    /// <param name="peer">Where it went.</param>
    /// <param name="octets">How large it was.</param>
    void OnFragments(IPEndPoint peer, int octets) =>
        OnTrouble($"A request of {octets} octets went to {peer} by UDP in fragments. If calls there fail in silence, let them go by TCP or offer fewer codecs.");

    /// <summary>Something an operator should read in the log; holds no secrets.</summary>
    void OnTrouble(string sentence, Exception? error = null);
}
