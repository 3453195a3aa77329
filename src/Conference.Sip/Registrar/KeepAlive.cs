using Conference.Sip.Dialogs;
using Conference.Sip.Loop;
using Conference.Sip.Messages;
using Conference.Sip.Transactions;

namespace Conference.Sip.Registrar;

/// <summary>
/// Asks phones whether they are there, with OPTIONS by the flow they opened: those behind a translator of addresses so often that it does
/// not forget them, those on connections after three minutes without a word. Any answer will do. Who misses three is unreachable until he speaks again.
/// </summary>
/// <remarks>Browsers are pinged by their WebSocket, and what stands behind a proxy is that proxy's to keep.</remarks>
internal sealed class KeepAlive(SipLoop loop, TransactionLayer layer, Identity me, Registrar registrar)
{
    private const double Spread = 0.2; // so that a restart does not make all pings fall together
    private const int Misses = 3;
    private static readonly TimeSpan Nat = TimeSpan.FromSeconds(25); // translators forget UDP after 30 s and more
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(180);

    /// <summary>A registration is new on its flow.</summary>
    public void OnPlaced(Registration registration)
    {
        if (Period(registration) is not { } period) return;
        registration.Ping = new SipTimer(() => OnDue(registration, period));
        loop.Set(registration.Ping, Vary(period));
    }

    public void OnDropped(Registration registration)
    {
        if (registration.Ping is { } ping) loop.Cancel(ping);
        registration.Ping = null;
    }

    private static TimeSpan? Period(Registration registration) => registration.Flow.Transport switch
    {
        "UDP" when registration.IsBehindNat => Nat,
        "TCP" or "TLS" when registration.Binding.Path.IsEmpty => Silence,
        _ => null,
    };

    private static TimeSpan Vary(TimeSpan period) => period * (1 - Spread + 2 * Spread * Random.Shared.NextDouble());

    private void OnDue(Registration registration, TimeSpan period)
    {
        if (registration.Flow.SilentFor is { } silence && silence < period)
        {
            Spoke(registration, period - silence);
            return;
        }

        if (registration.IsAwaited && ++registration.Silences == Misses) registrar.Judge(registration, isReachable: false, null);
        if (registration.Ping is not { } ping) return;
        loop.Set(ping, Vary(period));
        registration.IsAwaited = true;
        var sent = loop.Now;
        layer.Send(Write(registration), registration.Flow, answer => OnAnswer(registration, answer, sent));
    }

    /// <summary>It lately said something of its own, a keep-alive most likely: nobody needs to be asked.</summary>
    private void Spoke(Registration registration, TimeSpan left)
    {
        (registration.IsAwaited, registration.Silences) = (false, 0);
        if (!registration.Binding.IsReachable) registrar.Judge(registration, isReachable: true, null);
        if (registration.Ping is { } ping) loop.Set(ping, left);
    }

    private void OnAnswer(Registration registration, SipMessage? answer, long sent)
    {
        if (answer is null || registration.Ping is null) return; // silence is counted when the next one is due
        (registration.IsAwaited, registration.Silences) = (false, 0);
        registrar.Judge(registration, isReachable: true, TimeSpan.FromMilliseconds(loop.Now - sent));
    }

    private byte[] Write(Registration registration)
    {
        var (flow, contact) = (registration.Flow, registration.Binding.Contact);
        var writer = new SipWriter();
        writer.Request(SipMethod.Options, System.Text.Encoding.UTF8.GetBytes(contact));
        writer.Header(HeaderId.Via, $"SIP/2.0/{flow.Transport} {me.SentBy(flow)};branch={SipTokens.Branch()};rport");
        writer.Header(HeaderId.MaxForwards, 70);
        writer.Header(HeaderId.From, $"<sip:{me.SentBy(flow)}>;tag={SipTokens.Tag()}");
        writer.Header(HeaderId.To, $"<{contact}>");
        writer.Header(HeaderId.CallId, SipTokens.Tag() + SipTokens.Tag());
        writer.Header(HeaderId.CSeq, "1 OPTIONS");
        writer.Header(HeaderId.Contact, me.Contact(flow));
        return writer.Finish();
    }
}
