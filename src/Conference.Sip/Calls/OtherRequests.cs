using Conference.Sip.Messages;
using Conference.Sip.Transactions;
using Conference.Sip.Transport;

namespace Conference.Sip.Calls;

/// <summary>What a device asks of the house outside a call: MESSAGE (RFC 3428) and REFER (RFC 3515, RFC 4579 §5.5). Lives on the SIP loop.</summary>
internal sealed class OtherRequests(CallServices services)
{
    /// <summary>Takes a request of an account that proved itself.</summary>
    public void Take(SipMessage request, Flow flow, SipAccount account)
    {
        if (!CallFloor.IsOwnName(request, account)) TransactionLayer.Reply(request, flow, new SipReply(403));
        else if (request.Method == SipMethod.Message) TakeMessage(request, flow, account);
        else if (ReferDialog.Open(services, request, flow, account) is { } referral) services.Pool(() => _ = DecideAsync(services, referral, services.House.TakeReferralAsync));
    }

    /// <summary>Lets the house decide about a REFER; what it leaves open is refused.</summary>
    public static async Task DecideAsync(CallServices services, Referral referral, Func<IReferral, Task> decide)
    {
        var status = 403;
        try
        {
            await decide(referral);
        }
        catch (Exception error)
        {
            status = 500;
            services.Trouble("A transfer could not be decided.", error);
        }

        services.Loop.Post(() => referral.Refuse(status));
    }

    private void TakeMessage(SipMessage request, Flow flow, SipAccount account)
    {
        SipUri.TryParse(request.RequestUri, out var to);
        var opened = services.Layer.Open(request, flow, SipTokens.Tag());
        opened.ForcesRport = account.ForcesRport;
        MessageDoor.Take(services, opened, account, to.UserText());
    }
}
