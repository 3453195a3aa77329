using Conference.Sip.Dialogs;
using Conference.Sip.Messages;
using Conference.Sip.Requests;
using Conference.Sip.Transactions;
using Conference.Sip.Transport;

namespace Conference.Sip.Calls;

/// <summary>The dialog that a REFER from outside a call opens for its NOTIFYs (RFC 3515 §2.4.4). Lives on the SIP loop.</summary>
internal sealed class ReferDialog : IDialogUser, IReferralWire
{
    private readonly CallServices _services;
    private readonly Dialog _dialog;

    private ReferDialog(CallServices services, Dialog dialog)
    {
        (_services, _dialog) = (services, dialog);
        services.Dialogs.Add(dialog.Key, this);
    }

    /// <summary>Takes a REFER that belongs to no dialog.</summary>
    /// <param name="services">The floor it stands on.</param>
    /// <param name="request">The REFER.</param>
    /// <param name="flow">Where it came from.</param>
    /// <param name="account">Who sent it.</param>
    /// <returns>What the house decides about, or <see langword="null"/> after a refusal.</returns>
    public static Referral? Open(CallServices services, SipMessage request, Flow flow, SipAccount account)
    {
        if (ReferTarget.Read(request) is not { } target || !request.Has(HeaderId.Contact))
        {
            TransactionLayer.Reply(request, flow, new SipReply(400, "Bad Refer-To"));
            return null;
        }

        var tag = SipTokens.Tag();
        var transaction = services.Layer.Open(request, flow, tag);
        transaction.ForcesRport = account.ForcesRport;
        SipUri.TryParse(request.RequestUri, out var dialled);
        return new Referral(services, new ReferDialog(services, new Dialog(request, flow, tag)), transaction, target, account, dialled.UserText());
    }

    public void OnRequest(SipMessage request, Flow flow)
    {
        _dialog.Follow(flow);
        TransactionLayer.Reply(request, flow, _dialog.Accepts(request.Envelope.CSeq) ? Refusals.InDialog(request, _dialog.Contact(_services.Me)) : new SipReply(500, "Request Out Of Order"));
    }

    public bool OnAck(SipMessage ack) => false;

    public void Notify((HeaderId Id, string Value)[] headers, SipBody body, Action<SipMessage?> tell) => new Errand(
        _services.Sending,
        Way.By(_dialog.Flow),
        (_, credentials) => _dialog.Request(SipMethod.Notify, _services.Me, [.. headers, .. credentials], body.ContentType, body.Bytes.Span),
        null,
        tell).Start();

    public void OnReferralOver(Referral referral) => _services.Dialogs.Remove(_dialog.Key);
}
