using System.Buffers.Binary;
using Conference.Media.Codecs;
using Conference.Media.Dsp;
using Conference.Media.Files;
using Conference.Media.Mixing;

namespace Conference.Media.Recording;

/// <summary>A recording once more, small: Opus in an Ogg file (RFC 7845), a tenth of the WAV. Written afterwards, from the WAV.</summary>
public sealed class OpusCopy
{
    private const int Rate = 48000; // of every Opus stream's clock
    private const int Frame = 960;
    private const int Lookahead = 312; // samples by which libopus is late at 48 kHz
    private const int FramesPerPage = 50; // a second: what a player loses at most when it seeks
    private const int Complexity = 3;
    private const string Wishes = "maxaveragebitrate=24000;usedtx=1";

    private readonly IVoiceCodecs _codecs;

    public OpusCopy()
        : this(new VoiceCodecs())
    {
    }

    internal OpusCopy(IVoiceCodecs codecs) => _codecs = codecs;

    /// <summary>Whether libopus is installed; without it there are no copies.</summary>
    public bool IsPossible => _codecs.Formats.Contains(VoiceFormats.Opus);

    /// <summary>Writes the copy. It appears whole or not at all.</summary>
    /// <param name="wav">The recording.</param>
    /// <param name="path">Where the copy goes; what is there is replaced.</param>
    /// <returns>Whether it was made: not without libopus, and not of a file that is no recording.</returns>
    /// <exception cref="IOException">A file cannot be read or written.</exception>
    /// <exception cref="OperationCanceledException">There is no time for it now.</exception>
    public bool Write(string wav, string path, CancellationToken cancel)
    {
        if (!IsPossible || WavStream.Open(wav) is not { } audio) return false;
        using (audio)
        {
            if (Rate % audio.Rate != 0) return false;
            var unfinished = path + ".part";
            using (var file = new FileStream(unfinished, FileMode.Create, FileAccess.Write, FileShare.Read, 64 * 1024))
                Write(audio, file, cancel);
            File.Move(unfinished, path, overwrite: true);
            return true;
        }
    }

    private void Write(WavStream audio, Stream file, CancellationToken cancel)
    {
        using var encoder = _codecs.OpenEncoder(VoiceFormats.Opus, Wishes);
        if (encoder is OpusEncoder opus) opus.Complexity = Complexity;
        var voice = new Voice48(audio);
        var skip = Lookahead + voice.Delay;
        var whole = skip + audio.Samples * (Rate / audio.Rate); // samples to encode until all are out
        var page = new OggPage(serial: BinaryPrimitives.ReadUInt32LittleEndian(Guid.NewGuid().ToByteArray()));
        page.TryAdd(Head(skip, audio.Rate));
        file.Write(page.Close(0, OggFlags.First));
        page.TryAdd(Tags());
        file.Write(page.Close(0));

        Span<short> pcm = stackalloc short[Frame];
        Span<byte> packet = stackalloc byte[1275];
        var (done, frames) = (0L, 0);
        while (true)
        {
            cancel.ThrowIfCancellationRequested();
            voice.Next(pcm);
            var length = Encode(encoder, pcm, packet);
            if (!page.TryAdd(packet[..length])) throw new InvalidOperationException("A second of Opus does not fill a page.");
            done += Frame;
            if (done >= whole) break;
            if (++frames % FramesPerPage == 0) file.Write(page.Close(done));
        }

        file.Write(page.Close(whole, OggFlags.Last)); // less than was encoded: the rest is cut off (RFC 7845 §4.4)
    }

    /// <summary>What need not be sent must still stand in a file: a packet of one byte, which is silence of 20 ms (RFC 6716 §3.1, code 0 with no bytes).</summary>
    private static int Encode(IVoiceEncoder encoder, ReadOnlySpan<short> pcm, Span<byte> packet)
    {
        const byte silkWide20 = 9 << 3; // SILK-only, wideband, 20 ms, mono
        var length = encoder.Encode(pcm, packet);
        if (length > 0) return length;
        packet[0] = silkWide20;
        return 1;
    }

    /// <summary>The identification header (RFC 7845 §5.1).</summary>
    private static byte[] Head(int skip, int rate)
    {
        var head = new byte[19];
        "OpusHead"u8.CopyTo(head);
        head[8] = 1; // version
        head[9] = 1; // mono
        BinaryPrimitives.WriteUInt16LittleEndian(head.AsSpan(10), (ushort)skip);
        BinaryPrimitives.WriteInt32LittleEndian(head.AsSpan(12), rate);
        return head; // no gain, channel mapping family 0
    }

    /// <summary>The comment header, without comments (RFC 7845 §5.2).</summary>
    private static byte[] Tags()
    {
        var vendor = "Conference"u8;
        var tags = new byte[8 + 4 + vendor.Length + 4];
        "OpusTags"u8.CopyTo(tags);
        BinaryPrimitives.WriteInt32LittleEndian(tags.AsSpan(8), vendor.Length);
        vendor.CopyTo(tags.AsSpan(12));
        return tags;
    }

    /// <summary>A recording at 48 kHz, 20 ms at a go; silence when it is over.</summary>
    private sealed class Voice48(WavStream audio)
    {
        private readonly Resampler? _resampler = audio.Rate == Rate ? null : new Resampler(audio.Rate, Rate);
        private readonly short[] _pcm = new short[audio.Rate / 50];
        private readonly int[] _wide = new int[audio.Rate / 50];
        private readonly int[] _converted = new int[Frame];
        private long _position;

        /// <summary>By how many samples it is late.</summary>
        public int Delay => _resampler?.Delay ?? 0;

        public void Next(Span<short> pcm)
        {
            var count = audio.Read(_position, _pcm);
            _position += _pcm.Length;
            Array.Clear(_pcm, count, _pcm.Length - count);
            if (_resampler is null)
            {
                _pcm.CopyTo(pcm);
                return;
            }

            for (var i = 0; i < _wide.Length; i++)
                _wide[i] = _pcm[i];
            _resampler.Process(_wide, _converted);
            Bus.Clip(_converted, pcm);
        }
    }
}
