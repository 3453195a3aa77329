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
    private const int Remembered = 256;

    private readonly Dictionary<DialogId, IDialogUser> _dialogs = [];
    private readonly Queue<DialogId> _ended = new();

    public int Count => _dialogs.Count;

    public void Add(DialogId key, IDialogUser user) => _dialogs[key] = user;

    public void Remove(DialogId key)
    {
        if (!_dialogs.Remove(key)) return;
        _ended.Enqueue(key);
        if (_ended.Count > Remembered) _ended.Dequeue();
    }

    public IDialogUser? Find(DialogId key) => _dialogs.GetValueOrDefault(key);

    /// <summary>Whether it ended lately: whoever asks for it came too late (RFC 3891 §3).</summary>
    public bool HasEnded(DialogId key) => _ended.Contains(key);

    public IDialogUser? Find(SipMessage request) => _dialogs.GetValueOrDefault(DialogId.Of(request));
}
