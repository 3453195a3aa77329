using Conference.Sip.Calls;
using Conference.Sip.Messages;

namespace Conference.Sip.Subscriptions;

/// <summary>What a SUBSCRIBE must keep to (RFC 6665 §4.2.1, RFC 3261 §8.2).</summary>
internal static class SubscribeRules
{
    private const uint Least = 60;
    private const uint Most = 3_600;

    public static SipReply BadEvent() => new SipReply(489).With(HeaderId.AllowEvents, EventPackage.Known);

    /// <summary>What is wrong with it whoever sent it, or <see langword="null"/>.</summary>
    public static SipReply? Refuse(SipMessage subscribe, EventPackage package)
    {
        if (Capabilities.RefuseExtensions(subscribe) is { } unknown) return unknown;
        if (!subscribe.Has(HeaderId.Contact)) return new SipReply(400, "Missing Contact");
        return package.IsReadBy(subscribe) ? null : new SipReply(406);
    }

    /// <summary>How long is granted: what is asked for, at most an hour, which is also what saying nothing means.</summary>
    /// <returns>423 when it is too short to be worth it, or <see langword="null"/>.</returns>
    public static SipReply? Expires(SipMessage subscribe, out TimeSpan granted)
    {
        var asked = SipText.TryNumber(subscribe.Header(HeaderId.Expires), out var seconds) ? seconds : Most;
        granted = TimeSpan.FromSeconds(Math.Min(asked, Most));
        return asked is > 0 and < Least ? new SipReply(423).With(HeaderId.MinExpires, Least) : null;
    }
}
