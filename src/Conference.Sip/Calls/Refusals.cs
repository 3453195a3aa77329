using Conference.Sip.Messages;

namespace Conference.Sip.Calls;

/// <summary>Proper refusals of what this server does not do.</summary>
internal static class Refusals
{
    /// <summary>A request in a dialog that is neither call nor session control.</summary>
    /// <param name="request">The request.</param>
    /// <param name="contact">What we call ourselves in the dialog.</param>
    public static SipReply InDialog(SipMessage request, string contact) => request.Method switch
    {
        SipMethod.Options => Options(contact),
        SipMethod.Subscribe or SipMethod.Notify => new SipReply(489),
        SipMethod.Prack => new SipReply(481), // nothing of ours was sent reliably
        _ => NotAllowed(),
    };

    /// <summary>A request that names a dialog nobody knows, or begins something that is not begun here.</summary>
    public static SipReply OutOfDialog(SipMessage request) => request.Method switch
    {
        _ when !request.IsOutOfDialog => new SipReply(481),
        SipMethod.Bye or SipMethod.Info or SipMethod.Update or SipMethod.Prack or SipMethod.Notify => new SipReply(481),
        SipMethod.Subscribe or SipMethod.Publish => new SipReply(489),
        _ => NotAllowed(),
    };

    /// <summary>What we can do (RFC 3261 §11.2, RFC 6665 §8.2.2) and where.</summary>
    public static SipReply Options(string contact) => new SipReply(200)
        .With(HeaderId.Contact, contact)
        .With(HeaderId.Allow, Capabilities.Allow)
        .With(HeaderId.Accept, Capabilities.Accept)
        .With(HeaderId.AcceptEncoding, "identity")
        .With(HeaderId.Supported, Capabilities.Supported)
        .With(HeaderId.AllowEvents, Capabilities.Events);

    private static SipReply NotAllowed() => new SipReply(405).With(HeaderId.Allow, Capabilities.Allow);
}
