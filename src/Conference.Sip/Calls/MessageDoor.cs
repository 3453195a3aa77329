using Conference.Sip.Messages;
using Conference.Sip.Transactions;

namespace Conference.Sip.Calls;

/// <summary>MESSAGE on its way to the house (RFC 3428): it answers, or nobody does.</summary>
internal static class MessageDoor
{
    /// <summary>Asks the house and answers with what it says.</summary>
    /// <param name="services">The floor it stands on.</param>
    /// <param name="opened">The transaction of the MESSAGE.</param>
    /// <param name="account">Who sent it.</param>
    /// <param name="to">For whom.</param>
    public static void Take(CallServices services, NonInviteServerTransaction opened, SipAccount account, string to)
    {
        var request = opened.Request;
        if (request.Body.IsEmpty || request.ContentType.Length == 0) opened.Respond(new SipReply(400, "Empty Message"));
        else services.Pool(() => _ = AskAsync(services, opened, new IncomingMessage(account, to, new SipBody(request.ContentType, request.Body))));
    }

    private static async Task AskAsync(CallServices services, NonInviteServerTransaction opened, IncomingMessage message)
    {
        var status = 500;
        try
        {
            status = await services.House.TakeMessageAsync(message);
        }
        catch (Exception error)
        {
            services.Trouble("A message could not be taken.", error);
        }

        services.Loop.Post(() => opened.Respond(new SipReply(status is >= 200 and <= 699 ? status : 500)));
    }
}
