using System.Net;
using Conference.Media.Rtp;

namespace Conference.Media.Sessions;

/// <summary>One end of a fax: a port of ours, and where the machine at that end is. Its packets are the worker's; told about by signalling.</summary>
internal sealed class FaxSide(PacketPort port, MixSlot slot, MediaSession leg)
{
    private const int MostInATick = 16; // a fax needs two or three; more is no fax
    private const int UnlockedBudget = 50; // datagrams towards an address that has not spoken, unless signalling comes from there

    private readonly FaxLatch _latch = new();
    private int _budget;

    /// <summary>Our UDP port.</summary>
    public int Port => port.Port;

    /// <summary>The leg whose fax this is.</summary>
    public MediaSession Leg => leg;

    /// <summary>Datagrams that came from somebody else.</summary>
    public long Foreign { get; private set; }

    /// <summary>Datagrams that were handed on.</summary>
    public long Passed { get; private set; }

    /// <summary>Signalling says where the machine is; from any thread.</summary>
    public void Expect(IPEndPoint remote)
    {
        var described = Peer.From(remote.Address, remote.Port);
        slot.Worker.Ask(() =>
        {
            _latch.Expect(described, leg.SignallingPeer, slot.Worker.Now.Now);
            _budget = UnlockedBudget;
        });
    }

    /// <summary>Hands what has come to the other side, as it is.</summary>
    /// <returns>Whether anything has.</returns>
    public bool Pass(FaxSide other, Span<byte> room, long now)
    {
        var before = Passed;
        for (var i = 0; i < MostInATick; i++)
        {
            var length = port.Receive(room, out var from, out _);
            if (length < 0) break;
            Take(other, room, length, from, now);
        }

        return Passed != before;
    }

    public void Dispose() => port.Dispose();

    private void Take(FaxSide other, Span<byte> room, int length, Peer from, long now)
    {
        var verdict = _latch.On(from, now);
        if (verdict == LatchVerdict.Foreign) Foreign++;
        if (verdict != LatchVerdict.Accept || length == 0 || length == room.Length) return; // one that was cut would be another fax
        Passed++;
        other.Send(room[..length]);
    }

    private void Send(ReadOnlySpan<byte> datagram)
    {
        if (!_latch.Target.IsNone && (_latch.IsVouchedFor || _budget-- > 0)) port.Send(datagram, _latch.Target);
    }
}
