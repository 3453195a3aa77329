using Conference.Media.Mixing;
using Conference.Media.Rtp;

namespace Conference.Media.Sessions;

/// <summary>Room for intermediate results, shared by all legs of one mixer thread so that it stays in the processor's cache.</summary>
internal sealed class Scratch
{
    /// <summary>Audio packets are far shorter; longer datagrams are cut and then refused.</summary>
    private const int MaxDatagram = 2048;

    public byte[] Datagram { get; } = new byte[MaxDatagram + RtpSender.Trailer];

    /// <summary>What a room lets one leg hear.</summary>
    public int[] Base { get; } = new int[MixRates.LongestFrame];

    /// <summary>That and what the leg hears besides.</summary>
    public int[] Heard { get; } = new int[MixRates.LongestFrame];

    public short[] Pcm { get; } = new short[MixRates.LongestFrame];

    /// <summary>A packet with a picture on its way out.</summary>
    public byte[] Picture { get; } = new byte[MaxDatagram + RtpSender.Trailer];

    public byte[] Payload { get; } = new byte[MaxDatagram];
}
