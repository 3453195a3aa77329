using Conference.Sip.Loop;
using Conference.Sip.Transport;

namespace Conference.Sip.Requests;

/// <summary>
/// Opens a connection to a server with addresses of both families: the second follows the first after a quarter of a second, and whichever
/// is there first is taken (RFC 8305 §5). A family that leads nowhere costs a caller nothing he would notice. Lives on the SIP loop.
/// </summary>
internal sealed class HeadStart
{
    private static readonly TimeSpan Lead = TimeSpan.FromMilliseconds(250);

    private readonly Sending _sending;
    private readonly Hop _second;
    private readonly Action<Hop, Flow?, string> _opened;
    private readonly SipTimer _lead;
    private bool _isSecondOff;
    private bool _hasFailed;
    private bool _isOver;

    private HeadStart(Sending sending, Hop second, Action<Hop, Flow?, string> opened)
    {
        (_sending, _second, _opened) = (sending, second, opened);
        _lead = new SipTimer(Follow);
    }

    /// <param name="sending">How requests travel.</param>
    /// <param name="first">The likelier family.</param>
    /// <param name="second">The other one.</param>
    /// <param name="opened">Called once on the loop: which one it is and its flow, or why there is none.</param>
    public static void Open(Sending sending, Hop first, Hop second, Action<Hop, Flow?, string> opened)
    {
        var race = new HeadStart(sending, second, opened);
        sending.Loop.Set(race._lead, Lead);
        sending.Roads.Flows.Open(first, (flow, why) => race.OnOpened(first, flow, why));
    }

    private void Follow()
    {
        if (_isSecondOff || _isOver) return;
        _isSecondOff = true;
        _sending.Roads.Flows.Open(_second, (flow, why) => OnOpened(_second, flow, why));
    }

    private void OnOpened(Hop hop, Flow? flow, string why)
    {
        if (flow is null) _sending.Roads.Dead.Bury(hop, _sending.Loop.Now);
        if (_isOver) return; // the slower one stays open for the next request
        _isOver = flow is not null || _hasFailed;
        _hasFailed = true;
        if (_isOver) _opened(hop, flow, why);
        if (flow is not null || _isSecondOff) _sending.Loop.Cancel(_lead);
        else Follow();
    }
}
