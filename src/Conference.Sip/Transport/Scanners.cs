using Conference.Sip.Messages;

namespace Conference.Sip.Transport;

/// <summary>Programs that look for open exchanges and say so; any answer would only keep them here.</summary>
internal static class Scanners
{
    private static readonly byte[][] Names = ["friendly-scanner"u8.ToArray(), "sipvicious"u8.ToArray(), "sipcli"u8.ToArray(), "VaxSIPUserAgent"u8.ToArray(), "pplsip"u8.ToArray()];

    public static bool Sent(SipMessage message)
    {
        if (!message.IsRequest) return false;
        var agent = message.Header(HeaderId.UserAgent);
        foreach (var name in Names)
            if (agent.Length >= name.Length && SipText.Is(agent[..name.Length], name))
                return true;
        return false;
    }
}
