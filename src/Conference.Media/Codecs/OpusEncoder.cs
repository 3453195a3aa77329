namespace Conference.Media.Codecs;

/// <summary>48 kHz mono to Opus (RFC 6716, RFC 7587), through libopus.</summary>
/// <remarks>The receiver's wishes bound what it does: rate, bandwidth, constant rate, DTX. Copies of lost packets (FEC) are made when it uses them and <see cref="ExpectedLoss"/> says that any are lost.</remarks>
public sealed class OpusEncoder : IVoiceEncoder
{
    private const int LongestPayload = 1275;
    private const int Untransmitted = 2; // bytes: a packet this short is not sent under DTX (RFC 6716 §2.1.9)

    private readonly OpusLibrary _library;
    private readonly OpusLibrary.NativeBlock _state;
    private readonly OpusWishes _wishes;

    internal OpusEncoder(OpusLibrary library, string parameters)
    {
        (_library, _wishes) = (library, OpusWishes.Parse(parameters));
        _state = library.NewEncoder();
        library.Set(_state, OpusLibrary.SetBitrate, _wishes.Bitrate);
        library.Set(_state, OpusLibrary.SetMaxBandwidth, Bandwidth(_wishes.PlaybackRate));
        library.Set(_state, OpusLibrary.SetVariableRate, _wishes.Constant ? 0 : 1);
        library.Set(_state, OpusLibrary.SetFec, _wishes.Fec ? 1 : 0);
        library.Set(_state, OpusLibrary.SetDtx, _wishes.Dtx ? 1 : 0);
        Complexity = 5;
    }

    public VoiceFormat Format => VoiceFormats.Opus;

    /// <summary>0 to 10; 5 at first. 20 ms cost about 85, 145, 187 and 340 µs at 0, 3, 5 and 10.</summary>
    public int Complexity
    {
        get;
        set
        {
            field = Math.Clamp(value, 0, 10);
            _library.Set(_state, OpusLibrary.SetComplexity, field);
        }
    }

    /// <summary>Share of packets that are thought to be lost, in percent; above 0 and if the receiver wishes, packets carry a copy of the one before.</summary>
    public int ExpectedLoss
    {
        get;
        set
        {
            field = Math.Clamp(value, 0, 100);
            _library.Set(_state, OpusLibrary.SetExpectedLoss, field);
        }
    }

    public int Encode(ReadOnlySpan<short> pcm, Span<byte> payload)
    {
        var room = payload.Length > LongestPayload ? payload[..LongestPayload] : payload;
        if (room.Length <= Untransmitted) return 0;
        var length = _library.Encode(_state, pcm, room);
        return length < 0 || (_wishes.Dtx && length <= Untransmitted) ? 0 : length;
    }

    /// <inheritdoc/>
    /// <remarks>Complexity and expected loss come along: they are part of the state.</remarks>
    public bool Follow(IVoiceEncoder other)
    {
        if (other is not OpusEncoder leader || leader._wishes != _wishes) return false;
        _state.CopyFrom(leader._state);
        (Complexity, ExpectedLoss) = (leader.Complexity, leader.ExpectedLoss);
        return true;
    }

    public void Tune(int complexity, int expectedLoss)
    {
        if (complexity != Complexity) Complexity = complexity;
        if (expectedLoss != ExpectedLoss) ExpectedLoss = expectedLoss;
    }

    public void Reset() => _library.Set(_state, OpusLibrary.ResetState, 0);

    public void Dispose() => _state.Dispose();

    /// <summary>OPUS_BANDWIDTH_NARROWBAND to _FULLBAND for what can be rendered.</summary>
    private static int Bandwidth(int rate) => rate switch
    {
        < 12000 => 1101,
        < 16000 => 1102,
        < 24000 => 1103,
        < 48000 => 1104,
        _ => 1105,
    };
}
