using Conference.Media.Codecs;
using Conference.Media.Dsp;
using Conference.Media.Mixing;

namespace Conference.Media.Tests.Quality;

/// <summary>One talker and one listener with the arithmetic of a room between them: decoder, bus, resampler, limiter, encoder, and the listener's decoder.</summary>
internal static class MixPath
{
    /// <summary>What the listener hears of a talker.</summary>
    /// <param name="pcm">What the talker says, at the rate of his codec.</param>
    public static short[] Hear(IVoiceCodecs codecs, VoiceFormat talks, VoiceFormat hears, ReadOnlySpan<short> pcm)
    {
        using var phone = codecs.OpenEncoder(talks, "");
        using var theirs = codecs.OpenDecoder(hears, "");
        var payloads = Payloads(codecs, talks, hears, Spoken(phone, pcm));
        var heard = new short[payloads.Count * hears.Frame];
        for (var i = 0; i < payloads.Count; i++)
            theirs.Decode(payloads[i], heard.AsSpan(i * hears.Frame));
        return heard;
    }

    /// <summary>What the room sends when these payloads come.</summary>
    public static List<byte[]> Payloads(IVoiceCodecs codecs, VoiceFormat talks, VoiceFormat hears, IEnumerable<byte[]> spoken)
    {
        using var decoder = codecs.OpenDecoder(talks, "");
        using var encoder = codecs.OpenEncoder(hears, "");
        var resampler = talks.Rate == hears.Rate ? null : new Resampler(talks.Rate, hears.Rate);
        var limiter = new Limiter();
        var (voice, bus, mixed, sent, payload) = (new short[talks.Frame], new int[talks.Frame], new int[hears.Frame], new short[hears.Frame], new byte[1920]);
        var payloads = new List<byte[]>();
        foreach (var packet in spoken)
        {
            Array.Clear(bus);
            decoder.Decode(packet, voice);
            Bus.Add(bus, voice);
            if (resampler is null) bus.CopyTo(mixed, 0);
            else resampler.Process(bus, mixed);
            limiter.Apply(mixed, 1, sent);
            payloads.Add(payload[..encoder.Encode(sent, payload)]);
        }

        return payloads;
    }

    /// <summary>The packets of a phone.</summary>
    public static List<byte[]> Spoken(IVoiceEncoder phone, ReadOnlySpan<short> pcm)
    {
        var (payload, packets, frame) = (new byte[1920], new List<byte[]>(), phone.Format.Frame);
        for (var at = 0; at + frame <= pcm.Length; at += frame)
            packets.Add(payload[..phone.Encode(pcm.Slice(at, frame), payload)]);
        return packets;
    }
}
