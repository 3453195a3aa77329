using System.Buffers.Binary;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Conference.Media.Rtp;

namespace Conference.Media.Sessions;

/// <summary>The port of Linux: no exception on any path, and the kernel's own arrival times, which polling does not blur.</summary>
internal sealed unsafe partial class LinuxPacketPort : PacketPort
{
    private const int SolSocket = 1;
    private const int TimestampNs = 35; // SO_TIMESTAMPNS and SCM_TIMESTAMPNS
    private const int DontWait = 0x40;
    private const int NoSignal = 0x4000;
    private const ushort Inet = 2;
    private const int InetLength = 16;
    private const int Inet6Length = 28;
    private const int ControlLength = 64;

    private readonly Socket _socket;
    private readonly int _descriptor;
    private readonly bool _isV4;
    private Peer _connected;
    private bool _isAlone; // nothing is left from before it was connected: what comes is from that peer

    public LinuxPacketPort(Socket socket)
    {
        _socket = socket;
        _descriptor = (int)socket.SafeHandle.DangerousGetHandle(); // closed by Dispose only, which follows the last use
        _isV4 = socket.AddressFamily == AddressFamily.InterNetwork;
        socket.SetRawSocketOption(SolSocket, TimestampNs, BitConverter.GetBytes(1));
    }

    /// <summary>The structures below are those of 64-bit Linux.</summary>
    public static bool IsSupported => OperatingSystem.IsLinux() && Environment.Is64BitProcess && BitConverter.IsLittleEndian;

    [SkipLocalsInit]
    public override int Receive(Span<byte> buffer, out Peer from, out long stamp)
    {
        (from, stamp) = (_connected, 0);
        var name = stackalloc byte[Inet6Length];
        var control = stackalloc byte[ControlLength];
        var asks = !_isAlone;
        fixed (byte* data = buffer)
        {
            var vector = new IoVector { Base = data, Length = buffer.Length };
            var message = new Message
            {
                Name = asks ? name : null,
                NameLength = asks ? Inet6Length : 0u,
                Vectors = &vector,
                VectorCount = 1,
                Control = control,
                ControlLength = ControlLength,
            };
            var length = ReceiveMessage(_descriptor, &message, DontWait);
            if (length < 0) return NothingThere();
            if (asks) from = ReadName(new ReadOnlySpan<byte>(name, Inet6Length));
            stamp = ReadStamp(new ReadOnlySpan<byte>(control, (int)Math.Min(message.ControlLength, ControlLength)));
            return (int)length;
        }
    }

    public override void Connect(Peer peer)
    {
        const ushort unspecified = 0;
        if (peer == _connected) return;
        var name = stackalloc byte[Inet6Length];
        var length = WriteName(new Span<byte>(name, Inet6Length), peer);
        if (peer.IsNone) BinaryPrimitives.WriteUInt16LittleEndian(new Span<byte>(name, 2), unspecified);
        _connected = Connect(_descriptor, name, length) == 0 ? peer : Peer.None;
        _isAlone = false;
    }

    public override void Send(ReadOnlySpan<byte> datagram, Peer to)
    {
        if (to == _connected)
        {
            fixed (byte* data = datagram)
                _ = Send(_descriptor, data, datagram.Length, DontWait | NoSignal);
            return;
        }

        var name = stackalloc byte[Inet6Length];
        var length = WriteName(new Span<byte>(name, Inet6Length), to);
        fixed (byte* data = datagram)
            SendTo(_descriptor, data, datagram.Length, DontWait | NoSignal, name, length);
    }

    public override void Wait(TimeSpan patience) => Wait(_socket, patience);

    public override void Dispose() => _socket.Dispose();

    private int NothingThere()
    {
        _isAlone = !_connected.IsNone;
        return -1;
    }

    private static Peer ReadName(ReadOnlySpan<byte> name)
    {
        var port = BinaryPrimitives.ReadUInt16BigEndian(name[2..]);
        return BinaryPrimitives.ReadUInt16LittleEndian(name) == Inet
            ? Peer.FromV4(BinaryPrimitives.ReadUInt32BigEndian(name[4..]), port)
            : new Peer(BinaryPrimitives.ReadUInt128BigEndian(name[8..]), port);
    }

    private int WriteName(Span<byte> name, Peer to)
    {
        const ushort inet6 = 10;
        name.Clear();
        BinaryPrimitives.WriteUInt16LittleEndian(name, _isV4 ? Inet : inet6);
        BinaryPrimitives.WriteUInt16BigEndian(name[2..], to.Port);
        if (_isV4)
            BinaryPrimitives.WriteUInt32BigEndian(name[4..], (uint)to.Address);
        else
            BinaryPrimitives.WriteUInt128BigEndian(name[8..], to.Address);
        return _isV4 ? InetLength : Inet6Length;
    }

    /// <summary>The one control message asked for: a 16-byte header, then seconds and nanoseconds.</summary>
    private static long ReadStamp(ReadOnlySpan<byte> control)
    {
        if (control.Length < 32) return 0;
        if (BinaryPrimitives.ReadInt32LittleEndian(control[8..]) != SolSocket) return 0;
        if (BinaryPrimitives.ReadInt32LittleEndian(control[12..]) != TimestampNs) return 0;
        return BinaryPrimitives.ReadInt64LittleEndian(control[16..]) * 1_000_000_000 + BinaryPrimitives.ReadInt64LittleEndian(control[24..]);
    }

    [LibraryImport("libc", EntryPoint = "recvmsg")]
    private static partial nint ReceiveMessage(int descriptor, Message* message, int flags);

    [LibraryImport("libc", EntryPoint = "connect")]
    private static partial int Connect(int descriptor, byte* name, int nameLength);

    [LibraryImport("libc", EntryPoint = "send")]
    private static partial nint Send(int descriptor, byte* data, nint length, int flags);

    [LibraryImport("libc", EntryPoint = "sendto")]
    private static partial nint SendTo(int descriptor, byte* data, nint length, int flags, byte* name, int nameLength);

    private struct IoVector
    {
        public byte* Base;
        public nint Length;
    }

    private struct Message
    {
        public byte* Name;
        public uint NameLength;
        public IoVector* Vectors;
        public nint VectorCount;
        public byte* Control;
        public nint ControlLength;
        public int Flags;
    }
}
