using Conference.Sip.Messages;
using Conference.Sip.Transport;

namespace Conference.Sip.Dialogs;

/// <summary>What lives in a dialog.</summary>
internal interface IDialogUser
{
    /// <summary>Any request in the dialog but ACK and CANCEL.</summary>
    void OnRequest(SipMessage request, Flow flow);

    /// <summary>An ACK; whether it was awaited.</summary>
    bool OnAck(SipMessage ack);
}

/// <summary>Every dialog, early or confirmed, by its key.</summary>
internal sealed class DialogTable
{
    private readonly Dictionary<DialogKey, IDialogUser> _dialogs = [];

    public int Count => _dialogs.Count;

    public void Add(DialogKey key, IDialogUser user) => _dialogs[key] = user;

    public void Remove(DialogKey key) => _dialogs.Remove(key);

    public IDialogUser? Find(SipMessage request) => _dialogs.GetValueOrDefault(DialogKey.Of(request));
}
