using System.Globalization;
using Conference.Sip.Calls;
using Conference.Sip.Dialogs;
using Conference.Sip.Loop;
using Conference.Sip.Messages;
using Conference.Sip.Transactions;
using Conference.Sip.Transport;

namespace Conference.Sip.Subscriptions;

/// <summary>One subscriber and what it watches: a dialog of its own, told of changes until it goes or nobody answers (RFC 6665 §4.2).</summary>
internal sealed class Subscription : IDialogUser
{
    private const int UdpLimit = 1_300; // octets of a document that still fits a datagram with its headers, more or less
    private const int StreamLimit = 60_000;

    private readonly SubscriptionServices _services;
    private readonly EventPackage _package;
    private readonly string _event;
    private readonly string _id;
    private readonly IDocuments _documents;
    private readonly Dialog _dialog;
    private readonly Action<Subscription> _over;
    private readonly SipTimer _expiry;
    private readonly SipTimer _pause;
    private DateTimeOffset _until;
    private Pace _pace;
    private string? _ending;
    private bool _keepsState;
    private bool _isWhole = true;
    private bool _isOver;

    /// <param name="services">What it stands on.</param>
    /// <param name="package">What kind of thing is watched.</param>
    /// <param name="watched">Which.</param>
    /// <param name="subscribe">The SUBSCRIBE that began it.</param>
    /// <param name="flow">Where that came from.</param>
    /// <param name="account">Who proved to have sent it.</param>
    /// <param name="over">Told when it is no more.</param>
    public Subscription(
        SubscriptionServices services, EventPackage package, Watched watched, SipMessage subscribe, Flow flow, SipAccount account, Action<Subscription> over)
    {
        (_services, _package, Watched, Account, _over) = (services, package, watched, account, over);
        _id = EventPackage.IdOf(subscribe);
        _event = _id.Length > 0 ? $"{package.Name};id={_id}" : package.Name;
        _documents = package.Open(services, watched, account);
        _dialog = new Dialog(subscribe, flow, SipTokens.Tag());
        _expiry = new SipTimer(() => End("timeout"));
        _pause = new SipTimer(() => Feed(Pacing.Input.PauseOver));
    }

    public Watched Watched { get; }

    public SipAccount Account { get; }

    /// <summary>Whether it is about its own subscriber.</summary>
    public bool IsOwn => _package.IsOwn;

    /// <summary>Answers the SUBSCRIBE that began it and tells the state at once, whatever it is (RFC 6665 §4.2.1).</summary>
    /// <param name="subscribe">The SUBSCRIBE.</param>
    /// <param name="flow">Where it came from.</param>
    /// <param name="granted">For how long; zero asks once.</param>
    public void Begin(SipMessage subscribe, Flow flow, TimeSpan granted)
    {
        _services.Dialogs.Add(_dialog.Key, this);
        Grant(subscribe, flow, granted);
    }

    /// <summary>Something about what is watched changed.</summary>
    public void OnChange()
    {
        if (_package.MayBeWatchedBy(Account, Watched.User, _services.State)) Feed(Pacing.Input.Change);
        else End("rejected");
    }

    /// <summary>The server goes; the subscriber may come back at once, here or elsewhere.</summary>
    public void Close()
    {
        _ending = "deactivated";
        if (!_isOver) Send();
    }

    bool IDialogUser.OnAck(SipMessage ack) => false;

    void IDialogUser.OnRequest(SipMessage request, Flow flow)
    {
        if (!_services.Door.Admits(request, flow, Account, _dialog.Flow)) return;
        flow.Keep();
        if (!_dialog.Accepts(request.Envelope.CSeq)) Answer(request, flow, new SipReply(500, "Request Out Of Order"));
        else if (request.Method != SipMethod.Subscribe) Answer(request, flow, Refusals.InDialog(request, _dialog.Contact(_services.Me)));
        else if (EventPackage.Of(request) != _package || EventPackage.IdOf(request) != _id) Answer(request, flow, SubscribeRules.BadEvent());
        else if (SubscribeRules.Expires(request, out var granted) is { } refusal) Answer(request, flow, refusal);
        else
        {
            _dialog.Refresh(request, flow);
            _keepsState = true;
            Grant(request, flow, granted);
        }
    }

    private void Grant(SipMessage subscribe, Flow flow, TimeSpan granted)
    {
        _until = _services.Loop.WallClock + granted;
        _isWhole = true;
        var reply = new SipReply(200) { CopiesRecordRoute = true }
            .With(HeaderId.Expires, (long)granted.TotalSeconds)
            .With(HeaderId.Contact, _services.Me.Contact(flow));
        Answer(subscribe, flow, reply);
        _services.Loop.Cancel(_expiry);
        if (granted > TimeSpan.Zero) _services.Loop.Set(_expiry, granted);
        else _ending = "timeout";
        Feed(Pacing.Input.Urge);
    }

    private void Answer(SipMessage request, Flow flow, SipReply reply) => _services.Layer.Open(request, flow, _dialog.Key.LocalTag).Respond(reply);

    private void End(string reason)
    {
        _ending = reason;
        Feed(Pacing.Input.Urge);
    }

    private void Feed(Pacing.Input input)
    {
        if (_isOver) return;
        (_pace, var sends) = Pacing.On(_pace, input);
        if (sends) Send();
    }

    private void Send()
    {
        Follow();
        var document = _documents.Next(_isWhole || !_keepsState || _ending is not null, _dialog.Flow.IsReliable ? StreamLimit : UdpLimit);
        if (document is null) _ending ??= "noresource";
        _isWhole = false;
        _services.Loop.Set(_pause, _package.Pause);
        (HeaderId, string)[] headers =
        [
            (HeaderId.Event, _event),
            (HeaderId.SubscriptionState, _ending is null ? $"active;expires={Left()}" : $"terminated;reason={_ending}"),
        ];
        var notify = _dialog.Request(SipMethod.Notify, _services.Me, headers, _package.ContentType, document);
        if (_ending is not null) Forget();
        _services.Layer.Send(notify, _dialog.Flow, OnAnswer);
    }

    /// <summary>A subscriber whose connection broke is told by the one it registered on since.</summary>
    private void Follow()
    {
        if (!_dialog.Flow.IsOpen && _services.Registered(Account.Username) is { Flow: { IsOpen: true } flow }) _dialog.Follow(flow);
    }

    private string Left() => Math.Max(0, (long)Math.Ceiling((_until - _services.Loop.WallClock).TotalSeconds)).ToString(CultureInfo.InvariantCulture);

    private void OnAnswer(SipMessage? answer)
    {
        if (answer is { Status: < 200 }) return;
        if (answer is null || IsFinal(answer.Status)) Forget();
        else Feed(Pacing.Input.Answer);
    }

    /// <summary>Answers that mean nobody listens there any more (RFC 6665 §4.2.2, RFC 5057 §5.1).</summary>
    private static bool IsFinal(int status) => status is 401 or 403 or 404 or 405 or 407 or 408 or 410 or 416 or (>= 480 and <= 485) or 489 or 501 or 604;

    private void Forget()
    {
        if (_isOver) return;
        _isOver = true;
        _services.Loop.Cancel(_expiry);
        _services.Loop.Cancel(_pause);
        _services.Dialogs.Remove(_dialog.Key);
        _over(this);
    }
}
