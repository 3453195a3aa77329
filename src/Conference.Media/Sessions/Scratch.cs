using Conference.Media.Mixing;

namespace Conference.Media.Sessions;

/// <summary>Room for intermediate results, shared by all legs of one mixer thread so that it stays in the processor's cache.</summary>
internal sealed class Scratch
{
    /// <summary>Audio packets are far shorter; longer datagrams are cut and then refused.</summary>
    private const int MaxDatagram = 2048;

    public byte[] Datagram { get; } = new byte[MaxDatagram];

    public int[] Heard { get; } = new int[Bus.Frame];

    public short[] Pcm { get; } = new short[Bus.Frame];

    public byte[] Codes { get; } = new byte[Bus.Frame];
}
