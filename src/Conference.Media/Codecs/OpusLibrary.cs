using System.Runtime.InteropServices;

namespace Conference.Media.Codecs;

/// <summary>The functions of libopus that are used here (RFC 6716; API of libopus 1.1 and later).</summary>
/// <remarks>States lie in memory of ours, so that one can be copied: libopus promises that they may be moved as they are.</remarks>
internal sealed unsafe class OpusLibrary
{
    public const string Soname = "libopus.so.0";

    public const int SetBitrate = 4002;
    public const int SetMaxBandwidth = 4004;
    public const int SetVariableRate = 4006;
    public const int SetComplexity = 4010;
    public const int SetFec = 4012;
    public const int SetExpectedLoss = 4014;
    public const int SetDtx = 4016;
    public const int ResetState = 4028;

    private const int Voip = 2048;
    private const int Mono = 1;

    private readonly delegate* unmanaged[Cdecl]<int, int> _encoderSize;
    private readonly delegate* unmanaged[Cdecl]<void*, int, int, int, int> _encoderInit;
    private readonly delegate* unmanaged[Cdecl]<void*, short*, int, byte*, int, int> _encode;
    private readonly delegate* unmanaged[Cdecl]<void*, int, int, int> _encoderControl; // variadic: the same call on x64 and Linux arm64
    private readonly delegate* unmanaged[Cdecl]<int, int> _decoderSize;
    private readonly delegate* unmanaged[Cdecl]<void*, int, int, int> _decoderInit;
    private readonly delegate* unmanaged[Cdecl]<void*, byte*, int, short*, int, int, int> _decode;
    private readonly delegate* unmanaged[Cdecl]<void*, int, int, int> _decoderControl;

    private OpusLibrary(ReadOnlySpan<nint> functions)
    {
        _encoderSize = (delegate* unmanaged[Cdecl]<int, int>)functions[0];
        _encoderInit = (delegate* unmanaged[Cdecl]<void*, int, int, int, int>)functions[1];
        _encode = (delegate* unmanaged[Cdecl]<void*, short*, int, byte*, int, int>)functions[2];
        _encoderControl = (delegate* unmanaged[Cdecl]<void*, int, int, int>)functions[3];
        _decoderSize = (delegate* unmanaged[Cdecl]<int, int>)functions[4];
        _decoderInit = (delegate* unmanaged[Cdecl]<void*, int, int, int>)functions[5];
        _decode = (delegate* unmanaged[Cdecl]<void*, byte*, int, short*, int, int, int>)functions[6];
        _decoderControl = (delegate* unmanaged[Cdecl]<void*, int, int, int>)functions[7];
    }

    /// <summary>The library, or <see langword="null"/> when it is not all there.</summary>
    public static OpusLibrary? From(nint library) => NativeCodec.TryFind(
        library,
        [
            "opus_encoder_get_size", "opus_encoder_init", "opus_encode", "opus_encoder_ctl",
            "opus_decoder_get_size", "opus_decoder_init", "opus_decode", "opus_decoder_ctl",
        ],
        out var functions) ? new OpusLibrary(functions) : null;

    public NativeBlock NewEncoder()
    {
        var state = new NativeBlock(_encoderSize(Mono));
        if (_encoderInit(state.Pointer, VoiceFormats.Opus.Rate, Mono, Voip) != 0) throw new InvalidOperationException("libopus refuses 48 kHz mono.");
        return state;
    }

    public NativeBlock NewDecoder()
    {
        var state = new NativeBlock(_decoderSize(Mono));
        if (_decoderInit(state.Pointer, VoiceFormats.Opus.Rate, Mono) != 0) throw new InvalidOperationException("libopus refuses 48 kHz mono.");
        return state;
    }

    /// <returns>Bytes, or a negative error.</returns>
    public int Encode(NativeBlock state, ReadOnlySpan<short> pcm, Span<byte> payload)
    {
        fixed (short* samples = pcm)
        fixed (byte* bytes = payload)
            return _encode(state.Pointer, samples, pcm.Length, bytes, payload.Length);
    }

    /// <returns>Samples, or a negative error. An empty payload is a lost one.</returns>
    public int Decode(NativeBlock state, ReadOnlySpan<byte> payload, Span<short> pcm, bool useCopy)
    {
        fixed (byte* bytes = payload)
        fixed (short* samples = pcm)
            return _decode(state.Pointer, bytes, payload.Length, samples, pcm.Length, useCopy ? 1 : 0);
    }

    public void Set(NativeBlock encoder, int what, int value) => _encoderControl(encoder.Pointer, what, value);

    public void ResetDecoder(NativeBlock decoder) => _decoderControl(decoder.Pointer, ResetState, 0);

    /// <summary>Memory outside the heap with an owner.</summary>
    internal sealed class NativeBlock : SafeHandle
    {
        private readonly int _size;

        public NativeBlock(int size)
            : base(0, ownsHandle: true)
        {
            _size = size;
            SetHandle((nint)NativeMemory.AlignedAlloc((nuint)size, 64));
        }

        public override bool IsInvalid => handle == 0;

        /// <exception cref="ObjectDisposedException">It was given back already.</exception>
        public void* Pointer
        {
            get
            {
                ObjectDisposedException.ThrowIf(IsClosed, this);
                return (void*)handle;
            }
        }

        public void CopyFrom(NativeBlock other) => NativeMemory.Copy(other.Pointer, Pointer, (nuint)Math.Min(_size, other._size));

        protected override bool ReleaseHandle()
        {
            NativeMemory.AlignedFree((void*)handle);
            return true;
        }
    }
}
