using System.Runtime.InteropServices;

namespace Conference.Media.Codecs;

/// <summary>The functions of libbcg729 (API of 1.1.0 and later). Its states are its own: they can be neither copied nor rewound.</summary>
internal sealed unsafe class G729Library
{
    public const string Soname = "libbcg729.so.0";

    private readonly delegate* unmanaged[Cdecl]<byte, nint> _openEncoder;
    private readonly delegate* unmanaged[Cdecl]<nint, short*, byte*, byte*, void> _encode;
    private readonly delegate* unmanaged[Cdecl]<nint, void> _closeEncoder;
    private readonly delegate* unmanaged[Cdecl]<nint> _openDecoder;
    private readonly delegate* unmanaged[Cdecl]<nint, byte*, byte, byte, byte, byte, short*, void> _decode;
    private readonly delegate* unmanaged[Cdecl]<nint, void> _closeDecoder;

    private G729Library(ReadOnlySpan<nint> functions)
    {
        _openEncoder = (delegate* unmanaged[Cdecl]<byte, nint>)functions[0];
        _encode = (delegate* unmanaged[Cdecl]<nint, short*, byte*, byte*, void>)functions[1];
        _closeEncoder = (delegate* unmanaged[Cdecl]<nint, void>)functions[2];
        _openDecoder = (delegate* unmanaged[Cdecl]<nint>)functions[3];
        _decode = (delegate* unmanaged[Cdecl]<nint, byte*, byte, byte, byte, byte, short*, void>)functions[4];
        _closeDecoder = (delegate* unmanaged[Cdecl]<nint, void>)functions[5];
    }

    /// <summary>The library, or <see langword="null"/> when it is not all there.</summary>
    public static G729Library? From(nint library) => NativeCodec.TryFind(
        library,
        [
            "initBcg729EncoderChannel", "bcg729Encoder", "closeBcg729EncoderChannel",
            "initBcg729DecoderChannel", "bcg729Decoder", "closeBcg729DecoderChannel",
        ],
        out var functions) ? new G729Library(functions) : null;

    public Channel NewEncoder() => new(_openEncoder(0), c => _closeEncoder(c));

    public Channel NewDecoder() => new(_openDecoder(), c => _closeDecoder(c));

    /// <summary>80 samples to 10 bytes.</summary>
    public void Encode(Channel channel, ReadOnlySpan<short> pcm, Span<byte> payload)
    {
        byte length;
        fixed (short* samples = pcm)
        fixed (byte* bytes = payload)
            _encode(channel.Handle, samples, bytes, &length);
    }

    /// <summary>10 bytes, 2 bytes of comfort noise, or nothing for a lost frame, to 80 samples.</summary>
    public void Decode(Channel channel, ReadOnlySpan<byte> frame, Span<short> pcm)
    {
        fixed (byte* bytes = frame)
        fixed (short* samples = pcm)
            _decode(channel.Handle, bytes, (byte)frame.Length, Flag(frame.IsEmpty), Flag(frame.Length == 2), 0, samples);
    }

    private static byte Flag(bool value) => value ? (byte)1 : (byte)0;

    /// <summary>One state with its owner.</summary>
    internal sealed class Channel : SafeHandle
    {
        private readonly Action<nint> _close;

        public Channel(nint channel, Action<nint> close)
            : base(0, ownsHandle: true)
        {
            _close = close;
            SetHandle(channel != 0 ? channel : throw new OutOfMemoryException("libbcg729 has no memory."));
        }

        public override bool IsInvalid => handle == 0;

        /// <exception cref="ObjectDisposedException">It was closed already.</exception>
        public nint Handle
        {
            get
            {
                ObjectDisposedException.ThrowIf(IsClosed, this);
                return handle;
            }
        }

        protected override bool ReleaseHandle()
        {
            _close(handle);
            return true;
        }
    }
}
