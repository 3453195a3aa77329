using System.Collections.Immutable;
using Conference.Sip.Messages;
using Conference.Sip.Requests;
using Conference.Sip.Transport;

namespace Conference.Sip.Trunks;

/// <summary>What a probe found.</summary>
/// <param name="Hop">The server that answered, or <see langword="null"/> when none did.</param>
/// <param name="RoundTrip">How long it took.</param>
/// <param name="IsFirst">Whether it is the line's best server.</param>
/// <param name="Why">What was wrong with those before it, in words.</param>
internal sealed record ProbeResult(Hop? Hop, TimeSpan RoundTrip, bool IsFirst, string Why);

/// <summary>
/// Asks a line's servers with OPTIONS whether they are there, best first, and stops at the first that answers anything but 408 and 503.
/// The silent are buried, so that calls do not wait for them (RFC 3263 §4.3).
/// </summary>
internal sealed class LineProbe(Sending sending, LineRequests requests, TimeSpan deadFor)
{
    /// <summary>A datagram is repeated three times within it; silence that long is silence.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3.6);

    /// <summary>Asks one by one.</summary>
    /// <param name="hops">Whom, best first.</param>
    /// <param name="pinned">The flow to use instead of a new one to the first, or <see langword="null"/>.</param>
    /// <param name="found">Called once on the loop.</param>
    public void Ask(ImmutableArray<Hop> hops, Flow? pinned, Action<ProbeResult> found) => Ask(hops, 0, pinned, "No server was found.", found);

    private void Ask(ImmutableArray<Hop> hops, int at, Flow? pinned, string why, Action<ProbeResult> found)
    {
        if (at >= hops.Length)
        {
            found(new ProbeResult(null, TimeSpan.Zero, false, why));
            return;
        }

        AskOne(hops[at], pinned, (roundTrip, problem) =>
        {
            if (problem is null) found(new ProbeResult(hops[at], roundTrip, at == 0, at == 0 ? "" : why));
            else Ask(hops, at + 1, null, problem, found);
        });
    }

    private void AskOne(Hop hop, Flow? pinned, Action<TimeSpan, string?> told)
    {
        if (pinned is { IsOpen: true }) Send(hop, pinned, told);
        else
        {
            sending.Roads.Flows.Open(hop, (flow, why) =>
            {
                if (flow is not null) Send(hop, flow, told);
                else Bury(hop, why, told);
            });
        }
    }

    private void Send(Hop hop, Flow flow, Action<TimeSpan, string?> told)
    {
        var sent = sending.Loop.Now;
        sending.Layer.Prepare(requests.Options(flow), flow, OnAnswer, Patience).Start();

        void OnAnswer(SipMessage? answer)
        {
            if (answer is { Status: < 200 }) return;
            if (answer is null) Bury(hop, LineWords.Silent(hop), told);
            else if (answer.Status is 408 or 503) Bury(hop, $"{LineWords.At(hop)} answers {LineWords.Status(answer)}.", told);
            else
            {
                sending.Roads.Dead.Revive(hop);
                told(TimeSpan.FromMilliseconds(sending.Loop.Now - sent), null);
            }
        }
    }

    private void Bury(Hop hop, string why, Action<TimeSpan, string?> told)
    {
        sending.Roads.Dead.Bury(hop, sending.Loop.Now, usual: deadFor);
        told(TimeSpan.Zero, why);
    }
}
